"""Refusals: rules of a basket that say no."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from pos.access.errors import LimitPassedError
from pos.core.errors import DomainError


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


class SaleAtOtherDeviceError(SaleElsewhereError):
    """Each device of a till has its own basket."""

    message = _("This sale is open on another device of this till: %(device)s.")


class StaleBasketError(DomainError):
    code = "stale"
    message = _("The basket has changed. Look at it again before taking payment.")
    http_status = HTTPStatus.CONFLICT


class MoneyHeldError(DomainError):
    """A basket that holds part payments is not given up."""

    code = "money_held"
    message = _("%(amount)s was taken for this basket already. Give it back first.")


class TaxChangedError(StaleBasketError):
    """The tax is not what it was when the lines were added.

    Afterwards the basket has today's, so that the next attempt is right.
    """

    message = _(
        "%(tax)s has changed from %(before)s to %(after)s since this basket was"
        " filled. Look at the new total before taking payment."
    )


class DepositChangedError(StaleBasketError):
    """The deposit on containers is not what it was when the lines were added.

    Afterwards the basket has today's, so that the next attempt is right.
    """

    message = _(
        "The deposit on %(product)s has changed from %(before)s to %(after)s since this"
        " basket was filled. Look at the new total before taking payment."
    )


class ProductInactiveError(DomainError):
    code = "product_inactive"
    message = _("%(product)s is no longer sold.")


class ClosedNowError(DomainError):
    """Goods are not sold at this hour, and nobody can agree to it."""

    code = "closed_now"
    message = _(
        "%(product)s is not sold between %(since)s and %(until)s."
        " It can be sold again at %(until)s."
    )


class ClosedForLongerError(ClosedNowError):
    """The hours pass more than one midnight."""

    message = _(
        "%(product)s is not sold now. It can be sold again on %(day)s at %(until)s."
    )


class AlwaysClosedError(ClosedNowError):
    """Its hours leave no time of the week."""

    message = _("%(product)s is not sold at any hour.")


class AgeNotConfirmedError(DomainError):
    """A basket asks for an age that nobody has checked."""

    code = "age_not_confirmed"
    message = _(
        "Check the age first: the buyer has to be %(age)s, born on or before"
        " %(born_by)s."
    )


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


class EmptyLabelError(DomainError):
    code = "empty_label"
    message = _("The code says 0 for %(product)s. Weigh it again.")


class UnclearMeasureError(DomainError):
    code = "unclear_measure"
    message = _(
        "The code of %(product)s says how much it is in a way that cannot be read."
        " Weigh it and type the quantity."
    )


class PriceInCodeError(DomainError):
    """Only where a company prints such labels a code may lower the price."""

    code = "price_in_code"
    message = _(
        "The code of %(product)s says another price. Scan or type its own code."
    )


class OtherCurrencyError(DomainError):
    """A price is never read as so many of the company's own currency."""

    code = "other_currency"
    message = _(
        "The code of %(product)s says a price in another currency."
        " Scan or type its own code."
    )


class LabelDiscountError(DomainError):
    """A discount on the line would take the place of the label's price."""

    code = "label_discount"
    message = _(
        "%(product)s has the price of its label. Give the discount on the sale instead."
    )


class NotByWeightError(DomainError):
    code = "not_by_weight"
    message = _("%(product)s is not sold by weight, and its code says a weight.")


class PriceZeroError(DomainError):
    code = "price_zero"
    message = _("%(product)s needs a price above zero.")


class BasketTooLargeError(DomainError):
    code = "basket_too_large"
    message = _(
        "The total is too large for one sale. Check the quantity and the price."
    )


class PriceFixedError(DomainError):
    code = "price_fixed"
    message = _("%(product)s has a fixed price.")


class NoCataloguePriceError(DomainError):
    code = "no_catalogue_price"
    message = _(
        "%(product)s has no price in the catalogue to go back to. Type another price,"
        " or remove the line and add it again."
    )


class InvalidDiscountError(DomainError):
    code = "invalid_discount"
    message = _(
        "A discount is a percentage up to 100, an amount in the shop's currency,"
        " or both."
    )


class DiscountReasonError(DomainError):
    code = "discount_reason"
    message = _("Enter a reason for the discount.")


class DiscountAboveLimitError(LimitPassedError):
    """A discount has become larger with its basket, or a part of a smaller one."""

    code = "discount_above_limit"
    message = _(
        "%(act)s: %(requested)s is by now above your limit of %(limit)s."
        " Give the discount again, and a supervisor approves it."
    )


class NoCustomerError(DomainError):
    code = "no_customer"
    message = _("Add the customer whose points are used.")


class NoRedeemingError(DomainError):
    code = "no_redeeming"
    message = _("Points cannot be redeemed on this sale.")


class TooFewPointsError(DomainError):
    code = "too_few_points"
    message = _("Use at least %(points)s points at a time.")


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
