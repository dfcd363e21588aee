"""App configurations: the project's own, the back office and static files."""

import django.contrib.admin.apps as admin
from django.apps import AppConfig
from django.contrib.staticfiles import apps as staticfiles


class ConfigConfig(AppConfig):
    """Brings the commands that wire the database; no models."""

    name = "config"
    verbose_name = "Tillkeeper"


class BackOfficeConfig(admin.AdminConfig):
    """Django's admin with our own site in it."""

    default = False
    default_site = "pos.access.admin_site.BackOffice"


class CollectedFilesConfig(staticfiles.StaticFilesConfig):
    """Static files, without those that our pages do not use."""

    default = False
    # Our copy of htmx is in static/vendor.
    ignore_patterns = [*staticfiles.StaticFilesConfig.ignore_patterns, "django_htmx"]
