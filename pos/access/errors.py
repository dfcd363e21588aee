"""Errors: refusals about people, permissions and approvals."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from pos.core.errors import DomainError

# Why a new PIN is refused, by the form and by the service.
AS_BEFORE = _("It is the one until now.")


class NotAllowedError(DomainError):
    code = "not_allowed"
    message = _("%(staff)s is not allowed to do this.")
    http_status = HTTPStatus.FORBIDDEN


class OtherOutletError(NotAllowedError):
    """The owner did not give the person this outlet."""

    code = "other_outlet"
    message = _(
        "%(staff)s does not use the tills of %(outlet)s. The owner gives people their"
        " outlets in the back office, on the page of the staff member."
    )


class DeviceOfOtherOutletError(OtherOutletError):
    """The same, of the browser at which the person is signed in."""


class ApprovalNeededError(DomainError):
    code = "approval_needed"
    message = _("A supervisor has to approve this.")


class LimitPassedError(ApprovalNeededError):
    """The act is above what the person may do alone."""

    message = _(
        "%(act)s: %(requested)s is above your limit of %(limit)s."
        " A supervisor has to approve this."
    )


class ApproverMayNotError(NotAllowedError):
    code = "approver_may_not"
    message = _("%(staff)s is not allowed to approve this.")
    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class ApproverOfOtherOutletError(ApproverMayNotError):
    message = _(
        "%(staff)s does not use the tills of %(outlet)s, and so cannot approve this"
        " here."
    )


class ApproverLimitError(ApproverMayNotError):
    """Nobody agrees to more than they may do themselves."""

    message = _(
        "%(act)s: %(requested)s is above the limit of %(staff)s, too, which is"
        " %(limit)s."
    )


class WrongApproverError(DomainError):
    """One answer for a wrong name and a wrong password: guessing learns nothing."""

    code = "wrong_approver"
    message = _("The supervisor's sign-in name and password do not match. Try again.")


class WrongApproverPinError(WrongApproverError):
    message = _("The supervisor's PIN is wrong. Try again.")


class TooManyAttemptsError(DomainError):
    """The same for names that are nobody's, so that guessing reveals nothing."""

    code = "too_many_attempts"
    message = _("Too many wrong tries. Wait %(wait)s, and try again.")
    http_status = HTTPStatus.TOO_MANY_REQUESTS


class LimitsChangedError(DomainError):
    """Another owner has saved the limits since the page was shown."""

    code = "limits_changed"
    message = _(
        "Someone else has saved other limits meanwhile. Look at them beside yours,"
        " and save again."
    )


class CompanyTakenError(DomainError):
    code = "company_taken"
    message = _("There is already a company with the code %(code)s.")


class OutletCodeTakenError(DomainError):
    code = "outlet_code_taken"
    message = _("There is already an outlet with the code %(code)s: choose another.")


class TillCodeTakenError(DomainError):
    code = "till_code_taken"
    message = _(
        "There is already a till with the code %(code)s in the company: choose another."
    )


class UnknownRoleError(DomainError):
    code = "unknown_role"
    message = _("There is no role %(role)s: choose one of %(roles)s.")


class RoleAboveError(NotAllowedError):
    code = "role_above"
    message = _("%(staff)s cannot give the role %(role)s: it may do more than theirs.")


class UsernameTakenError(DomainError):
    code = "username_taken"
    message = _("The sign-in name %(username)s is taken.")


class WeakPasswordError(DomainError):
    code = "weak_password"
    message = _("The password cannot be used: %(problems)s")


class WeakPinError(DomainError):
    code = "weak_pin"
    message = _("This PIN cannot be used. %(problem)s")


class WrongPinError(DomainError):
    """One answer for a wrong PIN and for a person without one."""

    code = "wrong_pin"
    message = _("This PIN is wrong. Try again.")


class NoPinKeyError(DomainError):
    code = "no_pin_key"
    message = _(
        "There are no PINs on this server: who runs it has to set PIN_KEY first."
    )


class PinKeyLostError(DomainError):
    """What was hashed with the lost key cannot be checked by anybody."""

    code = "pin_key_lost"
    message = _(
        "The key of this PIN is lost. Sign in with your password, and ask the owner to"
        " set a first PIN again."
    )


class FirstPinExpiredError(DomainError):
    """The page of the new PIN was open for too long, or it is chosen already."""

    code = "first_pin_expired"
    message = _("That took too long. Enter your first PIN again.")


class ChangedMeanwhileError(DomainError):
    """Something that was validated is taken, or gone, when it is saved."""

    code = "changed_meanwhile"
    message = _(
        "Someone else has changed this meanwhile. Reload the page and try again."
    )
    http_status = HTTPStatus.CONFLICT


class NoTillChosenError(DomainError):
    code = "no_till"
    message = _("This browser belongs to no till. Open the till's page to enrol it.")


class UnknownEnrolmentCodeError(DomainError):
    code = "unknown_enrolment_code"
    message = _("There is no such code. Check it and type it again.")


class EnrolmentCodeExpiredError(DomainError):
    code = "enrolment_code_expired"
    message = _(
        "This code has expired: it is valid for ten minutes. Ask for another one."
    )


class EnrolmentCodeUsedError(DomainError):
    code = "enrolment_code_used"
    message = _("This code was used for another device. Ask for another one.")


class DeviceTakenError(DomainError):
    """The uid that this page made is another device's, or was revoked since."""

    code = "device_taken"
    message = _("This page is out of date. Reload it and try again.")
    http_status = HTTPStatus.CONFLICT
