"""Production: settings with which a server refuses to start."""

import environ
from django.core.exceptions import ImproperlyConfigured

ENVIRONMENTS = ("local", "production", "test")
EXAMPLE_SECRET_KEY = "put-a-long-random-text-here"  # noqa: S105
SECRET_KEY_LENGTH_MIN = 50


def read_environment(env: environ.Env) -> str:
    """Return where this runs; refuse an unknown name, such as a misspelt one."""
    name = env("TILLKEEPER_ENV", default="local")
    if name not in ENVIRONMENTS:
        raise ImproperlyConfigured(
            f"TILLKEEPER_ENV is {name}, and may be one of {', '.join(ENVIRONMENTS)}."
        )
    return str(name)


def refuse_unsafe(env: environ.Env) -> None:
    """Raise ImproperlyConfigured if a setting is unsafe for real customers."""
    if env.bool("DEBUG", default=False):
        raise ImproperlyConfigured("DEBUG must be off in production: remove it.")
    key = env("SECRET_KEY", default="")
    if key == EXAMPLE_SECRET_KEY or len(key) < SECRET_KEY_LENGTH_MIN:
        raise ImproperlyConfigured(
            "SECRET_KEY must be a text of your own in production, random and"
            f" {SECRET_KEY_LENGTH_MIN} characters long or longer."
        )
    if 0 < len(env("PIN_KEY", default="")) < SECRET_KEY_LENGTH_MIN:
        raise ImproperlyConfigured(
            f"PIN_KEY must be random and {SECRET_KEY_LENGTH_MIN} characters long or"
            " longer, as SECRET_KEY is."
        )
    if not env.list("ALLOWED_HOSTS", default=[]):
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS must name the addresses that this server answers to."
        )
    if env.bool("TILLKEEPER_DEMO", default=False):
        raise ImproperlyConfigured(
            "The demo shop's sign-ins are known to everybody: remove TILLKEEPER_DEMO."
        )
