"""Pages on which results end and are corrected, and papers are certified or compared."""

from django.test import Client
from django.urls import reverse

from lienthong.catalogue import api as catalogue
from lienthong.dossiers import api as dossiers
from lienthong.dossiers.models import DossierDocument, DossierStatus, Result, Revocation
from lienthong.dossiers.services import keeping
from lienthong.dossiers.tests.factories import (
    make_application,
    make_citizen,
    make_document,
    make_dossier,
    make_procedure,
    upload,
)
from lienthong.files.tests.factories import make_pdf, make_upload
from lienthong.kernel import clock
from lienthong.vault.models import Certification, VaultDocument
from lienthong.vault.services.keeping import add_upload

WHY = {"reason": "Khai sai", "public_reason": "Nội dung không đúng.", "decision_number": "27/QĐ-UBND"}


def test_a_result_is_revoked_through_the_pages_and_the_checking_page_says_so(world, desk):
    dossier = make_dossier(world, status=DossierStatus.RETURNED, now=clock.now())
    page = reverse("workspace:dossier", args=[dossier.uuid])
    specialist, leader = desk("specialist"), desk("leader")
    assert "Thu hồi hoặc thay thế kết quả" in specialist.get(page).content.decode()
    ask = reverse("workspace:revoke", args=[dossier.uuid])
    assert specialist.get(ask).status_code == 200
    assert specialist.post(ask, {"kind": "revoke"}).status_code == 422
    assert specialist.post(ask, {"kind": "revoke", **WHY}).status_code == 302
    row = Revocation.objects.get()
    waiting = leader.get(page).content.decode()
    assert "Đề nghị chờ duyệt" in waiting
    assert "Khai sai" in waiting
    decide = reverse("workspace:revocation_decide", args=[dossier.uuid, row.uuid])
    assert leader.post(decide, {"accepted": "yes"}).status_code == 302
    assert leader.post(decide, {"accepted": "yes"}).status_code == 409
    assert "Kết quả không còn hiệu lực" in leader.get(page).content.decode()
    result = Result.objects.get(dossier=dossier)
    checked = Client().get(reverse("portal:verify_code", args=[result.verification_code])).content.decode()
    assert "Giấy tờ này đã bị thu hồi" in checked
    assert "Nội dung không đúng." in checked
    assert "Khai sai" not in checked


def test_a_result_is_replaced_through_the_pages(world, desk):
    dossier = make_dossier(world, status=DossierStatus.RETURNED, now=clock.now())
    specialist, leader, clerk = desk("specialist"), desk("leader"), desk("clerk")
    specialist.post(reverse("workspace:revoke", args=[dossier.uuid]), {"kind": "replace", **WHY})
    decide = reverse("workspace:revocation_decide", args=[dossier.uuid, Revocation.objects.get().uuid])
    assert leader.post(decide, {"accepted": "yes"}).status_code == 302
    correct = reverse("workspace:correct", args=[dossier.uuid])
    assert specialist.get(correct).status_code == 200
    assert clerk.get(correct).status_code == 403
    assert "Ký kết quả thay thế" in leader.get(reverse("workspace:dossier", args=[dossier.uuid])).content.decode()
    assert leader.post(reverse("workspace:replacement", args=[dossier.uuid, "ky"])).status_code == 302
    assert clerk.post(reverse("workspace:replacement", args=[dossier.uuid, "cap-so"])).status_code == 302
    old = Result.objects.get(dossier=dossier, state="replaced")
    checked = Client().get(reverse("portal:verify_code", args=[old.verification_code])).content.decode()
    assert "đã được thay thế" in checked
    assert old.replacement.number in checked


