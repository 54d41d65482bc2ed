"""Addresses of the official's desk, below ``/lam-viec/``."""

from django.urls import path

from lienthong.workspace.views import acting, counter, dossiers, handling, queue, scanned, tasks

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
    path("quay/", queue.queue, name="queue"),
    path("quay/chon/", queue.choose_desk, name="queue_desk"),
    path("quay/goi/", queue.call, name="queue_call"),
    path("quay/phat-so/", queue.give, name="queue_give"),
    path("quay/so/<uuid:uuid>/", queue.ticket, name="queue_ticket"),
    path("quay/so/<uuid:uuid>/lam/", queue.act, name="queue_act"),
    path("lich-hen/", queue.appointments, name="appointments"),
    path("lich-hen/<uuid:uuid>/", queue.appointment, name="appointment"),
    path("quet/", queue.scan, name="scan"),
    path("tiep-nhan/", counter.counter, name="counter"),
    path("tiep-nhan/thu-tuc/<str:code>/", counter.applicant, name="counter_applicant"),
    path("tiep-nhan/<uuid:uuid>/buoc/<slug:step>/", counter.step, name="filing_step"),
    path("tiep-nhan/<uuid:uuid>/giay-to/", counter.papers, name="filing_papers"),
    path("tiep-nhan/<uuid:uuid>/huong-dan.pdf", counter.guidance, name="filing_guidance"),
    path("tiep-nhan/<uuid:uuid>/quet/", scanned.scan, name="filing_scan"),
    path("tiep-nhan/<uuid:uuid>/quet/<slug:step>/", scanned.readings, name="filing_readings"),
    path("tiep-nhan/<uuid:uuid>/bo/", counter.discard, name="filing_discard"),
]
