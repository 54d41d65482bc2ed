"""The components: ``{% load ui %}``. README.md shows each; ``/dev/ui`` shows them in all states."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.forms import BoundField
from django.forms.forms import BaseForm
from django.template.context import Context
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lienthong.kernel import clock
from lienthong.ui import controls, formats, navigation, status

register = template.Library()

SOON = timedelta(hours=24)
LEVELS = ("central", "province", "commune")
ALERT_ICONS = {"info": "info", "done": "check_circle", "soon": "warning", "wrong": "error"}
STATES = {"done": "is-done", "now": "is-now", "current": "is-now", "ahead": "is-ahead", "wrong": "is-wrong"}

register.filter("number", formats.number)
register.filter("money", formats.money)
register.filter("day", formats.day)
register.filter("short_day", formats.short_day)
register.filter("moment", formats.moment)
register.filter("relative", formats.relative)
register.filter("file_size", formats.file_size)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of ``assets/icons.txt``; with a label it is read out, without it is decoration."""
    address = static("dist/icons.svg")
    if label:
        return format_html(
            '<svg class="lt-icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', label, address, name
        )
    return format_html(
        '<svg class="lt-icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', address, name
    )


@register.simple_tag
def mark(level: str = "central") -> SafeString:
    """Draw the three knots, the one of this level lit: ``central``, ``province`` or ``commune``."""
    here = LEVELS.index(level) if level in LEVELS else 0
    classes = ["past" if at < here else "here" if at == here else "ahead" for at in range(len(LEVELS))]
    return format_html(
        '<svg class="lt-mark" viewBox="0 0 56 14" aria-hidden="true" focusable="false">'
        '<line x1="7" y1="7" x2="28" y2="7" class="{}"></line><line x1="28" y1="7" x2="49" y2="7" class="{}"></line>'
        '<circle cx="7" cy="7" r="5" class="{}"></circle><circle cx="28" cy="7" r="5" class="{}"></circle>'
        '<circle cx="49" cy="7" r="5" class="{}"></circle></svg>',
        "past" if here > 0 else "",
        "past" if here > 1 else "",
        *classes,
    )


@register.simple_tag
def badge(what: Any, tone: str = "", sign: str = "") -> SafeString:
    """Show a state: a code known to ``ui.status``, or a text with its tone."""
    known = status.find(str(what)) if not isinstance(what, Promise) else None
    label = str(known.label) if known else str(what)
    tone = tone or (known.tone if known else "plain")
    return _signed("lt-badge", label, tone, sign or status.SIGNS.get(tone, ""))


def _signed(kind: str, label: str, tone: str, sign: str) -> SafeString:
    shown = format_html('<span class="lt-sign" aria-hidden="true">{}</span>', sign) if sign else ""
    return format_html('<span class="{} lt-tone-{}">{}{}</span>', kind, tone, shown, label)


@register.simple_tag(takes_context=True)
def due(
    context: Context,
    due_at: datetime | None,
    paused: bool = False,
    done_at: datetime | None = None,
    remaining: str = "",
) -> SafeString:
    """Show a deadline as a word and a sign: late, soon (within 24 hours), time left, paused, or done.

    :param remaining: the working time left in words, where the caller has counted it by the working calendar.
    """
    if due_at is None:
        return _signed("lt-due", _("không có hạn"), "plain", "")
    if done_at is not None:
        late = done_at > due_at
        return _signed(
            "lt-due", _("xong, quá hạn") if late else _("xong đúng hạn"), "late" if late else "ok", "!✓"[not late]
        )
    if paused:
        return _signed("lt-due", _("tạm dừng"), "paused", status.SIGNS["paused"])
    now = context.get("now") or clock.now()
    left = (due_at - now).total_seconds()
    shown = remaining or formats.span(left)
    if left < 0:
        return _signed("lt-due", _("quá %(span)s") % {"span": shown}, "late", status.SIGNS["late"])
    tone = "soon" if left <= SOON.total_seconds() else "ok"
    return _signed("lt-due", _("còn %(span)s") % {"span": shown}, tone, status.SIGNS["soon"] if tone == "soon" else "")


