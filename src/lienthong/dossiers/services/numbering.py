"""Numbers without gap or duplicate, taken late and inside the transaction that uses them."""

from datetime import date, datetime

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from lienthong.dossiers.errors import NotCompetentError
from lienthong.dossiers.models import CodePattern
from lienthong.kernel import clock, reference
from lienthong.kernel.ids import readable_code
from lienthong.organisations import api as organisations

_NEXT = """
    INSERT INTO dossiers_codesequence (agency_id, series, last) VALUES (%s, %s, 1)
    ON CONFLICT (agency_id, series) DO UPDATE SET last = dossiers_codesequence.last + 1
    RETURNING last
"""


def next_number(*, agency_id: int, series: str) -> int:
    """Take the next number of an agency's series.

    The counter's row stays locked until the transaction ends, so a rolled-back number is given again.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [agency_id, series])
        row = cursor.fetchone()
    return int(row[0])


@reference.kept("dossiers")
def pattern_for(*, agency_id: int, on: date) -> CodePattern:
    """Find the code pattern in force for an agency: its own, or the general one.

    :raises NotCompetentError: when no pattern is in force at the date.
    """
    patterns = CodePattern.objects.in_force(on).filter(Q(agency_id=agency_id) | Q(agency__isnull=True))
    found: list[CodePattern] = sorted(
        patterns, key=lambda pattern: (pattern.agency_id is None, -pattern.valid_from.toordinal())
    )
    if not found:
        raise NotCompetentError(_("Chưa có mẫu mã hồ sơ có hiệu lực cho cơ quan tiếp nhận."))
    return found[0]


def take_dossier_code(*, agency_id: int, now: datetime) -> str:
    """Compose the next dossier code of a receiving agency.

    Basis: TT 01/2018/TT-VPCP, Điều 19 (agency, date, sequence); the pattern in force is dated data.
    """
    today = clock.local_date(now)
    pattern = pattern_for(agency_id=agency_id, on=today)
    codes = {"agency": organisations.agency_code(agency_id=agency_id, on=today)}
    if "{agency_old}" in pattern.pattern:
        codes["agency_old"] = _old_code(agency_id=agency_id, on=today) or codes["agency"]
    period = today.isoformat() if pattern.period == CodePattern.Period.DAY else str(today.year)
    sequence = next_number(agency_id=agency_id, series=f"dossier/{period}")
    return pattern.pattern.format(**codes, date=today, sequence=sequence)


def _old_code(*, agency_id: int, on: date) -> str:
    """Give the identifier of QCVN 102:2016 (``000.00.06.H56``) that TT 01/2018 writes; empty when there is none."""
    known = organisations.list_identifiers(agency_id=agency_id)
    return next((row.code for row in known if row.scheme == "qcvn102" and row.is_in_force(on)), "")


def take_paper_number(*, agency_id: int, symbol: str, now: datetime) -> str:
    """Compose the next number of a paper in its yearly series, such as ``0012/HDHS``."""
    year = clock.local_date(now).year
    number = next_number(agency_id=agency_id, series=f"{symbol}/{year}")
    return f"{number:02d}/{symbol}"


def make_verification_code() -> str:
    """Make the code by which anyone checks a paper."""
    return readable_code()
