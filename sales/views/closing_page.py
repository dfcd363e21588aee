"""Closing page: the count beside what was expected, and who may see that."""

from typing import Any

from pos.access.approval import ApprovalForm, approver_in
from pos.access.limits import limit_of
from pos.access.requests import StaffRequest
from pos.models import StaffMember
from pos.models.limits import LimitedAct
from sales.models import CashCount, Shift
from sales.shifts.blind_count import is_blind, is_over_limit, was_over_limit
from sales.shifts.errors import StaleCountError
from sales.shifts.forms import REASONS_OF_VARIANCE, ClosingForm
from sales.shifts.summary import sum_shift
from sales.shifts.variance_approval import sign_approval

# In the session: the code of a supervisor who has typed their password, for one page.
APPROVAL = "variance_approval"


def comparison(
    request: StaffRequest,
    shift: Shift,
    count: CashCount,
    approver: StaffMember | None,
) -> dict[str, Any]:
    """Return what the page shows of the count, to the approver or the one signed in."""
    figures = sum_shift(shift)
    variance = count.total - figures.cash.expected
    over_limit = is_over_limit(variance, actor=request.user)
    # Cash that was moved since does not open what a count over the limit has closed.
    was_over = over_limit or was_over_limit(count, actor=request.user)
    shows_expected = not (was_over and is_blind(approver or request.user))
    return {
        "shows_expected": shows_expected,
        "asks_before_showing": not (shows_expected or approver),
        "count": count,
        "figures": figures,
        "variance": variance,
        "over_limit": over_limit,
        "limit": limit_of(request.user, LimitedAct.VARIANCE),
        "approver": approver,
        "approval": ApprovalForm(),
        "reasons": REASONS_OF_VARIANCE,
    }


def keep_approval(
    request: StaffRequest, shift: Shift, count: CashCount, form: ClosingForm
) -> None:
    """Keep who approves, and the reason typed, for the page that is shown next.

    The password is not sent again by a reload, and the figures are gone by it.
    """
    require_count_shown(count, form)
    code = sign_approval(
        shift=shift,
        count=count,
        actor=request.user,
        approved_by=approver_in(request),
    )
    request.session[APPROVAL] = [form.cleaned_data["variance_reason"], code]


def read_approval(request: StaffRequest) -> tuple[str, str]:
    """Return the reason typed and the approver's code; a kept one is used up."""
    if request.method == "POST":
        return "", request.POST.get("approval_code", "")
    reason, code = request.session.pop(APPROVAL, ["", ""])
    return reason, code


def require_count_shown(count: CashCount, form: ClosingForm) -> None:
    """Refuse another count than the page showed, with StaleCountError."""
    if form.cleaned_data["counted"] != count.total:
        raise StaleCountError
