"""Addresses of the official's desk, below ``/lam-viec/``."""

from django.urls import path

from lienthong.workspace.views import (
    acting,
    books,
    counter,
    dossiers,
    handing_over,
    handling,
    simulation,
    supervision,
    tasks,
)

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
    path("ho-so/<uuid:uuid>/phieu-kiem-soat.pdf", books.control_sheet, name="control_sheet"),
    path("tinh-han/", simulation.simulate, name="simulation"),
    path("so-theo-doi/", books.books, name="books"),
    path("ban-giao/", handing_over.listing, name="hand_overs"),
    path("ban-giao/lap/", handing_over.start, name="hand_over_new"),
    path("ban-giao/<uuid:uuid>/", handing_over.hand_over, name="hand_over"),
    path("ban-giao/<uuid:uuid>/danh-sach.pdf", handing_over.printed, name="hand_over_print"),
    path("canh-bao/", supervision.alarms, name="alarms"),
    path("canh-bao/kiem-tra/", supervision.check, name="alarms_check"),
    path("canh-bao/<uuid:uuid>/nhac/", supervision.remind, name="alarm_remind"),
    path("canh-bao/<uuid:uuid>/xu-ly/", supervision.mend, name="alarm_mend"),
    path("tiep-nhan/", counter.counter, name="counter"),
    path("tiep-nhan/thu-tuc/<str:code>/", counter.applicant, name="counter_applicant"),
    path("tiep-nhan/<uuid:uuid>/buoc/<slug:step>/", counter.step, name="filing_step"),
    path("tiep-nhan/<uuid:uuid>/giay-to/", counter.papers, name="filing_papers"),
    path("tiep-nhan/<uuid:uuid>/bo/", counter.discard, name="filing_discard"),
]
