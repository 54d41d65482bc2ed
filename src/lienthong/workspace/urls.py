"""Addresses of the official's desk, below ``/lam-viec/``."""

from django.urls import path

from lienthong.workspace.views import acting, counter, dossiers, handling, payments, reconciling, tasks

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
    path("ho-so/<uuid:uuid>/nop-tien/", payments.of_dossier, name="payment"),
    path("ho-so/<uuid:uuid>/xu-ly-tiep/", handling.resume, name="resume"),
    path("ho-so/<uuid:uuid>/du-thao/", handling.draft, name="draft"),
    path("ho-so/<uuid:uuid>/du-thao.pdf", handling.draft_preview, name="draft_preview"),
    path("thu-phi/", payments.charges, name="charges"),
    path("thu-phi/khoan/<uuid:uuid>/", payments.charge, name="charge"),
    path("thu-phi/khoan/<uuid:uuid>/tien-mat/", payments.cash, name="charge_cash"),
    path("thu-phi/khoan/<uuid:uuid>/mien-giam/", payments.reduce, name="charge_reduce"),
    path("thu-phi/nop/<uuid:uuid>/hoan/", payments.refund, name="payment_refund"),
    path("thu-phi/hoan-tien/", payments.refunds, name="refunds"),
    path("thu-phi/hoan-tien/<uuid:uuid>/duyet/", payments.decide, name="refund_decide"),
    path("thu-phi/hoan-tien/<uuid:uuid>/chi/", payments.pay_out, name="refund_pay_out"),
    path("thu-phi/bien-lai/", payments.receipts, name="receipts"),
    path("thu-phi/bien-lai/<uuid:uuid>/huy/", payments.cancel_receipt, name="receipt_cancel"),
    path("thu-phi/sao-ke/", reconciling.statements, name="statements"),
    path("thu-phi/doi-soat/", reconciling.reconciliation, name="reconciliation"),
    path("thu-phi/doi-soat/<uuid:uuid>/ly-do/", reconciling.explain, name="difference_explain"),
    path("tiep-nhan/", counter.counter, name="counter"),
    path("tiep-nhan/thu-tuc/<str:code>/", counter.applicant, name="counter_applicant"),
    path("tiep-nhan/<uuid:uuid>/buoc/<slug:step>/", counter.step, name="filing_step"),
    path("tiep-nhan/<uuid:uuid>/giay-to/", counter.papers, name="filing_papers"),
    path("tiep-nhan/<uuid:uuid>/bo/", counter.discard, name="filing_discard"),
]
