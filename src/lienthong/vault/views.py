"""My papers: the list, one paper, adding, sharing; who saw my data; and the page behind a shared link."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lienthong.accounts import api as accounts
from lienthong.accounts.api import principal_of, require_login, visitor_address
from lienthong.files import api as files
from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError
from lienthong.kernel.ratelimit import hit
from lienthong.vault import policies, queries
from lienthong.vault.services import keeping, sharing

_GROUPS = ("usable", "own", "ended")
_NEW_LINK = "vault.new_link"
_LIMIT, _SECONDS = 30, 60
_KINDS = {"ho-so": "dossiers.dossier", "giay-to": "vault.document", "tep": "files.file", "ca-nhan": "accounts.person"}


@require_login
@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """List my papers and say of each whether it may be used now."""
    now = clock.now()
    today = clock.local_date(now)
    group = request.GET.get("nhom", "")
    group = group if group in _GROUPS else ""
    page = queries.list_documents(
        principal=principal_of(request), group=group, cursor=request.GET.get("cursor"), size=20, now=now
    )
    return render(
        request,
        "vault/documents.html",
        {
            "page": page,
            "rows": [{"document": row, "standing": row.standing(today)} for row in page.items],
            "group": group,
            "is_nobody": policies.owner_of(principal_of(request)) == policies.Owner(),
            "filters": [
                {"label": label, "url": f"?nhom={key}" if key else "?", "current": group == key}
                for key, label in (
                    ("", _("Tất cả")),
                    ("usable", _("Dùng được ngay")),
                    ("own", _("Bạn tự thêm")),
                    ("ended", _("Không còn hiệu lực")),
                )
            ],
        },
    )


@require_login
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add a paper of my own."""
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            document = keeping.add_upload(
                principal=principal_of(request),
                title=request.POST.get("title", ""),
                upload=next(iter(request.FILES.getlist("file")), None),
                now=clock.now(),
            )
        except InvalidError as error:
            errors = [(path, text) for path, texts in error.field_errors.items() for text in texts] or [
                ("file", str(error.message))
            ]
        else:
            messages.success(request, _("Đã thêm “%(title)s” vào kho.") % {"title": document.title})
            return redirect("vault:document", uuid=document.uuid)
    return render(
        request,
        "vault/add.html",
        {"errors": errors, "by_field": dict(errors), "title": request.POST.get("title", "")[:255]},
        status=422 if errors else 200,
    )


@require_login
@require_http_methods(["GET", "POST"])
def document(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one paper: what it is, whether it holds, where it was used, with whom it is shared."""
    principal, now = principal_of(request), clock.now()
    found = queries.get_document_for(principal=principal, uuid=uuid)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            row, secret = sharing.share(
                principal=principal,
                uuid=uuid,
                purpose=request.POST.get("purpose", ""),
                days=_number(request.POST.get("days")),
                openings=_number(request.POST.get("openings")),
                now=now,
            )
        except InvalidError as error:
            errors = [(path, text) for path, texts in error.field_errors.items() for text in texts]
        else:
            request.session[_NEW_LINK] = [str(row.uuid), secret]
            return redirect(reverse("vault:document", args=[uuid]) + "#chia-se")
    new = request.session.pop(_NEW_LINK, None) if request.method == "GET" else None
    shares = queries.shares_of(document=found)
    return render(
        request,
        "vault/document.html",
        {
            "document": found,
            "standing": found.standing(clock.local_date(now)),
            "is_usable": found.is_usable(clock.local_date(now)),
            "uses": queries.uses_of(document=found),
            "shares": [{"share": row, "is_open": row.is_open(now)} for row in shares],
            "new_link": request.build_absolute_uri(reverse("vault:shared", args=[new[1]]))
            if new and any(str(row.uuid) == new[0] for row in shares)
            else "",
            "errors": errors,
            "by_field": dict(errors),
            "purpose": request.POST.get("purpose", "")[:255],
            "days": [(days, days == (_number(request.POST.get("days")) or 3)) for days in sharing.DAYS],
            "openings": [(count, count == (_number(request.POST.get("openings")) or 1)) for count in sharing.OPENINGS],
        },
        status=422 if errors else 200,
    )


@require_login
@require_POST
def remove(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take out a paper that I added and that nothing uses."""
    try:
        keeping.remove_upload(principal=principal_of(request), uuid=uuid, now=clock.now())
    except InvalidError as error:
        messages.error(request, str(error.message))
        return redirect("vault:document", uuid=uuid)
    messages.success(request, _("Đã bỏ giấy tờ khỏi kho."))
    return redirect("vault:documents")


@require_login
@require_POST
def take_back(request: HttpRequest, uuid: UUID, share: UUID) -> HttpResponse:
    """Close a link that I gave."""
    sharing.take_back(principal=principal_of(request), uuid=uuid, share_uuid=share, now=clock.now())
    messages.success(request, _("Đã thu lại liên kết; không ai mở được nữa."))
    return redirect(reverse("vault:document", args=[uuid]) + "#chia-se")


@require_login
@require_safe
def access(request: HttpRequest) -> HttpResponse:
    """Show who opened which of my data, when and for what."""
    given = request.GET
    first, last = _day(given.get("tu")), _day(given.get("den"))
    page = accounts.list_access(
        principal=principal_of(request),
        wanted=accounts.AccessFilter(
            kind=_KINDS.get(given.get("loai", ""), ""), outside_tasks=given.get("ngoai") == "1", first=first, last=last
        ),
        cursor=given.get("cursor"),
        size=30,
    )
    return render(
        request,
        "vault/access.html",
        {
            "page": page,
            "kind": given.get("loai", ""),
            "kinds": [
                ("ho-so", _("Hồ sơ")),
                ("tep", _("Tệp trong hồ sơ")),
                ("giay-to", _("Giấy tờ trong kho")),
                ("ca-nhan", _("Thông tin cá nhân")),
            ],
            "outside": given.get("ngoai") == "1",
            "first": first.isoformat() if first else "",
            "last": last.isoformat() if last else "",
            "is_filtered": bool(given.get("loai") or given.get("ngoai") or first or last),
        },
    )


@require_http_methods(["GET", "POST"])
def shared(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Show what a link leads to; pressing the button counts one opening and gives the file."""
    now = clock.now()
    hit(key=f"share:{visitor_address(request)}", limit=_LIMIT, seconds=_SECONDS, now=now)
    if request.method == "POST":
        row = sharing.open_share(secret=secret, now=now)
        return _sent(row.document.file)
    row = queries.find_share(secret=secret, now=now)
    response = render(
        request,
        "vault/shared.html",
        {"share": row, "document": row.document, "standing": row.document.standing(clock.local_date(now)),
         "left": row.max_openings - row.openings},
    )  # fmt: skip
    patch_cache_control(response, private=True, no_store=True)
    return response


def _sent(file: files.File) -> FileResponse:
    response = FileResponse(files.open_file(file=file), content_type=file.blob.media_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response["Content-Length"] = str(file.blob.size)
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, private=True, no_store=True)
    return response


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else 0  # noqa: PLR2004 - days and counts


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
