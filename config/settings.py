"""Settings: every one of the project, read from the environment and ``.env``.

``.env.example`` lists each variable with its meaning.
"""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _
from django.utils.translation import to_locale

from config import (
    databases,
    localdb,
    logs,
    mail,
    processors,
    production,
    program,
    secret_key,
    shop_address,
)
from config.environment import Env

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
Env.read_named_file(env("TILLKEEPER_ENV_FILE", default=""), otherwise=BASE_DIR / ".env")

# As people call it in a terminal.
PROGRAM = program.PROGRAM
DATA_DIR = localdb.data_dir(env("TILLKEEPER_DATA", default=""))

ENVIRONMENT = production.read_environment(env)
IS_PRODUCTION = ENVIRONMENT == "production"
IS_DEMO = env.bool("TILLKEEPER_DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = (
    env("SECRET_KEY", default="")
    or secret_key.read_key(DATA_DIR)
    or get_random_secret_key()
)
# Without one nobody has a PIN: a temporary one would lose those that are set with it.
PIN_KEY = env("PIN_KEY", default="") or secret_key.read_key(
    DATA_DIR, secret_key.PIN_FILE
)
PIN_KEY_FALLBACKS = env.list("PIN_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

if IS_PRODUCTION:
    production.refuse_unsafe(env)

# --- the parts ---------------------------------------------------------------

INSTALLED_APPS = [
    "config",
    "pos",
    "customers",
    "sales",
    "config.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "config.apps.CollectedFilesConfig",
    "django.contrib.postgres",
    "csp",
    "django_htmx",
    "phonenumber_field",
]

MIDDLEWARE = [
    "config.request_log.RequestLogMiddleware",
    "config.security_headers.SecurityHeadersMiddleware",
    "config.outages.OutageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.ReadableTextMiddleware",
    "config.middleware.ProbeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.SignInMiddleware",
    "config.middleware.RefusalMiddleware",
]

WEB_WORKERS = processors.read_web_workers(env)

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.demo",
                "config.context.cookies",
                "config.context.scripts",
                "config.context.parked",
            ],
        },
    },
]

# --- the database ------------------------------------------------------------

DATABASES = {"default": databases.configure_serving(env, DATA_DIR, is_demo=IS_DEMO)}
DATABASE_SERVING_ROLE = DATABASES["default"]["USER"]
# Whether somebody has said how a pooler is used, if there is one.
PREPARING_IS_CHOSEN = bool(env("DATABASE_PREPARE_AFTER", default=""))
# What differs when ``migrate`` connects, as the owner of the tables.
DATABASE_OWNER = databases.configure_owner(env)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people ------------------------------------------------------------------

AUTH_USER_MODEL = "pos.StaffMember"
AUTHENTICATION_BACKENDS = ["pos.access.backends.StaffBackend"]
PASSWORD_HASHERS = [
    "pos.access.hashers.StaffPasswordHasher",
    # Passwords from before it was chosen; each is hashed again at the next sign-in.
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "sign_in"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "pos.access.passwords.NamesValidator"},
]

# --- languages and time ------------------------------------------------------

LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
# A language is offered only if it has a catalogue: no page is half translated.
LANGUAGES = [
    ("en", _("English")),
    *(
        (code, name)
        for code, name in [("zh-hans", _("Simplified Chinese"))]
        if all(
            (LOCALE_PATHS[0] / to_locale(code) / "LC_MESSAGES" / f"{part}.mo").exists()
            for part in ("django", "djangojs")
        )
    ),
]
USE_I18N = True
FORMAT_MODULE_PATH = ["config.formats"]
USE_TZ = True
TIME_ZONE = "UTC"
PHONENUMBER_DEFAULT_REGION = "SG"

# --- the books ---------------------------------------------------------------

# Signs the ends of the chains that `verify_books --anchor` writes to a file.
ANCHOR_KEY = env("ANCHOR_KEY", default="")

# --- backups -----------------------------------------------------------------

# The public key that they are encrypted to; the private one is not on this server.
BACKUP_KEY = env("BACKUP_KEY", default="")
# The folder of another disk, where each is copied to.
BACKUP_COPY = env("BACKUP_COPY", default="")
# Or the command that copies each, and the one that prints a copy.
BACKUP_COPY_COMMAND = env("BACKUP_COPY_COMMAND", default="")
BACKUP_COPY_CHECK = env("BACKUP_COPY_CHECK", default="")

# --- static files ------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(DATA_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.finders.JoinedFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.storage.HashedStorage"},
}
# Nothing asks for a file by its plain name.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
if ENVIRONMENT == "test":
    # Nothing is collected for a test; files are served from where they lie.
    STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True

# --- what a browser may do ---------------------------------------------------

CSRF_FAILURE_VIEW = "config.error_responses.csrf_failed"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Browsers keep cookies by host, whatever the port: the demo has its own, or it would
# sign a person out of the shop on the same machine when they sign in to it.
# In production a name begins with __Host-, so that browsers take the cookie from
# nobody but this host, and over HTTPS only.
COOKIE_PREFIX = "__Host-" if IS_PRODUCTION else "demo_" if IS_DEMO else ""
SESSION_ENGINE = "pos.access.session_store"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
MESSAGES_COOKIE_NAME = f"{COOKIE_PREFIX}messages"
DEVICE_COOKIE_NAME = f"{COOKIE_PREFIX}device"
MESSAGE_STORAGE = "pos.access.messages.MessageStorage"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_PRODUCTION
DEVICE_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_PRODUCTION
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
# Before a till trusts the shop it reads the trust page, and what makes it look.
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$", "^trust/", "^static/"]
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
# Where tills find the shop, for `doctor` to look at.
SHOP_URL = shop_address.read_url(env)
SHOP_ADDRESS = shop_address.read_address(env)
SHOP_ROOT_CERTIFICATE = env("SHOP_ROOT_CERTIFICATE", default="")
# With a root of its own a shop that is built again must not lock its tills out.
A_DAY = 24 * 3600
HSTS_DEFAULT = A_DAY if SHOP_ROOT_CERTIFICATE else 365 * A_DAY
SECURE_HSTS_SECONDS = (
    env.int("HSTS_SECONDS", default=HSTS_DEFAULT) if IS_PRODUCTION else 0
)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = (
    IS_PRODUCTION and not SHOP_ROOT_CERTIFICATE
)
if SHOP_ROOT_CERTIFICATE:
    # They ask for subdomains and for the list that browsers are shipped with.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# Of these only the camera is used, to scan with. What is missing in the list, a browser
# may allow; what a browser does not know, it warns of on each page, so names of trials
# are left out.
PERMISSIONS_POLICY = "camera=(self), " + ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "display-capture", "geolocation", "gyroscope"),
        *("hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb"),
        "xr-spatial-tracking",
    )
)

# --- what the operator reads -------------------------------------------------

MAIL = mail.read_server(env, is_production=IS_PRODUCTION)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = mail.read_sender(env, MAIL.user)
ALARM_TO = mail.read_addresses(env)

LOG_FORMAT = logs.read_format(env)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "config.logs.Line"},
        "json": {"()": "config.logs.JsonLine"},
    },
    "filters": {
        "one_line": {"()": "config.logs.OneLine"},
        "already_logged": {"()": "config.logs.AlreadyLogged"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["one_line"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # A refusal is an ordinary answer; a page that broke comes with its traceback.
        "django.request": {"level": "ERROR", "filters": ["already_logged"]},
        # People read what went wrong, and programs what became of each request.
        "config.request_log": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"},
    },
}
