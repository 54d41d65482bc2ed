"""Drafting, publishing and withdrawing: versions never overlap, and published ones never change."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from lienthong.accounts.api import Principal
from lienthong.catalogue import api
from lienthong.catalogue.models import ProcedureVersion
from lienthong.catalogue.tests.factories import make_content
from lienthong.kernel.models import AuditEntry, OutboxEvent

pytestmark = pytest.mark.django_db
START = date(2026, 1, 1)
CITIZEN = Principal(account_id=1, account_uuid="", kind="citizen", name="Bà Hoa")


def published(system, now, *, valid_from=START, **changes):
    version = api.draft(principal=system, content=make_content(**changes), valid_from=valid_from, now=now)
    return api.publish(principal=system, version_uuid=version.uuid, now=now)


def test_a_draft_is_not_in_force_until_published(system, now):
    draft = api.draft(principal=system, content=make_content(), valid_from=START, now=now)
    with pytest.raises(api.ProcedureNotFoundError):
        api.get_procedure(code="1.999001", on=START)
    with pytest.raises(api.ProcedureNotFoundError):
        api.get_version(uuid=draft.uuid)
    api.publish(principal=system, version_uuid=draft.uuid, now=now)
    assert api.get_procedure(code="1.999001", on=START).number == 1
    actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["catalogue.version.drafted", "catalogue.version.published"]
    assert OutboxEvent.objects.get().name == "catalogue.procedure.published"


def test_a_new_version_ends_the_one_before(system, now):
    published(system, now)
    later = date(2026, 6, 1)
    published(system, now, valid_from=later, name="Tên sau")
    assert api.get_procedure(code="1.999001", on=later - timedelta(days=1)).number == 1
    assert api.get_procedure(code="1.999001", on=later).name_vi == "Tên sau"


def test_periods_cannot_overlap_even_past_the_services(system, now):
    first = published(system, now)
    second = api.draft(principal=system, content=make_content(), valid_from=START, now=now)
    with pytest.raises(api.PeriodTakenError):
        api.publish(principal=system, version_uuid=second.uuid, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProcedureVersion.objects.filter(pk=second.pk).update(state="published", published_at=now)
    assert api.get_procedure(code="1.999001", on=START) == first


def test_withdrawing_keeps_the_past_and_dossiers_keep_their_version(system, now):
    version = published(system, now)
    end = date(2026, 9, 1)
    with pytest.raises(api.InvalidContentError):
        api.withdraw(principal=system, version_uuid=version.uuid, on=end, reason=" ", now=now)
    api.withdraw(principal=system, version_uuid=version.uuid, on=end, reason="Bị bãi bỏ", now=now)
    assert api.get_procedure(code="1.999001", on=end - timedelta(days=1)) == version
    with pytest.raises(api.ProcedureNotFoundError):
        api.get_procedure(code="1.999001", on=end)
    assert api.get_version(uuid=version.uuid) == version
    with pytest.raises(api.VersionStateError):
        api.withdraw(principal=system, version_uuid=version.uuid, on=end, reason="Lần nữa", now=now)
    with pytest.raises(api.VersionStateError):
        api.discard_draft(principal=system, version_uuid=version.uuid, now=now)


def test_only_publishers_publish(system, now):
    with pytest.raises(api.MayNotPublishError):
        api.draft(principal=CITIZEN, content=make_content(), valid_from=START, now=now)
    draft = api.draft(principal=system, content=make_content(), valid_from=START, now=now)
    with pytest.raises(api.MayNotPublishError):
        api.publish(principal=CITIZEN, version_uuid=draft.uuid, now=now)
    api.discard_draft(principal=system, version_uuid=draft.uuid, now=now)
    assert not ProcedureVersion.objects.exists()


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"code": "abc"}, "code"),
        ({"levels": ()}, "levels"),
        ({"levels": ("moon",)}, "levels"),
        ({"time_limits": (api.TimeLimitContent(0, "days"),)}, "time_limits.0.amount"),
        ({"time_limits": (api.TimeLimitContent(3, "immediate"),)}, "time_limits.0.amount"),
        ({"fees": (api.FeeContent("phi", -1),)}, "fees.0.amount"),
        ({"documents": (api.DocumentContent("a", "", 1, 0, "required"),)}, "documents.0.name"),
        ({"decision": "x" * 121}, "decision"),
    ],
)
def test_bad_contents_are_refused_with_the_path(system, now, changes, path):
    with pytest.raises(api.InvalidContentError) as refused:
        api.draft(principal=system, content=make_content(**changes), valid_from=START, now=now)
    assert path in refused.value.field_errors


def test_an_unknown_condition_is_refused(system, now):
    version = published(system, now)
    assert api.time_limit(version=version, condition_key="main").amount == 5
    with pytest.raises(api.UnknownConditionError):
        api.time_limit(version=version, condition_key="none")
