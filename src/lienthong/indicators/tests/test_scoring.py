"""Points, totals and ranks (QĐ 766/QĐ-TTg as practised in 2026; docs name how sure each rule is)."""

from collections import defaultdict
from decimal import Decimal

import pytest
import yaml
from django.conf import settings

from lienthong.indicators.formulas import FORMULAS
from lienthong.indicators.scoring import NO_SOURCE, Share, add_up, ranks, rounded, score

D = Decimal


@pytest.mark.parametrize(
    ("share", "maximum", "target", "points"),
    [
        # No target: in proportion to 100 %.
        (Share(50, 100), 20, None, 10),
        (Share(100, 100), 20, None, 20),
        # The whole maximum from the target on, below it in proportion.
        (Share(80, 100), 4, 80, 4),
        (Share(95, 100), 4, 80, 4),
        (Share(40, 100), 4, 80, 2),
        (Share(25, 100), 6, 50, 3),
        # 0 of something is 0 points; nothing to divide by is no data.
        (Share(0, 7), 6, None, 0),
        (Share(0, 0), 6, None, None),
        (NO_SOURCE, 6, 90, None),
    ],
)
def test_a_share_becomes_points(share, maximum, target, points):
    found = score(share=share, maximum=D(maximum), target=None if target is None else D(target))
    assert found == (None if points is None else D(points))


def test_missing_data_are_shared_among_the_others_or_count_nothing():
    rows = [(D(15), D(20)), (None, D(6)), (D(3), D(4))]
    assert add_up(rows, no_data="skip").total == rounded(D(18) * 30 / 24)
    assert add_up(rows, no_data="zero").total == D(18)
    assert add_up([(None, D(6))], no_data="zero").total is None


def test_equal_totals_share_a_rank_and_the_next_is_skipped():
    found = ranks([("a", D(80)), ("b", D(90)), ("c", None), ("d", D(90)), ("e", D(70))])
    assert [(rank, key) for rank, key, _total in found] == [(1, "b"), (1, "d"), (3, "a"), (4, "e"), (None, "c")]


def test_the_seeded_index_has_a_hundred_points_in_the_groups_of_the_decision():
    """Groups: 18, 20, 12 + 10, 22, 18 (QĐ 766/QĐ-TTg, two independent sources)."""
    seed = yaml.safe_load((settings.SEEDS / "indicators" / "index.yaml").read_text(encoding="utf-8"))
    groups = defaultdict(int)
    for row in seed["indicators"]:
        groups[row["group"]] += row["maximum"]
        assert row["formula"] in FORMULAS
    assert groups == {
        "transparency": 18,
        "progress": 20,
        "online": 12,
        "payment": 10,
        "digitisation": 22,
        "satisfaction": 18,
    }
    assert sum(groups.values()) == 100
