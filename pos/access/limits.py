"""Limits: whether a person may go alone, needs approval, or is refused.

Permission says whether a person does an act at all, and whether they may agree to it
for somebody else. A limit says how far they go alone. Previews and screens ask
:func:`decide`; services ask the same through :func:`require_within_limits`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import Enum
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Model
from django.utils.translation import gettext, ngettext

from pos.access import roles
from pos.access.audit import with_entry
from pos.access.errors import (
    ApproverLimitError,
    ApproverMayNotError,
    LimitPassedError,
)
from pos.access.permission import outlet_of, refuse_other_outlet, require
from pos.core.currencies import currency
from pos.core.errors import DifferentRepeatError
from pos.core.money import format_money, format_plain
from pos.models import Approval, Company, StaffMember
from pos.models.limits import LimitedAct

# A person who may set the limits has none: they could change their own.
SETS_LIMITS = "pos.change_limit"

THOUSANDTH = Decimal("0.001")


class Unit(Enum):
    """What a limit counts."""

    PERCENT = "percent"
    MONEY = "money"
    DAYS = "days"
    COUNT = "count"


class Answer(Enum):
    """How far a person may go with an act."""

    ALONE = "alone"
    NEEDS_APPROVAL = "needs approval"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Rule:
    """How an act is measured, who may approve it, and the limits that are shipped.

    ``approves`` is the permission of those who agree to it for somebody else. Amounts
    are those of Singapore dollars, and None is without a limit.
    """

    unit: Unit
    approves: str
    cashier: int | None
    supervisor: int | None

    def shipped(self, role: str, company: Company) -> Decimal | None:
        """Return a limit that nobody has set; a new role has a cashier's."""
        if role == roles.OWNER:
            return None
        value = self.supervisor if role == roles.SUPERVISOR else self.cashier
        if value is None or self.unit != Unit.MONEY:
            return None if value is None else Decimal(value)
        money = currency(company.currency)
        return Decimal(value) * (money.scale if money else 1)


_DISCOUNT = "pos.approve_discount"
_REFUND = "sales.approve_refund"
_VARIANCE = "sales.approve_variance"

# In the order of the page "Limits".
RULES: Mapping[str, Rule] = {
    LimitedAct.PRICE_OVERRIDE: Rule(Unit.PERCENT, _DISCOUNT, 0, 50),
    LimitedAct.LINE_PERCENT: Rule(Unit.PERCENT, _DISCOUNT, 10, 50),
    LimitedAct.LINE_AMOUNT: Rule(Unit.MONEY, _DISCOUNT, None, 500),
    LimitedAct.SALE_PERCENT: Rule(Unit.PERCENT, _DISCOUNT, 5, 50),
    LimitedAct.SALE_AMOUNT: Rule(Unit.MONEY, _DISCOUNT, 20, 500),
    LimitedAct.VOID: Rule(Unit.COUNT, _REFUND, 5, None),
    LimitedAct.REFUND_AMOUNT: Rule(Unit.MONEY, _REFUND, 50, 500),
    LimitedAct.REFUND_AGE: Rule(Unit.DAYS, _REFUND, 14, None),
    LimitedAct.REFUND_WITHOUT_RECEIPT: Rule(Unit.MONEY, _REFUND, 0, 500),
    LimitedAct.REFUND_OTHER_WAY: Rule(Unit.MONEY, _REFUND, 0, 500),
    LimitedAct.REPRINT: Rule(Unit.COUNT, _REFUND, 1, None),
    LimitedAct.CASH_OUT: Rule(Unit.MONEY, "pos.approve_cash_out", 0, 500),
    LimitedAct.CORRECTION: Rule(Unit.MONEY, _REFUND, 0, 500),
    LimitedAct.NO_SALE: Rule(Unit.COUNT, "sales.open_drawer", 0, None),
    LimitedAct.VARIANCE: Rule(Unit.MONEY, _VARIANCE, 5, None),
    LimitedAct.RECOUNT: Rule(Unit.COUNT, _VARIANCE, 0, None),
}

# What is about to be done, in the unit of each rule.
Measured = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Passed:
    """A limit that an act passes."""

    act: str
    requested: Decimal
    limit: Decimal


def limit_of(person: StaffMember, act: str) -> Decimal | None:
    """Return up to where the person does this alone; None is without a limit."""
    if person.has_perm(SETS_LIMITS) or person.role is None or person.company is None:
        return None
    if act in person.limits_set:
        return person.limits_set[act]
    return RULES[act].shipped(person.role.code, person.company)


def find_passed(person: StaffMember, measured: Measured) -> list[Passed]:
    """Return the person's limits that are passed, in the order of the table."""
    passed = []
    for act in RULES:
        limit = limit_of(person, act) if act in measured else None
        if limit is not None and measured[act] > limit:
            passed.append(Passed(act, measured[act], limit))
    return passed


def decide(person: StaffMember, act: str, measured: Measured) -> Answer:
    """Whether the person may do this alone, needs approval, or is refused.

    ``act`` is the permission to do it at all.
    """
    if not person.has_perm(act):
        return Answer.REFUSED
    return Answer.NEEDS_APPROVAL if find_passed(person, measured) else Answer.ALONE


def may_approve(person: StaffMember, passed: Sequence[Passed]) -> bool:
    """Whether the person may agree to this: permission and their own limit cover it."""
    return all(person.has_perm(RULES[one.act].approves) for one in passed) and not (
        find_passed(person, {one.act: one.requested for one in passed})
    )


