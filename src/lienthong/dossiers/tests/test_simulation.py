"""The due date on trial: what a real dossier would get."""

from datetime import date, timedelta

import pytest

from lienthong.dossiers import api
from lienthong.dossiers.api import Dossier, DossierStatus, SubmissionInvalidError
from lienthong.dossiers.tests.factories import NOW, REASON, World, at, do, make_citizen, make_dossier, make_procedure

S = DossierStatus


def test_the_trial_is_what_a_real_dossier_gets(world: World) -> None:
    """The same supplement, by the same code: trial and dossier agree to the minute, step by step."""
    lan = make_citizen()
    start = at("2026-11-20T15:40")
    version = make_procedure(limit=(5, "working_days"), now=start)
    asked, answered = at("2026-11-26T09:00"), at("2026-11-30T16:00")
    question = api.Question(
        version=version, received_at=start, agency_id=world.office("ward").pk, asked_at=asked, answered_at=answered
    )
    answer = api.simulate(question=question, now=start)
    dossier = make_dossier(world, applicant=lan, status=S.PROCESSING, version=version, now=start)
    do(world, dossier, "verify", "supplement", note=REASON, now=asked)
    real = api.supplement(
        principal=lan, dossier=dossier, documents=(), answers=None, note="Đây", version=None, now=answered
    )
    assert answer is not None
    assert answer.due_at == real.due_at
    assert tuple(answer.moves[-1].steps) == real.due_steps
    assert [move.title for move in answer.moves] == ["Tính hạn khi tiếp nhận", "Tính lại từ đầu"]
    assert [(day.on, day.name) for day in answer.days] == [(date(2026, 11, 24), "Ngày Văn hóa Việt Nam")]
    assert Dossier.objects.count() == 1, "a trial stores nothing"


def test_the_trial_tells_of_a_new_appointment_and_refuses_a_day_off(world: World) -> None:
    start = at("2026-11-09T09:00")
    version = make_procedure(limit=(3, "working_days"), now=start)
    answer = api.simulate(
        question=api.Question(version=version, received_at=start, extended_to=date(2026, 11, 18)), now=NOW
    )
    assert answer is not None
    assert answer.due_at == at("2026-11-18T17:00")
    assert len(answer.moves[-1].steps) == 1
    for day in (date(2026, 11, 14), date(2026, 11, 10)):
        with pytest.raises(SubmissionInvalidError) as refused:
            api.simulate(question=api.Question(version=version, received_at=start, extended_to=day), now=NOW)
        assert "extended_to" in refused.value.field_errors


def test_the_trial_of_a_procedure_without_limit_and_of_a_pause_backwards(world: World) -> None:
    start = at("2026-11-09T09:00")
    unlimited = make_procedure(limit=None, now=start)
    assert api.simulate(question=api.Question(version=unlimited, received_at=start), now=NOW) is None
    version = make_procedure(now=start)
    with pytest.raises(SubmissionInvalidError) as refused:
        api.simulate(
            question=api.Question(
                version=version,
                received_at=start,
                asked_at=start - timedelta(days=1),
                answered_at=start - timedelta(days=2),
            ),
            now=NOW,
        )
    assert set(refused.value.field_errors) == {"asked_at", "answered_at"}
