"""The paper that says once and wholly what is missing, for somebody whose application cannot be received yet."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from lienthong.catalogue import api as catalogue
from lienthong.dossiers import api as dossiers
from lienthong.files import api as files
from lienthong.kernel import clock
from lienthong.organisations import api as organisations


def guidance_paper(
    *, filing: dossiers.Filing, missing: Sequence[catalogue.RequiredDocument], official: str, now: datetime
) -> bytes:
    """Print the guidance as PDF; its square code leads to the procedure's page.

    Basis: NĐ 61/2018/NĐ-CP, NĐ 118/2025/NĐ-CP: incomplete papers are guided once, in writing, in full.
    """
    version = filing.procedure_version
    agency = organisations.get_agencies(ids=[filing.counter_agency_id or 0]).get(filing.counter_agency_id or 0)
    area = filing.area
    return files.render_pdf(
        template="workspace/guidance",
        data={
            "agency": agency.name if agency is not None else "",
            "place": area.name if area is not None else "",
            "date": clock.local_date(now).isoformat(),
            "applicant_name": filing.applicant.full_name if filing.applicant is not None else "",
            "procedure_name": version.name_vi,
            "procedure_code": version.code,
            "missing": [_line(document) for document in missing],
            "official": official,
            "qr": f"{settings.SITE_URL}{reverse('portal:procedure', args=[version.code])}",
            "barcode": version.code,
        },
        now=now,
    )


def _line(document: catalogue.RequiredDocument) -> str:
    counts = [
        _("%(n)s bản chính") % {"n": document.originals} if document.originals else "",
        _("%(n)s bản sao") % {"n": document.copies} if document.copies else "",
    ]
    told = ", ".join(part for part in counts if part)
    parts = [document.name, f"({told})" if told else "", f"— {document.condition}" if document.condition else ""]
    return " ".join(part for part in parts if part)