@register.inclusion_tag("ui/parts/thread.html")
def thread(steps: Iterable[Any], label: str = "") -> dict[str, Any]:
    """Show a history or a way as knots on a line.

    :param steps: mappings or objects with ``title`` and ``state`` (done, now or current, ahead, wrong), and if wanted
        ``about`` (text), ``at`` (datetime), ``by`` (who), ``url`` with ``url_text``.
    """
    names = ("title", "about", "at", "by", "url", "url_text")
    rows = [
        {name: _read(step, name) for name in names} | {"kind": STATES.get(str(_read(step, "state")), "is-ahead")}
        for step in steps
    ]
    return {"steps": rows, "label": label}


def _read(thing: Any, name: str) -> Any:
    return thing.get(name, "") if isinstance(thing, Mapping) else getattr(thing, name, "")


@register.simple_block_tag
def alert(content: str, tone: str = "info", title: str = "") -> SafeString:
    """Frame a message: tone info, done, soon or wrong."""
    role = "alert" if tone == "wrong" else "status"
    head = format_html('<p class="lt-alert__title">{}</p>', title) if title else ""
    return format_html(
        '<div class="lt-alert lt-alert--{}" role="{}">{}<div class="lt-alert__body">{}{}</div></div>',
        tone,
        role,
        icon(ALERT_ICONS.get(tone, "info")),
        head,
        content,
    )


@register.simple_block_tag
def card(content: str, title: str = "", kind: str = "", level: int = 2) -> SafeString:
    """Frame a part of a page; ``kind="now"`` marks where things stand now."""
    head = format_html("<h{}>{}</h{}>", level, title, level) if title else ""
    extra = f" lt-card--{kind}" if kind else ""
    return format_html('<section class="lt-card{}">{}{}</section>', extra, head, content)


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:  # noqa: A002 - the attribute's own name
    """Make a dialog that ``<button type="button" data-dialog="id">`` opens."""
    return format_html(
        '<dialog class="lt-dialog" id="{0}" aria-labelledby="{0}-title"><div class="lt-dialog__head">'
        '<h2 id="{0}-title">{1}</h2><button type="button" class="lt-dialog__close" data-close aria-label="{2}">{3}'
        "</button></div>{4}</dialog>",
        id,
        title,
        _("Đóng"),
        icon("close"),
        content,
    )


@register.inclusion_tag("ui/parts/field.html")
def field(bound: BoundField, hint: str = "", label: str = "", prefilled: str = "") -> dict[str, Any]:
    """Show one field of a Django form with label, hint, error and USWDS classes."""
    return controls.describe(bound, hint=hint, label=label) | {"prefilled": prefilled}


