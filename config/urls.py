"""Mounts each app's addresses; no rule lives here."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("pos.urls")),
    path("", include("customers.urls")),
    path("", include("sales.urls")),
]
