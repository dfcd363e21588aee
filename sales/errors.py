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
    message = _("This sale was already finalized with other tenders.")
    http_status = HTTPStatus.CONFLICT


class TenderShortError(DomainError):
    code = "tender_short"
    message = _("%(short)s is still to be paid.")


class TenderTooMuchError(DomainError):
    code = "tender_too_much"
    message = _("That is %(excess)s too much, and only cash gives change.")


class ChangeTooMuchError(DomainError):
    """Cash whose change is past all notes, as a slip of the hand makes it."""

    code = "change_too_much"
    message = _("%(change)s is too much change. Type again what was received.")


class UnknownTenderError(DomainError):
    code = "unknown_tender"
    message = _("%(kind)s is not a way to pay here.")


class CardNumberError(DomainError):
    """Card numbers never enter the system (PCI DSS scope)."""

    code = "card_number"
    message = _("This looks like a card number. Type the terminal's reference.")


class CashAwaitedError(DomainError):
    code = "cash_awaited"
    message = _("Cash is in the drawer or it is not: it cannot be confirmed later.")


class SaleNotFinalizedError(DomainError):
    code = "sale_not_finalized"
    message = _("Only a finalized sale can be refunded.")
    http_status = HTTPStatus.CONFLICT


class RefundOfRefundError(DomainError):
    code = "refund_of_refund"
    message = _("%(refund)s is a refund itself, and cannot be refunded.")


class NothingToRefundError(DomainError):
    code = "nothing_to_refund"
    message = _("Choose what comes back.")


class TooMuchReturnedError(DomainError):
    code = "too_much_returned"
    message = _("Only %(left)s of %(product)s can still come back.")
    http_status = HTTPStatus.CONFLICT


class PaybacksDifferError(DomainError):
    code = "paybacks_differ"
    message = _("%(due)s is to be paid back: the amounts given do not come to that.")


class PriceAboveListError(DomainError):
    code = "price_above_list"
    message = _("%(product)s is taken back at its price of today, or below.")


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
    message = _("%(face)s is no note or coin that is counted here.")


class PiecesDifferError(DomainError):
    code = "pieces_differ"
    message = _("The notes and coins add up to %(total)s, not to %(amount)s.")


class VarianceReasonError(DomainError):
    code = "variance_reason"
    message = _("The drawer is off by %(variance)s. Say why.")


class StaleCountError(DomainError):
    code = "stale_count"
    message = _("Cash has moved since the drawer was counted. Count it again.")
    http_status = HTTPStatus.CONFLICT


class TillInactiveError(DomainError):
    code = "till_inactive"
    message = _("%(till)s is not in use.")


class TillServesCustomersError(DomainError):
    code = "till_serves_customers"
    message = _("%(till)s serves customers: name another till for the replay.")


class NotADemoError(DomainError):
    code = "not_a_demo"
    message = _(
        "This database holds a company: a demo shop is made only where there is none."
    )


class ProductInactiveError(DomainError):
    code = "product_inactive"
    message = _("%(product)s is no longer sold.")


class BasketFullError(DomainError):
    code = "basket_full"
    message = _("A basket holds at most %(limit)s lines.")


class CodeTooLongError(DomainError):
    code = "code_too_long"
    message = _("No barcode is that long: %(start)s…")


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
    message = _("That is too much for one amount: it is at most %(limit)s.")


class BasketTooLargeError(DomainError):
    code = "basket_too_large"
    message = _(
        "That is more than one sale can come to. Check the quantity and the price."
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
    message = _("Say why the discount is given.")


class NoCustomerError(DomainError):
    code = "no_customer"
    message = _("Attach the customer whose points are used.")


class NoRedeemingError(DomainError):
    code = "no_redeeming"
    message = _("Points cannot be used here.")


class TooFewPointsError(DomainError):
    code = "too_few_points"
    message = _("At least %(points)s points are used at a time.")


class NotAwaitedError(DomainError):
    code = "not_awaited"
    message = _("%(tender)s is not waiting to be confirmed.")


class AlreadyConfirmedError(DomainError):
    code = "already_confirmed"
    message = _("%(tender)s was already confirmed: %(reference)s.")
    http_status = HTTPStatus.CONFLICT


class ReferenceNeededError(DomainError):
    code = "reference_needed"
    message = _("Type the reference of the bank, in at most %(limit)s characters.")


class NotCorrectedError(DomainError):
    """Only what a customer paid in the shift that is still open."""

    code = "not_corrected"
    message = _("A tender is corrected only in its own shift, while that is open.")


class NothingToCorrectError(DomainError):
    """What is paid by change alone, or rounded away, has no kind that matters."""

    code = "nothing_to_correct"
    message = _("%(tender)s comes to nothing: there is nothing to correct.")


class SaleRefundedError(DomainError):
    code = "sale_refunded"
    message = _("%(sale)s was refunded: its tenders stay as they are.")


class SameTenderError(DomainError):
    code = "same_tender"
    message = _("It is %(kind)s already.")


class NoSuchLineError(DomainError):
    code = "no_such_line"
    message = _("That line is not in the basket.")


class CustomerInactiveError(DomainError):
    code = "customer_inactive"
    message = _("%(customer)s is inactive.")


class InvalidOperationError(DomainError):
    code = "invalid_operation"
    message = _("The till sent something that is not understood: %(what)s.")


class OperationDiffersError(DomainError):
    code = "operation_differs"
    message = _("This was already sent with other content.")
    http_status = HTTPStatus.CONFLICT


class SequenceTakenError(DomainError):
    code = "sequence_taken"
    message = _("Another window has worked on this basket.")
    http_status = HTTPStatus.CONFLICT
