"""What a production server refuses to start with."""

import environ
from django.core.exceptions import ImproperlyConfigured

EXAMPLE_SECRET_KEY = "put-a-long-random-text-here"  # noqa: S105


def refuse_unsafe(env: environ.Env) -> None:
    """Nothing happens if the environment is fit for real customers."""
    if env.bool("DEBUG", default=False):
        raise ImproperlyConfigured("DEBUG must be off in production: remove it.")
    if env("SECRET_KEY", default="") in ("", EXAMPLE_SECRET_KEY):
        raise ImproperlyConfigured(
            "SECRET_KEY must be a text of your own in production, long and random."
        )
    if not env.list("ALLOWED_HOSTS", default=[]):
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS must name the addresses that this server answers to."
        )
    if env.bool("TILLKEEPER_DEMO", default=False):
        raise ImproperlyConfigured(
            "The demo shop's sign-ins are known to everybody: remove TILLKEEPER_DEMO."
        )