def require_within_limits(  # noqa: PLR0913  each is a fact of the approval
    actor: StaffMember,
    act: str,
    *,
    subject: Model,
    uid: UUID,
    measured: Measured,
    reason: str = "",
    approved_by: StaffMember | None = None,
    anywhere: bool = False,
) -> StaffMember | None:
    """Return who approved what passes the actor's limit; nobody, if nothing does.

    The approval is recorded. ``uid`` is the act's own: it is approved once, and a
    service answers its repeat before it comes here. Reads everything again, in the
    transaction of the act. A refusal is in the audit trail once that is undone.
    ``anywhere`` is what it is to ``require``.

    Raises:
        NotAllowedError, NotOfThisCompanyError: the actor may not do this at all.
        LimitPassedError: it is above the actor's limit, and nobody has agreed.
        ApproverMayNotError: the person who agreed is another company's or outlet's, is
            no longer active, or may not approve this.
        ApproverLimitError: it is above their own limit, too.
        DifferentRepeatError: another act with this ``uid`` was approved.
    """
    require(actor, act, subject=subject, anywhere=anywhere)
    passed = find_passed(actor, measured)
    if not passed:
        return None
    outlet_id = None if anywhere else outlet_of(subject)
    approver = require_consent(
        passed,
        act,
        subject=subject,
        outlet_id=outlet_id,
        actor=actor,
        approved_by=approved_by,
    )
    record_approvals(passed, uid=uid, reason=reason, actor=actor, approver=approver)
    return approver


def require_consent(  # noqa: PLR0913  each is a fact of the refusal
    passed: Sequence[Passed],
    act: str,
    *,
    subject: Model,
    outlet_id: int | None,
    actor: StaffMember,
    approved_by: StaffMember | None,
) -> StaffMember:
    """Return who agrees to what passes these limits of the actor; nothing is written.

    Raises LimitPassedError, ApproverMayNotError or ApproverLimitError, which is in the
    audit trail once the act is undone.
    """
    try:
        if approved_by is None:
            raise LimitPassedError(**describe(passed[0], actor))
        require_approver(approved_by, passed, actor=actor)
        if elsewhere := refuse_other_outlet(approved_by, outlet_id):
            raise elsewhere
    except (LimitPassedError, ApproverMayNotError) as refusal:
        raise with_entry(
            refusal,
            actor=actor,
            act=act,
            subject=subject,
            approved_by=approved_by,
            limit=passed[0].act,
        ) from None
    return approved_by


def record_approvals(
    passed: Sequence[Passed],
    *,
    uid: UUID,
    reason: str,
    actor: StaffMember,
    approver: StaffMember,
) -> None:
    """Write that somebody agreed to what passes these limits, one row for each.

    Raises:
        DifferentRepeatError: one of another act has this ``uid``. The transaction can
            write no more.
    """
    assert actor.company_id is not None
    approvals = [
        Approval(
            company_id=actor.company_id,
            act=one.act,
            uid=uid,
            requested=one.requested.quantize(THOUSANDTH, rounding=ROUND_CEILING),
            limit_passed=one.limit,
            reason=reason,
            requested_by=actor,
            approved_by=approver,
        )
        for one in passed
    ]
    try:
        Approval.objects.bulk_create(approvals)
    except IntegrityError as error:
        if "approval_once_per_act" not in str(error):
            raise
        raise DifferentRepeatError from error


def find_agreed(
    actor: StaffMember, approvers: Mapping[str, StaffMember | None]
) -> list[str]:
    """Return the limits beyond which somebody other than the actor agreed to go."""
    return [
        act
        for act, approver in approvers.items()
        if approver is not None and approver.pk != actor.pk
    ]


def name_limits(acts: Iterable[str]) -> dict[str, str]:
    """Return the limits that an act passed, as a fact of its audit entry; none is none.

    The checks of the books ask for an approval of each.
    """
    names = " ".join(sorted(acts))
    return {"limits": names} if names else {}


def require_approver(
    person: StaffMember, passed: Sequence[Passed], *, actor: StaffMember
) -> None:
    """Refuse a person who may not agree to this for the actor."""
    is_colleague = person.company_id == actor.company_id and person.pk != actor.pk
    if not is_colleague:
        raise ApproverMayNotError(staff=person)
    for one in passed:
        if not person.has_perm(RULES[one.act].approves):
            raise ApproverMayNotError(staff=person)
        own = find_passed(person, {one.act: one.requested})
        if own:
            raise ApproverLimitError(staff=person, **describe(own[0], actor))


def describe(passed: Passed, actor: StaffMember) -> dict[str, str]:
    """Return the facts of a refusal, as people read them."""
    company = actor.company
    assert company is not None
    return {
        "act": str(LimitedAct(passed.act).label),
        "requested": format_value(passed.act, passed.requested, company),
        "limit": format_value(passed.act, passed.limit, company),
    }


def format_value(act: str, value: Decimal, company: Company) -> str:
    """Return what was measured of an act as it is shown."""
    # What is approved without a limit of its own is money.
    unit = RULES[act].unit if act in RULES else Unit.MONEY
    if unit == Unit.MONEY:
        return format_money(value, places=company.currency_places)
    plain = format_plain(value.quantize(Decimal("0.01"), rounding=ROUND_CEILING))
    if unit == Unit.PERCENT:
        return gettext("%(percent)s%%") % {"percent": plain}
    if unit == Unit.DAYS:
        days = int(value)
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    return plain
