"""Question: what somebody asks of the figures, read from an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from pos.access.outlets import outlets_of
from pos.core.clock import DatabaseTime, database_now
from pos.models import Company, Outlet, StaffMember
from sales.reports.periods import (
    Comparison,
    Period,
    PeriodName,
    Step,
    read_period,
    read_step,
)
from sales.reports.scope import Scope

# Of documents a list has the newest: of a page, of one that was asked for all, and of
# a file.
PAGE_ROWS_MAX = 100
LONG_PAGE_ROWS_MAX = 2_000
FILE_ROWS_MAX = 100_000
# Who may see what one person did, and not only what all did together.
VIEW_STAFF = "sales.view_staff_figures"


@dataclass(frozen=True, slots=True)
class Question:
    """Of which company, outlets and dates, compared with what, and by whom.

    ``outlets`` are those that the person may see, ``chosen`` those of them that are
    asked for; both have at least one where the person has any. ``today`` is the latest
    business date at them. Lists of documents have the newest ``rows_max`` of them, and
    sums of all; figures have every row. ``notes`` are sentences about what the address
    said and could not mean.
    """

    company: Company
    person: StaffMember
    outlets: Sequence[Outlet]
    chosen: Sequence[Outlet]
    period: Period
    now: datetime
    today: date
    comparison: Comparison = Comparison.NONE
    step: Step = Step.DAY
    show: str = ""
    sort: str = ""
    shows_all: bool = False
    rows_max: int = PAGE_ROWS_MAX
    notes: Sequence[str] = ()

    @property
    def scope(self) -> Scope:
        """What is read for it."""
        period = self.period
        return Scope(
            company_id=self.company.pk,
            since=period.since,
            until=period.until,
            outlets=tuple(outlet.pk for outlet in self.chosen),
        )

    @property
    def earlier(self) -> Scope | None:
        """What it is compared with; none where with nothing."""
        period = self.period.move(self.comparison)
        if period is None:
            return None
        return replace(self.scope, since=period.since, until=period.until)

    @property
    def is_running(self) -> bool:
        """Whether more may be sold in it: it has today in it."""
        return self.period.since <= self.today <= self.period.until

    @property
    def zone(self) -> ZoneInfo:
        """That of the first outlet, or of the company where there is none."""
        if self.chosen:
            return self.chosen[0].zone
        return ZoneInfo(self.company.time_zone)

    @property
    def sees_margin(self) -> bool:
        return self.person.has_perm("sales.view_margin")

    @property
    def sees_staff(self) -> bool:
        return self.person.has_perm(VIEW_STAFF)

    @property
    def charges_tax(self) -> bool:
        """Whether pages may speak of tax: where the company is registered."""
        return bool(self.company.gst_number)


def read_question(
    query: Mapping[str, str],
    *,
    company: Company,
    person: StaffMember,
    usual: PeriodName = PeriodName.THIS_MONTH,
    compares: Comparison = Comparison.NONE,
) -> Question:
    """Return what an address asks for; in place of nonsense the nearest that is none.

    ``outlet`` is a code. One that the person may not see is as none: all of theirs.
    """
    outlets = list(
        outlets_of(person, company.pk)
        .annotate(asked_at=DatabaseTime())
        .order_by("name")
    )
    for outlet in outlets:
        outlet.company = company
    # One clock, read with the outlets.
    moments = [outlet.asked_at.astimezone(UTC) for outlet in outlets]
    now = max(moments) if moments else database_now()
    notes = []
    code = query.get("outlet", "")
    chosen = [outlet for outlet in outlets if outlet.code == code] if code else outlets
    if code and not chosen:
        chosen = outlets
        notes.append(_("There is no such outlet. These are all that you may see."))
    today = max((outlet.business_date(now) for outlet in chosen), default=now.date())
    period = read_period(query, today=today, usual=usual)
    if period.note:
        notes.append(period.note)
    comparison = query.get("compare", "")
    shows_all = query.get("rows") == "all"
    return Question(
        company=company,
        person=person,
        outlets=outlets,
        chosen=chosen,
        period=period,
        now=now,
        today=today,
        comparison=Comparison(comparison) if comparison in {*Comparison} else compares,
        step=read_step(query.get("step", ""), period),
        show=query.get("show", ""),
        sort=query.get("sort", ""),
        shows_all=shows_all,
        rows_max=LONG_PAGE_ROWS_MAX if shows_all else PAGE_ROWS_MAX,
        notes=notes,
    )
