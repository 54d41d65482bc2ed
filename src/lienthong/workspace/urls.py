"""Addresses of the official's desk, below ``/lam-viec/``."""

from django.urls import path

from lienthong.workspace.views import acting, counter, dossiers, feedback, handling, keeping, tasks

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
    path("ho-so/<uuid:uuid>/moi-danh-gia/", feedback.invite, name="rating_invite"),
    path("ho-so/<uuid:uuid>/goi/", keeping.package, name="package"),
    path("luu-tru/", keeping.retention, name="retention"),
    path("luu-tru/<uuid:uuid>/", keeping.decide, name="retention_decide"),
    path("phan-anh/", feedback.complaints, name="complaints"),
    path("phan-anh/<uuid:uuid>/", feedback.complaint, name="complaint"),
    path("phan-anh/<uuid:uuid>/nhan/", feedback.take, name="complaint_take"),
    path("phan-anh/<uuid:uuid>/tra-loi/", feedback.answer, name="complaint_answer"),
    path("phan-anh/<uuid:uuid>/cap-tren/", feedback.escalate, name="complaint_escalate"),
    path("chat-luong/", feedback.scores, name="scores"),
    path("chat-luong/<uuid:uuid>/nguoi/", feedback.official_scores, name="official_scores"),
    path("chat-luong/<uuid:uuid>/ho-so/", feedback.score_list, name="score_list"),
    path("tiep-nhan/", counter.counter, name="counter"),
    path("tiep-nhan/thu-tuc/<str:code>/", counter.applicant, name="counter_applicant"),
    path("tiep-nhan/<uuid:uuid>/buoc/<slug:step>/", counter.step, name="filing_step"),
    path("tiep-nhan/<uuid:uuid>/giay-to/", counter.papers, name="filing_papers"),
    path("tiep-nhan/<uuid:uuid>/bo/", counter.discard, name="filing_discard"),
]