@register.inclusion_tag("ui/parts/error_summary.html")
def error_summary(form: BaseForm | None = None, errors: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    """List what is wrong, each line leading to its field.

    :param errors: pairs of element id and message, for forms that are not Django's.
    """
    return {"errors": [*(controls.errors_of(form) if form is not None else ()), *errors]}


@register.inclusion_tag("ui/parts/facts.html")
def facts(pairs: Iterable[tuple[Any, Any]], kind: str = "") -> dict[str, Any]:
    """List names and values; ``kind="pairs"`` puts them on one line each, for narrow cards."""
    return {"pairs": [(name, value) for name, value in pairs if value not in (None, "")], "kind": kind}


@register.inclusion_tag("ui/parts/files.html")
def files(items: Iterable[Any]) -> dict[str, Any]:
    """List files: mappings or objects with ``name url size``, and if wanted ``about state tone``."""
    names = ("name", "url", "size", "about", "state", "tone")
    return {"files": [{name: _read(item, name) for name in names} for item in items]}


@register.inclusion_tag("ui/parts/pages.html", takes_context=True)
def pages(context: Context, page: Any, noun: str = "") -> dict[str, Any]:
    """Lead to the page before and after of a ``kernel.paging.Page``; the address keeps its filters."""
    return {
        "request": context.get("request"),
        "previous": getattr(page, "previous_cursor", None),
        "next": getattr(page, "next_cursor", None),
        "count": len(page.items),
        "noun": noun,
    }


@register.simple_block_tag
def empty(content: str, title: str, name: str = "folder") -> SafeString:
    """Say why a list is empty and what fills it; the block holds the advice and a link or button."""
    return format_html('<div class="lt-empty">{}<h2>{}</h2>{}</div>', icon(name), title, content)


@register.inclusion_tag("ui/parts/tabs.html")
def tabs(items: Iterable[tuple[str, str]], label: str) -> dict[str, Any]:
    """Show tabs over panels of the page: pairs of panel id and text. Without scripts they jump to the panel."""
    return {"items": list(items), "label": label}


@register.inclusion_tag("ui/parts/filters.html")
def filters(items: Iterable[Mapping[str, Any]], label: str) -> dict[str, Any]:
    """Show filters as links: mappings with ``label``, ``url``, ``current`` and if wanted ``count``."""
    return {"items": list(items), "label": label}


@register.inclusion_tag("ui/parts/stepper.html")
def stepper(steps: Sequence[Any], current: int) -> dict[str, Any]:
    """Show the steps of a form (texts); ``current`` counts from 0."""
    rows = [
        {"title": step, "kind": "is-done" if at < current else "is-now" if at == current else "is-ahead"}
        for at, step in enumerate(steps)
    ]
    return {"steps": rows, "at": current + 1, "count": len(rows), "title": rows[current]["title"] if rows else ""}


@register.inclusion_tag("ui/parts/process.html")
def process_picture(picture: Any, id: str = "process") -> dict[str, Any]:  # noqa: A002 - the attribute's own name
    """Draw a process with its done steps and where it is now: ``xml``, ``current`` and ``done`` element ids.

    A picture with ``wrong`` element ids marks what is wrong with a diagram instead.
    """
    wrong = getattr(picture, "wrong", None)
    data = {
        "xml": picture.xml,
        "current": list(picture.current),
        "done": list(picture.done),
        "wrong": list(wrong or ()),
    }
    if isinstance(data["xml"], bytes):
        data["xml"] = data["xml"].decode()
    return {"data": json_script(data, f"{id}-data"), "id": id, "is_plain": wrong is not None}


@register.simple_tag
def code(value: object) -> SafeString:
    """Show a code that people copy, with the button that does."""
    return format_html(
        '<span class="lt-code"><code>{0}</code><button type="button" class="lt-copy" data-copy="{0}" data-copied="{1}"'
        ' data-failed="{2}">{3}<span class="sr-only"> {0}</span></button></span>',
        value,
        _("Đã sao chép"),
        _("Đã chọn sẵn, hãy nhấn Ctrl+C"),
        _("Sao chép"),
    )


@register.inclusion_tag("ui/parts/keys.html")
def keys_help(extra: Iterable[tuple[str, str]] = ()) -> dict[str, Any]:
    """Make the help that ``?`` opens; ``extra`` adds pairs of key and text."""
    return {"extra": list(extra)}


@register.simple_tag
def crumbs(*pairs: Any) -> SafeString:
    """Show the way here: text and address in turn, the last text alone: ``{% crumbs "Trang chủ" "/" "Thủ tục" %}``."""
    lines = []
    for at in range(0, len(pairs), 2):
        text = pairs[at]
        if at + 1 < len(pairs):
            lines.append(format_html('<li><a href="{}">{}</a></li>', pairs[at + 1], text))
        else:
            lines.append(format_html('<li aria-current="page">{}</li>', text))
    items = format_html_join("", "{}", ((line,) for line in lines))
    return format_html('<nav aria-label="{}"><ol class="lt-crumbs">{}</ol></nav>', _("Vị trí"), items)


@register.simple_tag(takes_context=True)
def menu(context: Context, area: navigation.Area) -> tuple[navigation.Shown, ...]:
    """List the entries of a menu that this person may use; nothing where there is no request (error pages)."""
    request = context.get("request")
    return () if request is None else navigation.entries(area=area, request=request)
