"""Admin of approvals: the list, and a report of them by person for the owner."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pos.access.acts import Act
from pos.access.audit import record_alone
from pos.access.limits import format_value
from pos.access.working_company import company_of
from pos.admin.permanent import PermanentAdmin
from pos.core.csv_writer import write_csv
from pos.models import Approval, Company, StaffMember
from pos.models.limits import name_limited_act
from sales.reports.approvals import ApprovalReport, report_approvals

DAYS = 30
# What people were refused is in the audit trail, which only owners read.
READS = ("pos.view_approval", "pos.view_auditentry")
DAY = timedelta(days=1)
VALIDATORS = (
    MinValueValidator(date(1900, 1, 1)),
    MaxValueValidator(date(2999, 12, 31)),
)


class PeriodForm(forms.Form):
    """From one day to another, both included.

    A time zone moves the ends of the calendar beyond what a date can be.
    """

    first = forms.DateField(
        label=_("From"), widget=AdminDateWidget, validators=VALIDATORS
    )
    last = forms.DateField(label=_("To"), widget=AdminDateWidget, validators=VALIDATORS)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        first, last = typed.get("first"), typed.get("last")
        if first and last and first > last:
            self.add_error("last", _("This day is before the first."))
        return typed


@admin.register(Approval)
class ApprovalAdmin(PermanentAdmin):
    change_list_template = "admin/pos/approvals.html"
    list_display = (
        "approved_at",
        "act_name",
        "what",
        "limit",
        "reason",
        "requested_by",
        "approved_by",
    )
    list_select_related = ("company", "requested_by", "approved_by")
    list_filter = ("approved_at", "requested_by", "approved_by")
    search_fields = ("reason",)
    search_help_text = _("Reason, or the whole uid of the act")
    uid_field = "uid"
    fields = (*list_display, "uid")

    @admin.display(description=_("act"), ordering="act")
    def act_name(self, approval: Approval) -> str:
        return name_limited_act(approval.act)

    @admin.display(description=_("requested"), ordering="requested")
    def what(self, approval: Approval) -> str:
        return format_value(approval.act, approval.requested, approval.company)

    @admin.display(description=_("limit"), ordering="limit_passed")
    def limit(self, approval: Approval) -> str:
        return format_value(approval.act, approval.limit_passed, approval.company)

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "report/", self.admin_site.admin_view(self.report), name="approval_report"
        )
        return [page, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"may_report": request.user.has_perms(READS)}
        return super().changelist_view(request, context | (extra_context or {}))

    def report(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """Show the approvals of a period by person; answer a POST with a file."""
        company = company_of(request)
        if company is None or not request.user.has_perms(READS):
            raise PermissionDenied
        today = localdate()
        period = {"first": today - DAYS * DAY, "last": today}
        form = PeriodForm(request.POST or request.GET or period)
        if not form.is_valid():
            context = self._context(request) | {"form": form}
            return TemplateResponse(
                request, "admin/pos/approval_report.html", context, status=422
            )
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
        report = report_approvals(company, start=_begin(first), end=_begin(last + DAY))
        if request.method == "POST":
            return _export(request, company, report, f"{first}_{last}")
        context = self._context(request) | {"form": form, "report": report}
        return TemplateResponse(request, "admin/pos/approval_report.html", context)

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        title = gettext("Approvals by person")
        context = self.admin_site.each_context(request)
        return {**context, "title": title, "opts": self.opts}


def _begin(day: date) -> datetime:
    """Return the first moment of the day where the company is."""
    return make_aware(datetime.combine(day, time()))


def _export(
    request: HttpRequest, company: Company, report: ApprovalReport, days: str
) -> StreamingHttpResponse:
    """Answer with a file; that it was exported is in the trail before it."""
    record_alone(
        act=Act.REPORT_EXPORTED,
        actor=cast(StaffMember, request.user),
        company=company,
        facts={"name": "approvals", "days": days},
    )
    response = StreamingHttpResponse(write_csv(_rows(report)), content_type="text/csv")
    name = f"approvals_{days}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _rows(report: ApprovalReport) -> Iterator[list[object]]:
    """Yield who asked for what, and after an empty line who approved whom."""
    yield [
        *(gettext("person"), gettext("act"), gettext("stopped at the limit")),
        *(gettext("approved"), gettext("approver refused"), gettext("sales")),
        gettext("approved per 100 sales"),
    ]
    for row in report.asked:
        yield [
            *(row.person, row.act_name, row.stopped, row.approved),
            *(row.refused, row.sales, row.approved_rate),
        ]
    yield []
    yield [gettext("approved by"), gettext("requested by"), gettext("approved")]
    for pair in report.agreed:
        yield [pair.approver, pair.person, pair.count]
