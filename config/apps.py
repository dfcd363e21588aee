import django.contrib.admin.apps as admin
from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Brings the commands that wire the database; no models."""

    name = "config"
    verbose_name = "Tillkeeper"


class BackOfficeConfig(admin.AdminConfig):
    """Django's admin with our own site in it."""

    default = False
    default_site = "pos.back_office.BackOffice"
