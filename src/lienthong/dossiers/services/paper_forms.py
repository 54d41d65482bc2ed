"""Which form of the law is in force for a paper at a date."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from lienthong.dossiers.errors import FormNotInForceError
from lienthong.dossiers.models import PaperForm
from lienthong.kernel import clock, reference


@reference.kept("dossiers")
def forms_in_force(*, on: date) -> tuple[PaperForm, ...]:
    """List the forms in force on a date, the latest first."""
    return tuple(PaperForm.objects.in_force(on).order_by("-valid_from"))


def find_form(*, kind: str, at: datetime) -> PaperForm | None:
    """Find the form of a paper at an instant; ``None`` where the law of that day had none."""
    return next((form for form in forms_in_force(on=clock.local_date(at)) if form.kind == kind), None)


def form_for(*, kind: str, at: datetime) -> PaperForm:
    """Find the form of a paper at an instant.

    :raises FormNotInForceError: where the law of that day had none.
    """
    form = find_form(kind=kind, at=at)
    if form is None:
        raise FormNotInForceError(_("Chưa có mẫu giấy tờ này có hiệu lực vào ngày ấy."), kind=kind)
    return form
