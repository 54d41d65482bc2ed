"""Lists of tasks: mine, free to take, my unit's; due first; and acts on several at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from lienthong.accounts.api import official_required, principal_of
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.kernel.errors import DomainError
from lienthong.workflows import api as workflows
from lienthong.workspace import batches, menus
from lienthong.workspace.desk import desk_context

PAGE_SIZE = 50
SCOPES = {"cua-toi": "mine", "cho-nhan": "pool", "bo-phan": "unit"}
TITLES = {
    "mine": gettext_lazy("Việc của tôi"),
    "pool": gettext_lazy("Việc chờ nhận"),
    "unit": gettext_lazy("Việc của bộ phận"),
}
RIGHTS = {
    "receive": gettext_lazy("Tiếp nhận"),
    "process": gettext_lazy("Xử lý"),
    "assign": gettext_lazy("Phân công"),
    "approve": gettext_lazy("Duyệt"),
    "sign": gettext_lazy("Ký"),
    "issue": gettext_lazy("Cấp số, đóng dấu"),
    "collect": gettext_lazy("Thu phí"),
    "return": gettext_lazy("Trả kết quả"),
}
DUE = {"qua-han": gettext_lazy("Đã quá hạn"), "hom-nay": gettext_lazy("Đến hạn trong hôm nay")}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; unknown values count as not asked."""

    scope: str
    process: str
    right: str
    due: str
    query: str
    cursor: str

    @classmethod
    def read(cls, request: HttpRequest) -> "Asked":
        """Read the filters of a request."""
        given = request.GET
        return cls(
            scope=SCOPES.get(given.get("pham-vi", ""), "mine"),
            process=given.get("quy-trinh", "")[:60],
            right=given.get("viec", "") if given.get("viec") in RIGHTS else "",
            due=given.get("han", "") if given.get("han") in DUE else "",
            query=given.get("q", "").strip()[:120],
            cursor=given.get("cursor", ""),
        )

    @property
    def is_narrowed(self) -> bool:
        """Say whether more than the scope is asked for."""
        return bool(self.process or self.right or self.due or self.query)

    def due_before(self, now: datetime) -> datetime | None:
        """Give the instant before which tasks must be due."""
        match self.due:
            case "qua-han":
                return now
            case "hom-nay":
                local = clock.local(now)
                return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
            case _:
                return None


@official_required
@require_safe
def home(_request: HttpRequest) -> HttpResponse:
    """Lead to the tasks."""
    return redirect("workspace:tasks")


@official_required
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """List tasks, the earliest due first."""
    principal = principal_of(request)
    now = clock.now()
    asked = Asked.read(request)
    groups = workflows.group_tasks(principal=principal, now=now)
    counted = {name: sum(getattr(group, name) for group in groups) for name in ("mine", "pool", "unit", "overdue")}
    menus.remember(request, counted)
    keys = dossiers.keys_matching(principal=principal, query=asked.query, now=now) if asked.query else None
    page = workflows.list_tasks(
        principal=principal,
        scope=asked.scope,  # type: ignore[arg-type]  # one of the values of SCOPES
        process_key=asked.process,
        right=asked.right,
        due_before=asked.due_before(now),
        business_keys=keys,
        cursor=asked.cursor,
        size=PAGE_SIZE,
        with_outcomes=True,
    )
    return render(
        request,
        "workspace/tasks.html",
        desk_context(request)
        | {
            "asked": asked,
            "title": TITLES[asked.scope],
            "rows": [_row(item, principal.account_id) for item in page.items],
            "next_url": _more(request, page.next_cursor),
            "first_url": _more(request, "") if asked.cursor else "",
            "counted": counted,
            "shown_of": counted[asked.scope],
            "scopes": [
                {"label": TITLES[scope], "url": f"?{urlencode({'pham-vi': word})}", "current": scope == asked.scope,
                 "count": counted[scope]}
                for word, scope in SCOPES.items()
            ],
            "scope_word": next(word for word, scope in SCOPES.items() if scope == asked.scope),
            "processes": _processes(groups, asked.scope),
            "rights": [(key, label) for key, label in RIGHTS.items() if any(group.right == key for group in groups)],
            "dues": DUE.items(),
            "batch_outcomes": batches.safe_outcomes(page.items),
            "may_claim": any(item.state == "OPEN" for item in page.items),
            "now": now,
        },
    )  # fmt: skip


def _row(item: workflows.WorkItem, account_id: int | None) -> dict[str, Any]:
    procedure, _dot, owner = item.subtitle.rpartition(" · ")
    return {
        "item": item,
        "procedure": procedure or item.subtitle,
        "owner": owner if procedure else "",
        "is_mine": item.assignee_id is not None and item.assignee_id == account_id,
        "url": reverse("workspace:dossier", args=[item.business_key]),
    }


def _processes(groups: tuple[workflows.TaskGroup, ...], scope: str) -> list[tuple[str, str]]:
    return list({group.process_key: group.process_name for group in groups if getattr(group, scope)}.items())


def _more(request: HttpRequest, cursor: str) -> str:
    query = request.GET.copy()
    query.pop("cursor", None)
    if cursor:
        query["cursor"] = cursor
    return f"?{query.urlencode()}" if cursor or request.GET.get("cursor") else ""


@official_required
@require_POST
def batch(request: HttpRequest) -> HttpResponse:
    """Take several tasks, or end several with the same harmless outcome; each is a transaction of its own."""
    principal = principal_of(request)
    now = clock.now()
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = reverse("workspace:tasks")
    uuids = _uuids(request.POST.getlist("task"))
    wanted = request.POST.get("do", "")
    if not uuids:
        messages.warning(request, _("Hãy chọn ít nhất một việc."))
        return redirect(back)
    try:
        report = batches.run(principal=principal, uuids=uuids, wanted=wanted, now=now)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(back)
    if report.done:
        messages.success(request, report.done_text())
    if report.failed:
        return render(
            request, "workspace/batch.html", desk_context(request) | {"report": report, "back": back}, status=409
        )
    return redirect(back)


def _uuids(values: list[str]) -> list[UUID]:
    found = []
    for value in values[:PAGE_SIZE]:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return list(dict.fromkeys(found))
