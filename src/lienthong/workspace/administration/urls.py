"""Addresses of administration."""

from django.urls import path

from lienthong.workspace.administration.views import audit, operations

app_name = "administration"
urlpatterns = [
    path("van-hanh/", operations.overview, name="operations"),
    path("van-hanh/su-kien/", operations.stuck_events, name="stuck_events"),
    path("van-hanh/su-kien/phat-lai/", operations.replay, name="replay"),
    path("van-hanh/thu/", operations.failed_mails, name="failed_mails"),
    path("van-hanh/thu/gui-lai/", operations.resend, name="resend"),
    path("van-hanh/viec/", operations.troubled_jobs, name="jobs"),
    path("van-hanh/viec/chay-lai/", operations.retry_jobs, name="retry_jobs"),
    path("van-hanh/may-chu/", operations.installation, name="installation"),
    path("nhat-ky/", audit.entries, name="audit"),
]
