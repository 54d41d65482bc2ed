"""Addresses picked from the dated areas: the lists to choose from and the text kept beside the choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from lienthong.forms.formats import OTHER_PLACE
from lienthong.kernel.errors import NotFoundError
from lienthong.organisations import api as organisations

LEVELS = ("province", "district", "commune")


@dataclass(frozen=True, slots=True)
class AreaChoice:
    """One area of a list; ``value`` is its public uuid or ``other``."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class AreaChoices:
    """The lists of one address field: provinces, districts (old period only), communes."""

    provinces: tuple[AreaChoice, ...]
    districts: tuple[AreaChoice, ...]
    communes: tuple[AreaChoice, ...]
    province_name: str
    is_elsewhere: bool
    street: str


@dataclass(frozen=True, slots=True)
class _Area:
    """What forms need of an area; areas never change once dated, so they may be remembered."""

    id: int
    uuid: str
    level: str
    name: str
    parent_id: int | None
    valid_from: date
    valid_to: date | None


@lru_cache(maxsize=4096)
def _area(uuid: str) -> _Area:
    area = organisations.get_area(uuid=uuid)
    return _plain(area)


def _plain(area: Any) -> _Area:
    return _Area(area.pk, str(area.uuid), area.level, area.name, area.parent_id, area.valid_from, area.valid_to)


def find_area(uuid: Any) -> _Area | None:
    """Find an area by public uuid; ``None`` for anything that is not one."""
    if not isinstance(uuid, str) or not uuid or uuid == OTHER_PLACE:
        return None
    try:
        return _area(uuid)
    except NotFoundError:
        return None


@lru_cache(maxsize=512)
def _list(on: date, level: str, parent_id: int | None) -> tuple[_Area, ...]:
    return tuple(map(_plain, organisations.list_areas(on=on, level=level, parent_id=parent_id)))


def forget_areas() -> None:
    """Forget the remembered areas, after the lists of areas were loaded anew."""
    _area.cache_clear()
    _list.cache_clear()


def area_choices(address: Mapping[str, Any], *, on: date | None) -> AreaChoices:
    """Give the lists for an address as typed so far.

    :param on: the date whose areas are offered; with ``None`` only names are looked up. An area
        chosen from another period stays in the list, marked with its period.
    """
    chosen = {level: find_area(address.get(level)) for level in LEVELS}
    province = chosen["province"]
    lists: dict[str, tuple[AreaChoice, ...]] = dict.fromkeys(LEVELS, ())
    if on is not None:
        lists["province"] = _choices(_list(on, "province", None), province)
        if province:
            date_of_lists = on if _is_in_force(province, on) else (province.valid_to or on)
            if not _is_in_force(province, date_of_lists):
                date_of_lists = province.valid_from
            districts = _list(date_of_lists, "district", province.id)
            lists["district"] = _choices(districts, chosen["district"])
            parent = chosen["district"] if districts else province
            if parent:
                lists["commune"] = _choices(_list(date_of_lists, "commune", parent.id), chosen["commune"])
    return AreaChoices(
        provinces=lists["province"],
        districts=lists["district"],
        communes=lists["commune"],
        province_name=province.name if province else "",
        is_elsewhere=address.get("province") == OTHER_PLACE,
        street=str(address.get("street", "")),
    )


def address_problem(address: Mapping[str, Any]) -> str:
    """Say what is wrong with an address whose parts look right: unknown areas or parts that do not belong together."""
    if address.get("province") == OTHER_PLACE:
        return ""
    province, commune = find_area(address.get("province")), find_area(address.get("commune"))
    if province is None or province.level != "province":
        return _("Hãy chọn lại tỉnh, thành phố.")
    if commune is None or commune.level != "commune":
        return _("Hãy chọn lại xã, phường, đặc khu.")
    if commune.parent_id == province.id:
        return ""
    district = find_area(address.get("district"))
    if district and commune.parent_id == district.id and district.parent_id == province.id:
        return ""
    return _("Xã, phường đã chọn không thuộc tỉnh, thành phố đã chọn; hãy chọn lại.")


def address_text(address: Mapping[str, Any]) -> str:
    """Write an address as one line: street, commune, district, province as named at the time chosen."""
    names = [str(address.get("street", "")).strip()]
    for level in reversed(LEVELS):
        area = find_area(address.get(level))
        if area:
            names.append(area.name)
    return ", ".join(name for name in names if name)


def _is_in_force(area: _Area, on: date) -> bool:
    return area.valid_from <= on and (area.valid_to is None or on < area.valid_to)


def _choices(areas: tuple[_Area, ...], chosen: _Area | None) -> tuple[AreaChoice, ...]:
    offered = tuple(AreaChoice(area.uuid, area.name, bool(chosen and area.uuid == chosen.uuid)) for area in areas)
    if chosen and not any(choice.selected for choice in offered):
        until = chosen.valid_to
        label = _("%(name)s (đến %(year)s)") % {"name": chosen.name, "year": until.year} if until else chosen.name
        return (AreaChoice(chosen.uuid, label, selected=True), *offered)
    return offered
