"""The linked procedures of a dossier, and who above is told of one."""

from datetime import date

from lienthong.dossiers.models import Branch, Dossier
from lienthong.kernel.prepared import Prepared
from lienthong.organisations import api as organisations


def branches_of(*, dossier: Dossier) -> tuple[Branch, ...]:
    """List the linked procedures of a dossier in the order they were sent on, each with its agency."""
    return tuple(_BRANCHES.all(dossier=dossier.pk))


_BRANCHES = Prepared(
    lambda dossier: Branch.objects.filter(dossier=dossier).select_related("agency").order_by("id"), dossier=int
)


def superior_desks(*, agency: organisations.Agency, on: date) -> frozenset[int]:
    """Give the one-stop units of an agency's own level and area: those told of what arrives at that level.

    Basis: NĐ 61/2018/NĐ-CP, Điều 18.
    """
    if agency.area_id is None:
        return frozenset()
    neighbours = organisations.list_agencies(on=on, level=agency.level, area_id=agency.area_id)
    return frozenset(one.pk for one in neighbours if one.is_one_stop)
