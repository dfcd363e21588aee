"""Page: Health, the doctor's answer in the back office."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from config.doctor.examine import examine_for_page
from config.doctor.finding import Level, worst
from pos.access.office_menu import HEALTH


@require_safe
@admin.site.admin_view
def health(request: HttpRequest) -> HttpResponse:
    """Show how each check is, the worst first; what is slow, as of its last run."""
    if not request.user.has_perms(HEALTH.permissions):
        raise PermissionDenied
    examined = examine_for_page()
    context = {
        **admin.site.each_context(request),
        "title": HEALTH.title,
        "examined": sorted(examined, key=lambda one: -one.finding.level),
        "summary": _say(worst(one.finding for one in examined)),
    }
    return TemplateResponse(request, "admin/health.html", context)


def _say(level: Level) -> str:
    return {
        Level.OK: gettext("All is well."),
        Level.WARN: gettext("It works, but something could be better."),
        Level.BAD: gettext("Something is wrong: the first rows say what to do."),
    }[level]
