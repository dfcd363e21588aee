"""URLs: the addresses of each app; no rule is here."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from config import health
from config.doctor.page import health as health_page
from config.javascript_catalog import javascript_catalog
from config.lan import trust
from pos.access.lock import works_while_locked
from pos.access.sign_in import SignIn, SignOut

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="sales:till"), name="home"),
    path("sign-in/", SignIn.as_view(), name="sign_in"),
    path("sign-out/", works_while_locked(SignOut.as_view()), name="sign_out"),
    path("language/", login_not_required(set_language), name="set_language"),
    path(
        "texts/<str:language>/<str:version>.js",
        javascript_catalog,
        name="javascript_catalog",
    ),
    path("trust/", trust.page, name="trust"),
    path("trust/root.crt", trust.root_certificate, name="trust_root"),
    path("trust/trust-shop.cmd", trust.windows_script, name="trust_windows"),
    path("trust/tillkeeper.mobileconfig", trust.apple_profile, name="trust_apple"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/health/", health_page, name="health"),
    path("admin/", admin.site.urls),
    path("", include("pos.urls")),
    path("", include("customers.urls")),
    path("", include("sales.urls")),
]

handler400 = "config.error_responses.bad_request"
handler403 = "config.error_responses.permission_denied"
handler404 = "config.error_responses.page_not_found"
handler500 = "config.error_responses.server_error"
