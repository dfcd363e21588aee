"""Permission: who may do an act, and who may agree to it for somebody else."""

from collections.abc import Mapping
from decimal import Decimal

from django.db.models import Model

from pos.access.audit import with_entry
from pos.access.errors import (
    ApprovalNeededError,
    ApproverMayNotError,
    ApproverOfOtherOutletError,
    NotAllowedError,
    OtherOutletError,
)
from pos.core.errors import DomainError, NotOfThisCompanyError
from pos.models import Company, Outlet, StaffMember

# Acts that one person does and another may agree to. A person whose role grants the
# act agrees with themselves.
APPROVALS = frozenset(
    {
        "sales.approve_refund",
        "sales.approve_variance",
        "sales.open_drawer",
        "sales.overdraw_drawer",
    }
)

# What an installation administrator may do in every company. The rows of these acts
# do not name who did it; those of all other acts do, and name the company's own staff.
MASTER_DATA = frozenset(
    {
        "customers.add_customer",
        "customers.change_customer",
        "customers.deactivate_customer",
        "pos.add_outlet",
        "pos.add_product",
        "pos.change_company",
        "pos.change_limit",
        "pos.change_product",
        "pos.add_staffmember",
        "pos.add_till",
        "pos.change_staffmember",
    }
)


def require(
    actor: StaffMember,
    act: str,
    *,
    subject: Model,
    amount: Decimal | int | None = None,
    approved_by: StaffMember | None = None,
    anywhere: bool = False,
) -> StaffMember:
    """Return who answers for the act: the person who agreed to it, or the actor.

    Every service that writes calls this before it writes. ``act`` is the name of a
    Django permission. ``subject`` is the row that the act is about, or the company or
    till where there is no row yet. ``amount`` is how much it is about, in money or in
    points: a refusal names it. ``approved_by`` is who typed their name and password;
    only the acts in ``APPROVALS`` ask for one.

    What is done at a till is for people who use the tills of its outlet; ``anywhere``
    says that this act is not: a receipt is printed again in every shop.

    Reads the role's permissions and the outlets once for each person, and nothing after
    that. A refusal but of the first kind is in the audit trail once the service has
    been undone.

    Raises:
        NotOfThisCompanyError: the subject is another company's.
        NotAllowedError: the actor is no longer active, or their role does not grant it.
        OtherOutletError: the actor does not use the tills of the subject's outlet.
        ApproverMayNotError: the person who agreed is another company's or outlet's, is
            no longer active, or their role does not grant it.
        ApprovalNeededError: the actor's role does not grant it, and nobody agreed.
    """
    if approved_by is not None and act not in APPROVALS:
        raise ValueError(f"nobody else can agree to {act}")
    _require_own(actor, act, subject)
    facts = {"act": act, "amount": amount}
    outlet_id = None if anywhere else outlet_of(subject)
    refusal = _refuse_actor(actor, outlet_id, facts)
    if refusal is None and approved_by is not None:
        refusal = _refuse_approver(approved_by, actor, outlet_id, facts)
    elif refusal is None and not actor.has_perm(act):
        refusal = (
            ApprovalNeededError(**facts)
            if act in APPROVALS
            else NotAllowedError(staff=actor, **facts)
        )
    if refusal is None:
        return approved_by or actor
    raise with_entry(
        refusal,
        actor=actor,
        act=act,
        amount=amount,
        subject=subject,
        approved_by=approved_by,
    )


def _refuse_actor(
    actor: StaffMember, outlet_id: int | None, facts: Mapping[str, object]
) -> DomainError | None:
    """Return why the person does nothing here, whatever their role grants."""
    if not actor.is_active:
        return NotAllowedError(staff=actor, **facts)
    if outlet_id is not None and not actor.may_use_outlet(outlet_id):
        outlet = Outlet.objects.get(pk=outlet_id)
        return OtherOutletError(staff=actor, outlet=outlet, **facts)
    return None


def _refuse_approver(
    person: StaffMember,
    actor: StaffMember,
    outlet_id: int | None,
    facts: Mapping[str, object],
) -> DomainError | None:
    """Return why the person does not agree to this; None if they do."""
    is_colleague = person.company_id == actor.company_id
    if not (is_colleague and person.has_perm(str(facts["act"]))):
        return ApproverMayNotError(staff=person, **facts)
    return refuse_other_outlet(person, outlet_id)


def outlet_of(subject: Model) -> int | None:
    """Return the key of the outlet at whose till the subject is, or is one.

    None for what belongs to the whole company, an outlet among it: stock and settings
    are not kept at a till.
    """
    return getattr(subject, "outlet_id", None)


def refuse_other_outlet(
    person: StaffMember, outlet_id: int | None
) -> ApproverMayNotError | None:
    """Return why the person approves nothing at this outlet; None if they do."""
    if outlet_id is None or person.may_use_outlet(outlet_id):
        return None
    outlet = Outlet.objects.get(pk=outlet_id)
    return ApproverOfOtherOutletError(staff=person, outlet=outlet)


def _require_own(actor: StaffMember, act: str, subject: Model) -> None:
    """Refuse a subject of another company than the actor's."""
    if act in MASTER_DATA and actor.is_superuser:
        return
    is_company = isinstance(subject, Company)
    company_id = subject.pk if is_company else subject.company_id  # type: ignore[attr-defined]
    if actor.company_id is None or company_id != actor.company_id:
        raise NotOfThisCompanyError(thing=subject._meta.verbose_name)
