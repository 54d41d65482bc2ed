import string

from hypothesis import given
from hypothesis import strategies as st

from lienthong.files.inspection import clean_name
from lienthong.files.inspection.kinds import MAX_NAME
from lienthong.files.signing.verify import verify_pdf
from lienthong.files.tests.factories import NOW


@given(st.text(max_size=400))
def test_a_cleaned_name_is_safe_short_and_stable(name: str):
    cleaned = clean_name(name)
    assert cleaned
    assert len(cleaned) <= MAX_NAME
    assert not set(cleaned) & set('/\\\0\n\r"<>|*?:')
    assert clean_name(cleaned) == cleaned


@given(st.binary(max_size=300))
def test_verifying_never_fails(content: bytes):
    assert verify_pdf(pdf=b"%PDF-1.7\n" + content, now=NOW).state in ("unreadable", "unsigned")


@given(st.text(alphabet=string.ascii_letters, min_size=1, max_size=20))
def test_a_plain_name_stays_as_it_is(name: str):
    assert clean_name(f"{name}.pdf") == f"{name}.pdf"
