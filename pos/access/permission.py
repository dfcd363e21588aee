"""Permission: who may do an act, and who may agree to it for somebody else."""

from decimal import Decimal

from django.db.models import Model

from pos.access.errors import (
    ApprovalNeededError,
    ApproverMayNotError,
    NotAllowedError,
)
from pos.core.errors import NotOfThisCompanyError
from pos.models import Company, StaffMember

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
        "pos.add_product",
        "pos.change_product",
        "pos.add_staffmember",
    }
)


def require(
    actor: StaffMember,
    act: str,
    *,
    subject: Model,
    amount: Decimal | int | None = None,
    approved_by: StaffMember | None = None,
) -> StaffMember:
    """Return who answers for the act: the person who agreed to it, or the actor.

    Every service that writes calls this before it writes. ``act`` is the name of a
    Django permission. ``subject`` is the row that the act is about, or the company or
    till where there is no row yet. ``amount`` is how much it is about, in money or in
    points: a refusal names it. ``approved_by`` is who typed their name and password;
    only the acts in ``APPROVALS`` ask for one.

    Reads the role's permissions once for each person, and nothing after that.

    Raises:
        NotOfThisCompanyError: the subject is another company's.
        NotAllowedError: the actor is no longer active, or their role does not grant it.
        ApproverMayNotError: the person who agreed is another company's, is no longer
            active, or their role does not grant it.
        ApprovalNeededError: the actor's role does not grant it, and nobody agreed.
    """
    if approved_by is not None and act not in APPROVALS:
        raise ValueError(f"nobody else can agree to {act}")
    _require_own(actor, act, subject)
    facts = {"act": act, "amount": amount}
    if not actor.is_active:
        raise NotAllowedError(staff=actor, **facts)
    if approved_by is not None:
        is_colleague = approved_by.company_id == actor.company_id
        if not is_colleague or not approved_by.has_perm(act):
            raise ApproverMayNotError(staff=approved_by, **facts)
        return approved_by
    if actor.has_perm(act):
        return actor
    if act in APPROVALS:
        raise ApprovalNeededError(**facts)
    raise NotAllowedError(staff=actor, **facts)


def _require_own(actor: StaffMember, act: str, subject: Model) -> None:
    """Refuse a subject of another company than the actor's."""
    if act in MASTER_DATA and actor.is_superuser:
        return
    is_company = isinstance(subject, Company)
    company_id = subject.pk if is_company else subject.company_id  # type: ignore[attr-defined]
    if actor.company_id is None or company_id != actor.company_id:
        raise NotOfThisCompanyError(thing=subject._meta.verbose_name)
