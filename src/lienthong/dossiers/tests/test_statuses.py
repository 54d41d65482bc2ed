"""The ten national statuses, the steps between them (domain 3.3), and the reasons that law wants."""

from itertools import product

import pytest

from lienthong.accounts.api import SYSTEM_PRINCIPAL
from lienthong.dossiers import api
from lienthong.dossiers.api import DossierStateError, DossierStatus, SubmissionInvalidError
from lienthong.dossiers.services.change import Change
from lienthong.dossiers.tests.factories import NOW, World, do, make_citizen, make_dossier, make_procedure
from lienthong.kernel.errors import InvalidError

S = DossierStatus
# Domain 3.3, and 5→3: what is handed in on request may still be refused before anybody has received it
# (NĐ 61/2018/NĐ-CP, Điều 17).
ALLOWED: dict[int, set[int]] = {
    1: {2, 3, 5, 7},
    2: {4, 5, 6, 7},
    3: set(),
    4: {5, 6, 7, 8, 9},
    5: {2, 3, 4, 7, 8},
    6: {4, 7, 8},
    7: set(),
    8: {4, 9},
    9: {10},
    10: set(),
}


@pytest.mark.parametrize(("before", "after"), list(product(S, S)))
def test_a_status_changes_only_along_the_national_steps(before: DossierStatus, after: DossierStatus) -> None:
    change = Change(dossier=api.Dossier(status=before), principal=SYSTEM_PRINCIPAL, now=NOW)
    if before == after or after in ALLOWED[before]:
        change.move_to(after)
        assert change.dossier.status == after
    else:
        with pytest.raises(DossierStateError, match=str(before.label)):
            change.move_to(after)
        assert change.dossier.status == before


@pytest.mark.parametrize("status", [status for status in S if status != S.RECEIVED])
def test_services_bring_a_dossier_to_rest_in_each_status(world: World, status: DossierStatus) -> None:
    assert make_dossier(world, status=status).status == status


@pytest.mark.parametrize(
    ("status", "element", "outcome", "basis"),
    [
        (S.SUBMITTED, "check", "refuse", "NĐ 61/2018 Điều 17: refusal in writing, with the reason"),
        (S.SUBMITTED, "check", "supplement", "NĐ 61/2018 Điều 17: full guidance, once, in writing"),
        (S.PROCESSING, "verify", "supplement", "NĐ 61/2018 Điều 19: form 02 names what is missing"),
        (S.PROCESSING, "verify", "reject", "NĐ 61/2018 Điều 19: form 03 gives the reason"),
        (S.PROCESSING, "verify", "stop", "TT 03/2025 form 05: notice of stopping, with the reason"),
    ],
)
def test_what_law_wants_reasoned_is_refused_without_a_reason(
    world: World, status: DossierStatus, element: str, outcome: str, basis: str
) -> None:
    dossier = make_dossier(world, status=status)
    before = dossier.version
    with pytest.raises(InvalidError) as refused:
        do(world, dossier, element, outcome, note="   ")
    assert refused.value.field_errors["note"], basis
    dossier.refresh_from_db()
    assert (dossier.status, dossier.version) == (status, before)


def test_the_applicant_gives_a_reason_to_withdraw(world: World) -> None:
    applicant = make_citizen()
    dossier = make_dossier(world, applicant=applicant)
    with pytest.raises(SubmissionInvalidError) as refused:
        api.withdraw(principal=applicant, dossier=dossier, reason=" ", version=None, now=NOW)
    assert "reason" in refused.value.field_errors


@pytest.mark.parametrize(
    ("status", "may"),
    [
        (S.SUBMITTED, True),
        (S.NOT_RECEIVED, False),
        (S.PROCESSING, True),
        (S.SUPPLEMENT, True),
        (S.PAYMENT, True),
        (S.WITHDRAWN, False),
        (S.STOPPED, False),
        (S.DONE, False),
        (S.RETURNED, False),
    ],
)
def test_a_dossier_is_withdrawn_until_it_is_decided(world: World, status: DossierStatus, may: bool) -> None:
    applicant = make_citizen()
    dossier = make_dossier(world, applicant=applicant, status=status)
    if not may:
        with pytest.raises(DossierStateError):
            api.withdraw(principal=applicant, dossier=dossier, reason="Nộp nhầm", version=None, now=NOW)
        return
    after = api.withdraw(principal=applicant, dossier=dossier, reason="Nộp nhầm", version=None, now=NOW)
    assert (after.status, after.stage, after.paused_at) == (S.WITHDRAWN, "", None)
    assert api.current_holders(dossier=after) == ()


def test_supplement_asks_only_for_papers_the_procedure_knows(world: World) -> None:
    dossier = make_dossier(world, version=make_procedure(), status=S.PROCESSING)
    with pytest.raises(SubmissionInvalidError) as refused:
        do(world, dossier, "verify", "supplement", note="Thiếu", data={"document_keys": ["khong-co"]})
    assert "document_keys" in refused.value.field_errors
