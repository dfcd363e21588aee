"""Errors: refusals about people, permissions and approvals."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from pos.core.errors import DomainError


class NotAllowedError(DomainError):
    code = "not_allowed"
    message = _("%(staff)s is not allowed to do this.")
    http_status = HTTPStatus.FORBIDDEN


class ApprovalNeededError(DomainError):
    code = "approval_needed"
    message = _("A supervisor has to approve this.")


class ApproverMayNotError(NotAllowedError):
    code = "approver_may_not"
    message = _("%(staff)s is not allowed to approve this.")
    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class WrongApproverError(DomainError):
    """One answer for a wrong name and a wrong password: guessing learns nothing."""

    code = "wrong_approver"
    message = _("The supervisor's sign-in name and password do not match. Try again.")


class CompanyTakenError(DomainError):
    code = "company_taken"
    message = _("There is already a company with the code %(code)s.")


class UsernameTakenError(DomainError):
    code = "username_taken"
    message = _("The sign-in name %(username)s is taken.")


class WeakPasswordError(DomainError):
    code = "weak_password"
    message = _("The password cannot be used: %(problems)s")


class ChangedMeanwhileError(DomainError):
    """Something that was validated is taken, or gone, when it is saved."""

    code = "changed_meanwhile"
    message = _(
        "Someone else has changed this meanwhile. Reload the page and try again."
    )
    http_status = HTTPStatus.CONFLICT


class NoTillChosenError(DomainError):
    code = "no_till"
    message = _("Choose which till this is, and try again.")
