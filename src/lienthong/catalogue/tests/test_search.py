"""Search: what people type finds what they mean, in a constant number of statements."""

from datetime import date

import pytest

from lienthong.catalogue import api, spelling

ON = date(2026, 11, 23)

# Typed text → the procedure that must come first.
FIRST = [
    ("đăng ký khai sinh", "1.001193"),
    ("dang ky khai sinh", "1.001193"),
    ("DANG KY KHAI SINH", "1.001193"),
    ("khai sihn", "1.001193"),
    ("làm giấy khai sinh", "1.001193"),
    ("cap bang lai xe", "3.000347"),
    ("đổi bằng lái", "3.000347"),
    ("sổ đỏ", "1.013978"),
    ("so do", "1.013978"),
    ("sang ten so do", "1.013831"),
    ("khai tử", "1.000656"),
    ("giấy độc thân", "1.004873"),
    ("hộ khẩu", "1.004222"),
    ("hoo khau", "1.004222"),
    ("passport", "1.001456"),
    ("cccd", "1.014061"),
    ("mo quan", "1.001612"),
    ("xin phép xây nhà", "1.013225"),
    ("giay phep lao dogn", "1.014199"),
    ("1.001612", "1.001612"),
]


def test_what_people_type_finds_what_they_mean(seeded):
    found = {text: [hit.code for hit in api.search(query=text, on=ON).hits] for text, _code in FIRST}
    wrong = {text: (code, found[text][:3]) for text, code in FIRST if found[text][:1] != [code]}
    assert wrong == {}
    assert "1.001193" in {hit.code for hit in api.search(query="birth registration", on=ON).hits}
    assert "1.0011" in {hit.code[:6] for hit in api.search(query="1.0011", on=ON).hits}


def test_statements_are_few_and_constant(seeded, django_assert_max_num_queries, django_assert_num_queries):
    with django_assert_num_queries(2):
        api.search(on=ON)
    for text in ("khai sinh", "giấy phép", "zzzz"):
        with django_assert_max_num_queries(4):
            api.search(query=text, level="commune", on=ON)


def test_filters_and_counts(seeded):
    everything = api.search(on=ON, size=100)
    assert everything.total == len(everything.hits) == 68
    counts = {facet.value: facet.count for facet in everything.facets["level"]}
    for level, count in counts.items():
        page = api.search(level=level, on=ON, size=100)
        assert page.total == count
        assert all(level in hit.levels for hit in page.hits)
    assert api.search(life_event="co-con-nho", on=ON).total >= 3
    assert api.search(online="full", applicant="business", on=ON).total > 0
    assert api.search(sector="G15-TP07", query="ket hon", on=ON).total >= 2


def test_pages_do_not_overlap(seeded):
    first = api.search(on=ON, size=40)
    second = api.search(on=ON, size=40, page=2)
    assert len(first.hits) + len(second.hits) == 68
    assert not {hit.code for hit in first.hits} & {hit.code for hit in second.hits}
    beyond = api.search(on=ON, size=40, page=9)
    assert (beyond.hits, beyond.total) == ((), 68)


@pytest.mark.parametrize("text", ["%", "_", "'", "\\", "a & b | !c", "<script>", "\x00", "(", ":*", "x" * 5000, "  "])
def test_odd_texts_are_harmless(seeded, text):
    assert api.search(query=text, on=ON).total >= 0
    api.suggest(query=text, on=ON)


def test_suggestions_while_typing(seeded):
    assert api.suggest(query="k", on=ON) == ()
    assert "1.000894" in {hit.code for hit in api.suggest(query="kết h", on=ON)}


@pytest.mark.parametrize(
    ("typed", "known", "near"),
    [
        ("sihn", "sinh", True),
        ("sin", "sinh", True),
        ("sinhh", "sinh", True),
        ("sanh", "sinh", True),
        ("sn", "sinh", False),
    ],
)
def test_one_letter_away(typed, known, near):
    assert spelling.is_near(typed, known) is near
    if near:
        assert spelling.variants(typed) & spelling.variants(known)
