"""Refusals about sales, tenders and shifts."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from pos.errors import DomainError


class EmptySaleError(DomainError):
    code = "empty_sale"
    message = _("There is nothing in the basket.")


class SaleNotOpenError(DomainError):
    code = "sale_not_open"
    message = _("This sale is already %(status)s.")
    http_status = HTTPStatus.CONFLICT


class SaleElsewhereError(DomainError):
    code = "sale_elsewhere"
    message = _("This sale is open on %(till)s.")
    http_status = HTTPStatus.CONFLICT


class StaleBasketError(DomainError):
    code = "stale"
    message = _("The basket has changed. Look at it again before taking payment.")
    http_status = HTTPStatus.CONFLICT


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
    """Cash whose change is past all notes, as a slip of the hand makes it."""

    code = "change_too_much"
    message = _("%(change)s is too much change. Type the amount received again.")


class UnknownTenderError(DomainError):
    code = "unknown_tender"
    message = _("%(kind)s is not accepted here.")


class CardNumberError(DomainError):
    """Card numbers never enter the system (PCI DSS scope)."""

    code = "card_number"
    message = _("This looks like a card number. Type the terminal's reference.")


class CashAwaitedError(DomainError):
    code = "cash_awaited"
    message = _("Cash cannot be confirmed later. Count it into the drawer now.")


class SaleNotFinalizedError(DomainError):
    code = "sale_not_finalized"
    message = _("Only a finalized sale can be refunded.")
    http_status = HTTPStatus.CONFLICT


class RefundOfRefundError(DomainError):
    code = "refund_of_refund"
    message = _("%(refund)s is a refund and cannot be refunded.")


class NothingToRefundError(DomainError):
    code = "nothing_to_refund"
    message = _("Choose what to refund.")


class TooMuchReturnedError(DomainError):
    code = "too_much_returned"
    message = _("Only %(left)s of %(product)s can still be refunded.")
    http_status = HTTPStatus.CONFLICT


class PaybacksDifferError(DomainError):
    code = "paybacks_differ"
    message = _("The amounts do not add up to the refund of %(due)s.")


class PriceAboveListError(DomainError):
    code = "price_above_list"
    message = _("Without a receipt, %(product)s is refunded at today's price or less.")


class NoOpenShiftError(DomainError):
    code = "no_open_shift"
    message = _("No shift is open at %(till)s.")


class ShiftOpenError(DomainError):
    code = "shift_open"
    message = _("A shift is already open at %(till)s.")
    http_status = HTTPStatus.CONFLICT


class ShiftClosedError(DomainError):
    code = "shift_closed"
    message = _("This shift is already closed.")
    http_status = HTTPStatus.CONFLICT


class UnknownPieceError(DomainError):
    code = "unknown_piece"
    message = _("%(face)s is not a note or coin that is counted here.")


class PiecesDifferError(DomainError):
    code = "pieces_differ"
    message = _("The notes and coins add up to %(total)s, not to %(amount)s.")


class VarianceReasonError(DomainError):
    code = "variance_reason"
    message = _("The drawer is off by %(variance)s. Enter a reason.")


class StaleCountError(DomainError):
    code = "stale_count"
    message = _("Cash has moved since the drawer was counted. Count it again.")
    http_status = HTTPStatus.CONFLICT


class TillInactiveError(DomainError):
    code = "till_inactive"
    message = _("%(till)s is not in use.")


class TillServesCustomersError(DomainError):
    code = "till_serves_customers"
    message = _("%(till)s serves customers: choose another till for the replay.")


class NotADemoError(DomainError):
    code = "not_a_demo"
    message = _(
        "This database already has a company. Make the demo shop in an empty database."
    )


class ProductInactiveError(DomainError):
    code = "product_inactive"
    message = _("%(product)s is no longer sold.")


class BasketFullError(DomainError):
    code = "basket_full"
    message = _("A basket holds at most %(limit)s lines.")


class CodeTooLongError(DomainError):
    code = "code_too_long"
    message = _("This barcode is too long: %(start)s…")


class UnknownCodeError(DomainError):
    code = "unknown_code"
    message = _("No product has the code %(scanned)s.")


class PriceNeededError(DomainError):
    code = "price_needed"
    message = _("Type the price of %(product)s.")


class PriceZeroError(DomainError):
    code = "price_zero"
    message = _("%(product)s needs a price above zero.")


class AmountTooLargeError(DomainError):
    code = "amount_too_large"
    message = _("This amount is too large: at most %(limit)s.")


class BasketTooLargeError(DomainError):
    code = "basket_too_large"
    message = _(
        "The total is too large for one sale. Check the quantity and the price."
    )


class PriceFixedError(DomainError):
    code = "price_fixed"
    message = _("%(product)s has a fixed price.")


class InvalidDiscountError(DomainError):
    code = "invalid_discount"
    message = _(
        "A discount is a percentage up to 100, an amount in the shop's currency,"
        " or both."
    )


class DiscountReasonError(DomainError):
    code = "discount_reason"
    message = _("Enter a reason for the discount.")


class NoCustomerError(DomainError):
    code = "no_customer"
    message = _("Add the customer whose points are used.")


class NoRedeemingError(DomainError):
    code = "no_redeeming"
    message = _("Points cannot be used here.")


class TooFewPointsError(DomainError):
    code = "too_few_points"
    message = _("Use at least %(points)s points at a time.")


class NotAwaitedError(DomainError):
    code = "not_awaited"
    message = _("%(tender)s is not pending.")


class AlreadyConfirmedError(DomainError):
    code = "already_confirmed"
    message = _("%(tender)s was already confirmed: %(reference)s.")
    http_status = HTTPStatus.CONFLICT


class ReferenceNeededError(DomainError):
    code = "reference_needed"
    message = _("Type the bank's reference, at most %(limit)s characters.")


class NotCorrectedError(DomainError):
    """Only what a customer paid in the shift that is still open."""

    code = "not_corrected"
    message = _("A tender can only be corrected while its own shift is open.")


class NothingToCorrectError(DomainError):
    """What is paid by change alone, or rounded away, has no kind that matters."""

    code = "nothing_to_correct"
    message = _("%(tender)s amounts to zero: there is nothing to correct.")


class SaleRefundedError(DomainError):
    code = "sale_refunded"
    message = _("%(sale)s was refunded: its tenders cannot be corrected.")


class SameTenderError(DomainError):
    code = "same_tender"
    message = _("It is already %(kind)s.")


class NoSuchLineError(DomainError):
    code = "no_such_line"
    message = _("That line is not in the basket.")


class CustomerInactiveError(DomainError):
    code = "customer_inactive"
    message = _("%(customer)s is inactive.")


class InvalidOperationError(DomainError):
    code = "invalid_operation"
    message = _("The till sent an invalid request: %(what)s.")


class OperationDiffersError(DomainError):
    code = "operation_differs"
    message = _("This was already sent with different content.")
    http_status = HTTPStatus.CONFLICT


class SequenceTakenError(DomainError):
    code = "sequence_taken"
    message = _("This basket was changed in another window.")
    http_status = HTTPStatus.CONFLICT
