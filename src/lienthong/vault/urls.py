"""Addresses of a person's papers."""

from django.urls import path

from lienthong.vault import views

app_name = "vault"
urlpatterns = [
    path("kho-giay-to/", views.documents, name="documents"),
    path("kho-giay-to/them/", views.add, name="add"),
    path("kho-giay-to/ai-da-xem/", views.access, name="access"),
    path("kho-giay-to/<uuid:uuid>/", views.document, name="document"),
    path("kho-giay-to/<uuid:uuid>/bo/", views.remove, name="remove"),
    path("kho-giay-to/<uuid:uuid>/chia-se/<uuid:share>/thu-lai/", views.take_back, name="take_back"),
    path("chia-se/<str:secret>/", views.shared, name="shared"),
]
