"""Back office: the audit trail, to be read and exported by those who own the shop."""

from collections.abc import Iterable, Iterator
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from pos.access.acts import Act
from pos.access.audit import record_alone
from pos.access.trail import amount_of, describe_act, describe_actor
from pos.access.working_company import company_of
from pos.admin.permanent import PermanentAdmin
from pos.core.csv_writer import write_csv
from pos.models import AuditEntry, Company, StaffMember

# So many entries of a file are in memory at once.
BATCH = 1_000
HEADINGS = (
    *(_("time"), _("person"), _("act"), _("object"), _("amount")),
    *(_("sentence"), _("approved by"), _("till"), _("number"), _("hash")),
)


class ActFilter(admin.SimpleListFilter):
    """Each act by its name."""

    title = _("act")
    parameter_name = "act"

    def lookups(self, *args: Any) -> list[tuple[str, Any]]:
        return list(Act.choices)

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        return queryset.filter(act=self.value()) if self.value() else queryset


class AuditEntryAdmin(PermanentAdmin):
    """What people did and tried, newest first, each as a sentence.

    Registered above, where the receipts are known that it is searched by.
    """

    list_display = ("happened_at", "sentence", "till")
    list_select_related = ("company", "staff_member", "approved_by", "till", "personal")
    # The longest list comes last.
    list_filter = ("happened_at", "staff_member", "till", ActFilter)
    search_fields = ("=subject_name", "=subject_key")
    search_help_text = _("Receipt number, SKU, code or sign-in name; or a seal")
    hash_field = "hash"
    actions = ("export",)
    fields = (
        "happened_at",
        "sentence",
        "staff_member",
        "approved_by",
        "till",
        "number",
        "recorded_at",
        "text",
        "hash",
    )

    @admin.display(description=_("what was done"))
    def sentence(self, entry: AuditEntry) -> str:
        return describe_act(entry, entry.company)

    @admin.action(permissions=["view"], description=_("Export as CSV"))
    def export(
        self, request: HttpRequest, entries: QuerySet[AuditEntry]
    ) -> StreamingHttpResponse:
        """Answer with a file; that it was exported is in the trail before it.

        The file is sent as it is read, a batch at a time, however long it is. What is
        written meanwhile is not in it.
        """
        company = company_of(request)
        assert company is not None
        there = entries.order_by().aggregate(count=Count("pk"), last=Max("pk"))
        record_alone(
            act=Act.TRAIL_EXPORTED,
            actor=cast(StaffMember, request.user),
            company=company,
            facts={"entries": there["count"]},
        )
        found = entries.select_related(*self.list_select_related)
        found = found.filter(pk__lte=there["last"] or 0)
        response = StreamingHttpResponse(
            write_csv(_rows(_read_in_batches(found), company)), content_type="text/csv"
        )
        name = "audit-trail"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response


def _read_in_batches(entries: QuerySet[AuditEntry]) -> Iterator[AuditEntry]:
    """Yield the entries, oldest first. No cursor stays open in the database."""
    last = 0
    while batch := list(entries.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield from batch
        last = batch[-1].pk


def _rows(entries: Iterable[AuditEntry], company: Company) -> Iterator[list[object]]:
    # The page's time zone ends before the file is sent.
    zone = ZoneInfo(company.time_zone)
    yield [str(heading) for heading in HEADINGS]
    for entry in entries:
        yield [
            localtime(entry.happened_at, zone).isoformat(timespec="seconds"),
            describe_actor(entry),
            Act(entry.act).label if entry.act in Act.values else entry.act,
            entry.subject_name,
            amount_of(entry),
            describe_act(entry, company),
            entry.approved_by or "",
            entry.till or "",
            entry.number,
            entry.hash,
        ]
