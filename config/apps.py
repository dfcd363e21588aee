from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Brings the commands that wire the database; no models."""

    name = "config"
    verbose_name = "Tillkeeper"
