"""Explain: a person says why a check finds something that nothing can put right."""

from pos.access.acts import Act
from pos.access.audit import record
from pos.access.permission import require
from pos.core.reasons import clean_reason
from pos.core.transactions import atomic_with_retry
from pos.models import StaffMember
from sales.books.check import Scope
from sales.books.errors import (
    AlreadyExplainedError,
    FindingOfDatabaseError,
    NoSuchFindingError,
)
from sales.books.every import CHECKS
from sales.books.run import TIMEOUT_SECONDS, Found, find, read_from_snapshot
from sales.models import FindingExplanation


@atomic_with_retry
def explain_finding(
    *,
    check_id: str,
    offender: str,
    reason: str,
    actor: StaffMember,
    seen_hash: str | None = None,
) -> list[FindingExplanation]:
    """Explain what the check finds by this name in the books of the actor's company.

    From then on ``verify_books`` lists it as explained and no longer counts it as
    wrong, until its facts change: then it is a new finding. The check is made here, so
    only what is wrong now can be explained. ``seen_hash`` is that of the finding that
    the person has read; without it every finding of this name is explained. A repeat
    with the same reason returns what was written the first time.

    Raises:
        NotAllowedError: the actor may not explain findings.
        ReasonNeededError, CardNumberError: there is no reason, it is too long, or it
            holds a card number.
        NoSuchFindingError: there is no such check, or it does not find this, or the
            facts are others than those that were read.
        FindingOfDatabaseError: it is about triggers, constraints or grants.
        AlreadyExplainedError: it is explained, by somebody else or in other words.
    """
    assert actor.company is not None
    require(actor, "sales.explain_finding", subject=actor.company)
    reason = clean_reason(reason)
    found = [
        row
        for row in _run_check(check_id, company_id=actor.company_id)
        if row.offender == offender and seen_hash in {None, row.hash}
    ]
    if not found:
        raise NoSuchFindingError(check=check_id, offender=offender)
    if any(row.company_id is None for row in found):
        raise FindingOfDatabaseError(check=check_id)
    explanations = [_explain(check_id, row, reason, actor) for row in found]
    if any(is_new for _, is_new in explanations):
        record(
            Act.FINDING_EXPLAINED,
            actor=actor,
            facts={"check": check_id, "offender": offender, "reason": reason},
        )
    return [explanation for explanation, _ in explanations]


def _run_check(check_id: str, *, company_id: int | None) -> list[Found]:
    """Make the check, in the way that ``verify`` does."""
    check = next((check for check in CHECKS if check.id == check_id), None)
    if check is None:
        return []
    with read_from_snapshot(TIMEOUT_SECONDS):
        return list(find(check, Scope(company_id=company_id)))


def _explain(
    check_id: str, row: Found, reason: str, actor: StaffMember
) -> tuple[FindingExplanation, bool]:
    """Return the explanation, and whether it is new."""
    assert actor.company_id is not None
    explanation, is_new = FindingExplanation.objects.get_or_create(
        company_id=actor.company_id,
        finding_hash=row.hash,
        defaults={
            "check_id": check_id,
            "offender": row.offender,
            "reason": reason,
            "staff_member": actor,
        },
    )
    if not is_new and (explanation.reason, explanation.staff_member) != (reason, actor):
        raise AlreadyExplainedError(
            offender=explanation.offender,
            staff=explanation.staff_member,
            reason=explanation.reason,
        )
    return explanation, is_new
