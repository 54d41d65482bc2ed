"""Addresses of the official's desk, below ``/lam-viec/``."""

from django.urls import path

from lienthong.workspace.views import acting, counter, dossiers, handling, reading, results, tasks

app_name = "workspace"
urlpatterns = [
    path("", tasks.home, name="home"),
    path("viec/", tasks.tasks, name="tasks"),
    path("viec/hang-loat/", tasks.batch, name="batch"),
    path("viec/<uuid:uuid>/xong/", acting.act, name="act"),
    path("viec/<uuid:uuid>/nhan/", acting.claim, name="claim"),
    path("viec/<uuid:uuid>/tra-lai/", acting.release, name="release"),
    path("viec/<uuid:uuid>/chuyen/", handling.reassign, name="reassign"),
    path("ho-so/", dossiers.dossiers_list, name="dossiers"),
    path("ho-so/<uuid:uuid>/", dossiers.dossier, name="dossier"),
    path("ho-so/<uuid:uuid>/hen-lai/", handling.extend, name="extend"),
    path("ho-so/<uuid:uuid>/nop-tien/", handling.payment, name="payment"),
    path("ho-so/<uuid:uuid>/xu-ly-tiep/", handling.resume, name="resume"),
    path("ho-so/<uuid:uuid>/du-thao/", handling.draft, name="draft"),
    path("ho-so/<uuid:uuid>/du-thao.pdf", handling.draft_preview, name="draft_preview"),
    path("ho-so/<uuid:uuid>/muc-dich/", reading.purpose, name="purpose"),
    path("ho-so/<uuid:uuid>/hien-day-du/", reading.unmask, name="unmask"),
    path("ho-so/<uuid:uuid>/thu-hoi/", results.propose, name="revoke"),
    path("ho-so/<uuid:uuid>/thu-hoi/<uuid:revocation>/", results.decide, name="revocation_decide"),
    path("ho-so/<uuid:uuid>/dinh-chinh/", results.correct, name="correct"),
    path("ho-so/<uuid:uuid>/thay-the/<slug:step>/", results.replacement, name="replacement"),
    path("ho-so/<uuid:uuid>/giay-to/<uuid:document>/chung-thuc/", results.certify, name="certify"),
    path("ho-so/<uuid:uuid>/giay-to/<uuid:document>/doi-chieu/", results.compared, name="compared"),
    path("so-chung-thuc/", results.certified_book, name="certified_book"),
    path("tiep-nhan/", counter.counter, name="counter"),
    path("tiep-nhan/thu-tuc/<str:code>/", counter.applicant, name="counter_applicant"),
    path("tiep-nhan/<uuid:uuid>/buoc/<slug:step>/", counter.step, name="filing_step"),
    path("tiep-nhan/<uuid:uuid>/giay-to/", counter.papers, name="filing_papers"),
    path("tiep-nhan/<uuid:uuid>/bo/", counter.discard, name="filing_discard"),
]
