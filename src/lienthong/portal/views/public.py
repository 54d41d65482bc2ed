"""For everyone: where is a dossier, and is this paper genuine."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lienthong.accounts.api import visitor_address
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.kernel.ratelimit import hit

_MAX_PDF = 30 * 1024 * 1024
_LIMIT, _SECONDS = 30, 60


@require_safe
def track(request: HttpRequest) -> HttpResponse:
    """Show the progress behind a code, without personal data; thirty look-ups a minute from one address."""
    code = request.GET.get("code", "").strip()[:60]
    progress = None
    if code:
        hit(key=f"track:{visitor_address(request)}", limit=_LIMIT, seconds=_SECONDS, now=clock.now())
        progress = dossiers.track(code=code)
    return render(
        request,
        "portal/track.html",
        {
            "code": code,
            "progress": progress,
            "thread": dossiers.public_thread(progress=progress) if progress else (),
        },
        status=404 if code and progress is None else 200,
    )


def _by_file(upload: UploadedFile) -> tuple[dict[str, object], str]:
    """Check an uploaded paper; gives what the page shows, or why the file cannot be checked."""
    if upload.size is None or upload.size > _MAX_PDF:
        return {}, _("Tệp lớn hơn 30 MB nên không kiểm tra được.")
    content = upload.read()
    if not content.startswith(b"%PDF-"):
        return {}, _("Đây không phải tệp PDF. Hãy chọn tệp kết quả bạn đã nhận.")
    result, report = dossiers.verify_by_file(pdf=content, now=clock.now())
    return {"result": result, "report": report, "by_file": True, "file_name": upload.name}, ""


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Check a paper by the code on it, or by the file itself; the file is read and not kept."""
    context: dict[str, object] = {"code": code}
    status = 200
    if request.method == "POST" or code:
        hit(key=f"verify:{visitor_address(request)}", limit=_LIMIT, seconds=_SECONDS, now=clock.now())
    if request.method == "POST" and "file" in request.FILES:
        found, error = _by_file(request.FILES.getlist("file")[0])
        context |= found
        if error:
            context["error"], status = error, 422
    elif request.method == "POST":
        typed = "".join(char for char in request.POST.get("code", "").upper() if char.isalnum())
        if not typed:
            context["error"], status = _("Hãy nhập mã trên giấy tờ hoặc chọn tệp PDF."), 422
        else:
            return redirect(
                "portal:verify_code", code="-".join(typed[at : at + 4] for at in range(0, len(typed), 4))[:40]
            )
    elif code:
        result = dossiers.verify_by_code(code=code)
        context |= {"result": result, "by_code": True}
        status = 200 if result else 404
    return render(request, "portal/verify.html", context, status=status)
