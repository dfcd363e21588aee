"""Refusals: rules of tenders that say no."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from pos.core.errors import DomainError


class TendersDifferError(DomainError):
    code = "tenders_differ"
    message = _("This sale was already finalized with different tenders.")
    http_status = HTTPStatus.CONFLICT


class TenderShortError(DomainError):
    code = "tender_short"
    message = _("%(short)s is still to be paid.")


class TenderTooMuchError(DomainError):
    code = "tender_too_much"
    message = _("%(excess)s too much: change is given for cash only.")


class ChangeTooMuchError(DomainError):
    """So much change that the amount received must have been mistyped."""

    code = "change_too_much"
    message = _("%(change)s is too much change. Type the amount received again.")


class UnknownTenderError(DomainError):
    code = "unknown_tender"
    message = _("%(kind)s is not accepted here.")


class CashOutError(DomainError):
    """More cash than the drawer should hold. Every try is counted."""


class CashOutRefusedError(CashOutError):
    """The same for every amount but the one asked for: not what the drawer holds."""

    code = "cash_out_refused"
    message = _("Ask a supervisor before you take %(amount)s out of the drawer.")


class DrawerShortError(CashOutError):
    code = "drawer_short"
    message = _("The drawer should hold only %(expected)s, not %(amount)s.")


class OverdraftError(CashOutError):
    """The company allows it, and nobody who may has approved."""

    code = "overdraft"
    message = _(
        "The drawer should hold only %(expected)s. A supervisor has to approve that"
        " %(amount)s leave it."
    )


class VoucherNotTakenError(DomainError):
    """Its kind excludes all of the goods, or other vouchers pay for the rest."""

    code = "voucher_not_taken"
    message = _("%(voucher)s does not pay for these goods. Pay in another way.")


class TooManyVoucherKindsError(DomainError):
    code = "too_many_voucher_kinds"
    message = _("At most %(limit)s kinds of vouchers can pay for one sale.")


class VoucherTooMuchError(DomainError):
    """More than the goods come to that its kind pays for."""

    code = "voucher_too_much"
    message = _("%(voucher)s pays for %(most)s of these goods only.")


class VoucherCutError(DomainError):
    """Some of it would be lost although the goods come to more."""

    code = "voucher_cut"
    message = _("%(voucher)s pays %(most)s here. Take all of that.")


class VoucherUsedError(DomainError):
    code = "voucher_used"
    message = _("%(voucher)s %(reference)s was taken before. Each counts once.")
    http_status = HTTPStatus.CONFLICT


class VoucherNotHereError(DomainError):
    """A voucher is given back by a number that the shop does not have of this sale."""

    code = "voucher_not_here"
    message = _(
        "%(voucher)s %(reference)s did not pay for this receipt, or was given back"
        " already. Leave the number empty to give another one."
    )


class CashPendingError(DomainError):
    code = "cash_pending"
    message = _("Cash cannot be confirmed later. Count it into the drawer now.")


class VoucherPendingError(DomainError):
    code = "voucher_pending"
    message = _(
        "A voucher cannot be confirmed later. Take it now, or pay in another way."
    )


class NotPendingError(DomainError):
    code = "not_pending"
    message = _("%(tender)s is not pending.")


class AlreadyConfirmedError(DomainError):
    code = "already_confirmed"
    message = _("%(tender)s was already confirmed: %(reference)s.")
    http_status = HTTPStatus.CONFLICT


class ReferenceNeededError(DomainError):
    code = "reference_needed"
    message = _("Type the bank's reference, at most %(limit)s characters.")


class NotCorrectedError(DomainError):
    """Only tenders of a sale in a shift that is still open can be corrected."""

    code = "not_corrected"
    message = _("A tender can only be corrected while its own shift is open.")


class NothingToCorrectError(DomainError):
    """The tender is zero, since all of it was change or rounding."""

    code = "nothing_to_correct"
    message = _("%(tender)s amounts to zero: there is nothing to correct.")


class SaleRefundedError(DomainError):
    code = "sale_refunded"
    message = _("%(sale)s was refunded: its tenders cannot be corrected.")


class SameTenderError(DomainError):
    code = "same_tender"
    message = _("This tender is already recorded as %(kind)s.")


class PartPaymentEndedError(DomainError):
    """Money that was taken in part is given back once, or used once."""

    code = "part_payment_ended"
    message = _("%(payment)s is no longer held: it was %(event)s.")
    http_status = HTTPStatus.CONFLICT
