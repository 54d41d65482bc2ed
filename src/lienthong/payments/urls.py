"""Addresses that payment gateways call, and the demo's stand-in of one."""

from django.urls import path

from lienthong.payments import views

app_name = "payments"
urlpatterns = [
    path("thanh-toan/<slug:key>/thong-bao/", views.notification, name="notification"),
    path("dev/payment-gateway/", views.sandbox, name="sandbox"),
    path("dev/payment-gateway/api/", views.sandbox_api, name="sandbox_api"),
]
