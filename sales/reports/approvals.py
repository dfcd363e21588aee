"""Approvals of a period: who went beyond a limit, how often, and who agreed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, F, JSONField
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from pos.access.acts import Act
from pos.access.errors import ApproverMayNotError
from pos.models import Approval, AuditEntry, Company, StaffMember
from pos.models.limits import LimitedAct
from sales.models import Sale

ORDER = {act: position for position, act in enumerate(LimitedAct.values)}
TENTH = Decimal("0.1")

# Person and limit.
Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What one person did beyond one limit, and how many sales they made meanwhile.

    ``stopped`` are tries that nobody had agreed to yet, ``approved`` those that
    somebody agreed to, ``refused`` those whose approver might not.
    """

    person: StaffMember | None
    act: str
    stopped: int
    approved: int
    refused: int
    sales: int

    @property
    def act_name(self) -> str:
        known = self.act in LimitedAct.values
        return str(LimitedAct(self.act).label) if known else self.act

    @property
    def approved_rate(self) -> Decimal | None:
        """Approvals for each hundred sales; none without sales."""
        if not self.sales:
            return None
        rate = Decimal(self.approved) * 100 / self.sales
        return rate.quantize(TENTH, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Agreed:
    """How often one person approved what another asked for."""

    approver: StaffMember
    person: StaffMember
    count: int


@dataclass(frozen=True, slots=True)
class ApprovalReport:
    """Rows by person and limit, then by who approved whom, most first."""

    asked: Sequence[Asked]
    agreed: Sequence[Agreed]

    @property
    def total(self) -> Asked:
        """All people and limits together."""
        sales = {row.person: row.sales for row in self.asked}
        return Asked(
            None,
            "",
            sum(row.stopped for row in self.asked),
            sum(row.approved for row in self.asked),
            sum(row.refused for row in self.asked),
            sum(sales.values()),
        )


def report_approvals(
    company: Company, *, start: datetime, end: datetime
) -> ApprovalReport:
    """Return the report from ``start`` to before ``end``: one query for each table."""
    approved: Counter[Key] = Counter()
    agreed: Counter[tuple[int, int]] = Counter()
    for asker, approver, act, count in _count_approvals(company, start, end):
        approved[asker, act] += count
        agreed[approver, asker] += count
    stopped: Counter[Key] = Counter()
    refused: Counter[Key] = Counter()
    for asker, act, code, count in _count_refusals(company, start, end):
        found = refused if code == ApproverMayNotError.code else stopped
        found[asker, act] += count
    sales = _count_sales(company, start, end)
    people = StaffMember.objects.filter(company=company).in_bulk()
    keys = approved.keys() | stopped.keys() | refused.keys()
    asked = [
        Asked(
            people[asker],
            act,
            stopped[asker, act],
            approved[asker, act],
            refused[asker, act],
            sales.get(asker, 0),
        )
        for asker, act in keys
    ]
    return ApprovalReport(
        sorted(asked, key=_by_person_and_act),
        [
            Agreed(people[approver], people[asker], count)
            for (approver, asker), count in agreed.most_common()
        ],
    )


def _by_person_and_act(row: Asked) -> tuple[str, int, int]:
    assert row.person is not None
    return row.person.name, row.person.pk, ORDER.get(row.act, len(ORDER))


def _count_approvals(
    company: Company, start: datetime, end: datetime
) -> Iterable[tuple[int, int, str, int]]:
    rows = Approval.objects.of_company(company.pk).filter(
        approved_at__gte=start, approved_at__lt=end
    )
    by = ("requested_by", "approved_by", "act")
    counted = rows.order_by().values(*by).annotate(count=Count("pk"))
    return counted.order_by(*by).values_list(*by, "count")


def _count_refusals(
    company: Company, start: datetime, end: datetime
) -> Iterable[tuple[int, str, str, int]]:
    """Return the tries beyond a limit that were refused, which only the trail has."""
    facts = KeyTransform("facts", Cast(F("text"), JSONField()))
    rows = AuditEntry.objects.of_company(company.pk).filter(
        act=Act.REFUSED,
        staff_member__isnull=False,
        happened_at__gte=start,
        happened_at__lt=end,
    )
    said = rows.annotate(
        limit=KeyTextTransform("limit", facts), code=KeyTextTransform("code", facts)
    ).filter(limit__isnull=False)
    by = ("staff_member", "limit", "code")
    counted = said.order_by().values(*by).annotate(count=Count("pk"))
    return counted.values_list(*by, "count")


def _count_sales(company: Company, start: datetime, end: datetime) -> Mapping[int, int]:
    """Return how many sales each person finalized."""
    rows = Sale.objects.of_company(company.pk).finalized()
    made = rows.filter(
        kind=Sale.Kind.SALE, finalized_at__gte=start, finalized_at__lt=end
    )
    counted = made.order_by().values("cashier").annotate(count=Count("pk"))
    return dict(counted.values_list("cashier", "count"))
