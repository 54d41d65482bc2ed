"""The rules of the index: what holds, since when, on which basis; an administrator of the node changes them."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from lienthong.accounts.api import official_required, principal_of
from lienthong.indicators import policies
from lienthong.indicators.models import NoData
from lienthong.indicators.queries.definitions import history_of, index_on
from lienthong.indicators.services import configuring
from lienthong.indicators.views.chosen import desk
from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError, NotFoundError


class _RuleForm(forms.Form):
    """What both forms ask: since when, and why."""

    valid_from = forms.DateField(
        label=gettext_lazy("Áp dụng từ ngày"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    legal_basis = forms.CharField(label=gettext_lazy("Căn cứ"), max_length=200)

    def carries_out(self, act: Callable[..., Any]) -> bool:
        """Do the act; a refusal becomes errors of the form."""
        try:
            act(**self.cleaned_data)
        except InvalidError as refused:
            found: Mapping[str, Any] = refused.field_errors or {"": [str(refused.message)]}
            for name, told in found.items():
                self.add_error(name if name in self.fields else None, list(told))
            return False
        return True


class DefinitionForm(_RuleForm):
    """Another maximum or target."""

    maximum = forms.DecimalField(label=gettext_lazy("Điểm tối đa"), max_digits=5, decimal_places=2)
    target = forms.DecimalField(
        label=gettext_lazy("Tỷ lệ đạt điểm tối đa (%)"), max_digits=5, decimal_places=2, required=False,
        help_text=gettext_lazy("Để trống thì điểm tính theo tỷ lệ đến 100 %."),
    )  # fmt: skip
    field_order = ("maximum", "target", "valid_from", "legal_basis")


class NoDataForm(_RuleForm):
    """Another rule for missing data."""

    no_data = forms.ChoiceField(label=gettext_lazy("Chỉ số không có dữ liệu"), choices=NoData.choices)
    field_order = ("no_data", "valid_from", "legal_basis")


@official_required
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Show every indicator with its formula, maximum, target, basis and confidence."""
    index = index_on(on=clock.local_date(clock.now()))
    context = {
        "index": index,
        "no_data": NoData(index.no_data).label,
        "maximum": sum(row.maximum for row in index.definitions),
        "may_configure": policies.may_configure(principal_of(request)),
    }
    return render(request, "indicators/rules.html", context | desk(request))


@official_required
@require_http_methods(["GET", "POST"])
def definition(request: HttpRequest, code: str) -> HttpResponse:
    """Change what an indicator is worth from a day on."""
    principal = principal_of(request)
    policies.require_configure(principal)
    now = clock.now()
    history = history_of(code=code)
    if not history:
        raise NotFoundError(_("Không có chỉ số này."))
    current = history[0]
    start = {"maximum": current.maximum, "target": current.target, "valid_from": clock.local_date(now)}
    form = DefinitionForm(request.POST or None, initial=start)
    if form.is_valid() and form.carries_out(
        lambda **values: configuring.set_definition(principal=principal, code=code, now=now, **values)
    ):
        messages.success(request, _("Đã đặt lại chỉ số %(code)s.") % {"code": code})
        return redirect("indicators:rules")
    context = {"form": form, "heading": f"{current.code} {current.name}", "history": history}
    return _form(request, context)


@official_required
@require_http_methods(["GET", "POST"])
def no_data(request: HttpRequest) -> HttpResponse:
    """Change what an indicator without data does to the total."""
    principal = principal_of(request)
    policies.require_configure(principal)
    now = clock.now()
    today = clock.local_date(now)
    form = NoDataForm(request.POST or None, initial={"no_data": index_on(on=today).no_data, "valid_from": today})
    if form.is_valid() and form.carries_out(
        lambda **values: configuring.set_no_data(principal=principal, now=now, **values)
    ):
        messages.success(request, _("Đã đặt cách tính chỉ số không có dữ liệu."))
        return redirect("indicators:rules")
    return _form(request, {"form": form, "heading": _("Chỉ số không có dữ liệu"), "history": ()})


def _form(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    form = context["form"]
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "indicators/rule_form.html", context | desk(request), status=status)
