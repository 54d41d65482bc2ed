"""The flags of the digitisation index (QĐ 766/QĐ-TTg, 4.1 to 4.4), counted over dossiers of every kind."""

from datetime import timedelta

from lienthong.dossiers import api as dossiers
from lienthong.dossiers.models import DossierDocument, DossierStatus
from lienthong.dossiers.services import keeping
from lienthong.dossiers.tests.factories import (
    NOW,
    do,
    make_application,
    make_citizen,
    make_document,
    make_dossier,
    make_procedure,
    upload,
)
from lienthong.vault.models import VaultDocument


def test_each_flag_counts_the_dossiers_that_meet_it(world, django_assert_num_queries):
    lan = make_citizen()
    version = make_procedure(documents=(make_document("don", "Đơn đề nghị"),))
    filed = {"applicant": lan, "version": version}
    scanned = make_dossier(
        world,
        status=DossierStatus.RETURNED,
        documents=[dossiers.DocumentInput(key="don", file_uuid=upload(lan))],
        **filed,
    )
    keeping.follow(dossier_uuid=scanned.uuid, now=NOW)
    held = VaultDocument.objects.get(person_id=lan.person_id)
    again = dossiers.submit(
        principal=lan,
        application=make_application(
            world, version, documents=[dossiers.DocumentInput(key="don", vault_uuid=held.uuid)]
        ),
        now=NOW,
    )
    do(world, again, "check", "accept")
    on_paper = make_dossier(
        world,
        status=DossierStatus.RETURNED,
        documents=[dossiers.DocumentInput(key="don", file_uuid=upload(lan))],
        **filed,
    )
    DossierDocument.objects.filter(dossier=on_paper).update(file=None, origin="paper")
    make_dossier(world, documents=[dossiers.DocumentInput(key="don", file_uuid=upload(lan))], **filed)
    ward = [world.office("ward").pk]
    with django_assert_num_queries(1):
        found = dossiers.digitisation(agency_ids=ward, since=NOW - timedelta(days=1), before=NOW + timedelta(days=1))
    assert found == dossiers.DigitisationFigures(
        received=3, settled=2, electronic=2, digitised=1, with_files=2, reused=1
    )
    later = dossiers.digitisation(agency_ids=ward, since=NOW + timedelta(days=1), before=NOW + timedelta(days=2))
    assert later.received == 0
