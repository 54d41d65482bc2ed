from django.urls import path

from lienthong.files import views

app_name = "files"
urlpatterns = [
    path("tep/<uuid:uuid>/", views.download, name="download"),
    path("tep/<uuid:uuid>/xem/<int:page>.png", views.page_picture, name="page"),
]