def test_a_replacement_is_abandoned_through_the_pages(world, desk):
    dossier = make_dossier(world, status=DossierStatus.RETURNED, now=clock.now())
    specialist, leader = desk("specialist"), desk("leader")
    specialist.post(reverse("workspace:revoke", args=[dossier.uuid]), {"kind": "replace", **WHY})
    leader.post(
        reverse("workspace:revocation_decide", args=[dossier.uuid, Revocation.objects.get().uuid]), {"accepted": "yes"}
    )
    draft = Result.objects.get(dossier=dossier, state="draft")
    page, ask = (
        reverse("workspace:dossier", args=[dossier.uuid]),
        reverse("workspace:replacement_drop", args=[dossier.uuid, draft.uuid]),
    )
    assert ask in leader.get(page).content.decode()
    assert ask not in specialist.get(page).content.decode()
    assert specialist.get(ask).status_code == 403
    assert specialist.post(ask, {"reason": "Nhầm"}).status_code == 403
    shown = leader.get(ask).context["version"]
    assert leader.post(ask, {"version": shown}).status_code == 422
    stale = leader.post(ask, {"version": shown - 1, "reason": "Kết quả cũ đúng"})
    assert stale.status_code == 409
    assert "Kết quả cũ đúng" in stale.content.decode()
    assert leader.post(ask, {"version": shown, "reason": "Kết quả cũ đúng"}).status_code == 302
    assert leader.post(ask, {"version": shown, "reason": "Kết quả cũ đúng"}).status_code == 409
    after = leader.get(page).content.decode()
    assert "Bỏ việc lập kết quả thay thế" in after
    assert "Kết quả cũ đúng" in after
    assert ask not in after
    assert "Thu hồi hoặc thay thế kết quả" in specialist.get(page).content.decode()


def test_a_scan_is_certified_from_the_dossiers_page_and_stands_in_the_book(world, desk):
    lan = make_citizen(now=clock.now())
    version = make_procedure(documents=(make_document("bang", "Bằng tốt nghiệp đại học"),))
    dossier = make_dossier(
        world,
        status=DossierStatus.RETURNED,
        applicant=lan,
        version=version,
        now=clock.now(),
        documents=[dossiers.DocumentInput(key="bang", file_uuid=upload(lan))],
    )
    leader = desk("leader")
    assert "Sổ năm nay chưa có dòng nào" in leader.get(reverse("workspace:certified_book")).content.decode()
    document = DossierDocument.objects.get(dossier=dossier)
    page = reverse("workspace:certify", args=[dossier.uuid, document.uuid])
    assert "Bằng tốt nghiệp đại học" in leader.get(page).content.decode()
    assert leader.post(page, {"title": "Bằng tốt nghiệp đại học"}).status_code == 422
    assert leader.post(page, {"title": "Bằng tốt nghiệp đại học", "compared": "on"}).status_code == 302
    row = Certification.objects.get()
    book = leader.get(reverse("workspace:certified_book")).content.decode()
    assert f"0001/{row.year}-SCT/BS" in book
    checked = Client().get(reverse("portal:verify_code", args=[row.verification_code])).content.decode()
    assert "Bản sao điện tử chứng thực từ bản chính" in checked


def test_papers_used_again_stand_verified_or_to_compare_on_the_officers_page(world, desk):
    lan = make_citizen(now=clock.now())
    version = make_procedure(
        documents=(make_document("giay", "Giấy xác nhận"), make_document("bang", "Bằng lái")),
        results=(catalogue.ResultContent("Giấy xác nhận"),),
    )
    first = make_dossier(
        world,
        status=DossierStatus.RETURNED,
        applicant=lan,
        version=make_procedure(results=(catalogue.ResultContent("Giấy xác nhận"),)),
        now=clock.now(),
    )
    keeping.follow(dossier_uuid=first.uuid, now=clock.now())
    held = VaultDocument.objects.get(person_id=lan.person_id)
    own = add_upload(
        principal=lan, title="Bằng lái", upload=make_upload(make_pdf(), "b.pdf", "application/pdf"), now=clock.now()
    )
    second = dossiers.submit(
        principal=lan,
        application=make_application(
            world,
            version,
            documents=[
                dossiers.DocumentInput(key="giay", vault_uuid=held.uuid),
                dossiers.DocumentInput(key="bang", vault_uuid=own.uuid),
            ],
        ),
        now=clock.now(),
    )
    receptionist, page = desk("receptionist"), reverse("workspace:dossier", args=[second.uuid])
    shown = receptionist.get(page).content.decode()
    assert "chữ ký hợp lệ, kiểm tra lúc" in shown
    assert "không cần đối chiếu" in shown
    assert "Chưa xác minh" in shown
    paper = DossierDocument.objects.get(dossier=second, document_key="bang")
    compared = reverse("workspace:compared", args=[second.uuid, paper.uuid])
    assert receptionist.post(compared).status_code == 302
    assert "Chưa xác minh" not in receptionist.get(page).content.decode()
