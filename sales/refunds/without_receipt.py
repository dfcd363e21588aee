"""Take goods back that nobody has a receipt of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from django.utils.timezone import now

from pos.access.errors import ApprovalNeededError
from pos.core.errors import (
    FractionalQuantityError,
    InvalidAmountError,
    NotOfThisCompanyError,
)
from pos.core.money import MONEY_LIMIT, ZERO, format_plain, is_money
from pos.core.transactions import atomic_with_retry
from pos.models import Company, Product, StaffMember, Till
from sales.basket.errors import PriceNeededError
from sales.basket.limits import validate_basket_total
from sales.basket.lookups import Lookups
from sales.basket.new_sale import new_line
from sales.cash.rounding import cash_rule
from sales.checkout.errors import UnknownTenderError
from sales.checkout.settlement import CASH
from sales.locks import lock_till_with_open_shift
from sales.models import Sale, SaleLine
from sales.pricing.sale_totals import PRICED
from sales.pricing.totals import Charge, PricedLine, price_sale
from sales.refunds.errors import PriceAboveListError
from sales.refunds.request import Asked, claim_refund
from sales.refunds.settlement import Kept, Payback, Settled, pay_back
from sales.refunds.write import add_up, finish_refund, tenders_of


@dataclass(frozen=True, slots=True)
class LooseReturn:
    """So much of a product. ``unit_price`` is today's, unless a lower one is given."""

    product: Product
    quantity: Decimal
    unit_price: Decimal | None = None
    is_restocked: bool = True


@atomic_with_retry
def refund_without_receipt(  # noqa: PLR0913  (all that a receipt of it must say)
    *,
    uid: UUID,
    lines: Sequence[LooseReturn],
    reason: str,
    actor: StaffMember,
    till: Till,
    approved_by: StaffMember | None,
    paybacks: Sequence[Payback] = (),
    at: datetime | None = None,
) -> Sale:
    """Take goods back of which nobody knows the sale, at today's price or below.

    Afterwards there is a finalized refund without an original, named after who
    approved it; goods, number, chain and repeats are as ``refund_sale`` has them.
    No points move. Without paybacks the money goes back in cash.

    Raises:
        NotOfThisCompanyError: till, product or approver is not the actor's
            company's.
        ApprovalNeededError, ApproverMayNotError: nobody who may has approved it.
        DifferentRepeatError: the ``uid`` was used for something else.
        NothingToRefundError, InvalidQuantityError, FractionalQuantityError,
        PriceNeededError, PriceAboveListError: these goods cannot come back.
        NoTaxRateError: no rate of a product's tax code is in force.
        ReasonNeededError, CardNumberError: the reason or a reference cannot be kept.
        NoOpenShiftError: nobody has opened a shift at the till.
        UnknownTenderError, InvalidAmountError, PaybacksDifferError: the money
            cannot go back like this.
    """
    asked = Asked(
        uid=uid,
        reason=reason,
        paybacks=paybacks or [Payback(CASH)],
        actor=actor,
        till=till,
        approved_by=approved_by,
        at=(at or now()).astimezone(UTC),
    )
    if approved_by is None:
        raise ApprovalNeededError
    refund = _claimed(asked, lines)
    if refund.is_finalized:
        return refund
    till, shift = lock_till_with_open_shift(till.pk, company_id=refund.company_id)
    refund.till = till
    made = _lines(refund, lines, asked, till.company)
    add_up(refund, made)
    settled = _settled(-refund.total, asked.paybacks, till.company)
    SaleLine.objects.bulk_create(made)
    finish_refund(
        refund,
        lines=made,
        tenders=tenders_of(refund, settled),
        shift=shift,
        asked=asked,
    )
    return refund


def _claimed(asked: Asked, lines: Sequence[LooseReturn]) -> Sale:
    asked.validate([back.quantity for back in lines])
    company = asked.till.company
    asked.content = ["without receipt"]
    for back in lines:
        if back.product.company_id != company.pk:
            raise NotOfThisCompanyError(thing=Product._meta.verbose_name)
        price = None
        if back.unit_price is not None:
            if not is_money(back.unit_price, places=3):
                raise InvalidAmountError(amount=back.unit_price)
            price = format_plain(back.unit_price)
        asked.content.append(
            [
                str(back.product.uid),
                format_plain(back.quantity),
                price,
                back.is_restocked,
            ]
        )
    refund = claim_refund(
        Sale(
            uid=asked.uid,
            company=company,
            till=asked.till,
            kind=Sale.Kind.REFUND,
            cashier=asked.actor,
            prices_include_tax=company.prices_include_tax,
            tax_rounding=company.tax_rounding,
            reason=asked.reason,
            approved_by=asked.approved_by,
            tenders_fingerprint=asked.fingerprint,
            opened_at=asked.at,
        )
    )
    if not refund.is_finalized:
        asked.validate_approver()
    return refund


def _lines(
    refund: Sale, asked_lines: Sequence[LooseReturn], asked: Asked, company: Company
) -> list[SaleLine]:
    """Return the refund's lines, priced by the rules of a sale of today, unsaved."""
    lookups = Lookups(company, refund.till.outlet.business_date(asked.at))
    charges = [_charge(back, lookups) for back in asked_lines]
    validate_basket_total(charge.unit_price * charge.quantity for charge in charges)
    totals = price_sale(
        charges,
        prices_include_tax=refund.prices_include_tax,
        tax_rounding=refund.tax_rounding,
        places=company.currency_places,
    )
    return [
        new_line(
            back.product,
            sale=refund,
            uid=uuid5(refund.uid, f"line {position}"),
            position=position,
            quantity=-back.quantity,
            unit_price=charge.unit_price,
            tax=(charge.tax_code, charge.tax_rate),
            is_restocked=back.is_restocked,
            **_below_zero(priced),
        )
        for position, (back, charge, priced) in enumerate(
            zip(asked_lines, charges, totals.lines, strict=True), start=1
        )
    ]


def _charge(back: LooseReturn, lookups: Lookups) -> Charge:
    product, price = back.product, back.unit_price
    if product.is_sold_by_the_piece and back.quantity != int(back.quantity):
        raise FractionalQuantityError(product=product)
    if price is None:
        if product.is_open_price:
            raise PriceNeededError(product=product)
        price = product.price
    elif not is_money(price, places=lookups.company.currency_places) or price < 0:
        raise InvalidAmountError(amount=price)
    elif price > product.price and not product.is_open_price:
        raise PriceAboveListError(product=product)
    tax_code, tax_rate = lookups.tax(product)
    return Charge(price, back.quantity, tax_code, tax_rate)


def _below_zero(priced: PricedLine) -> dict[str, Decimal]:
    return {name: ZERO - getattr(priced, own) for name, own in PRICED.items()}


def _settled(total: Decimal, paybacks: Sequence[Payback], company: Company) -> Settled:
    """Whatever the company takes may go back: nobody knows how it was paid."""
    for payback in paybacks:
        if payback.kind not in company.accepted_tenders:
            raise UnknownTenderError(kind=payback.kind)
    anything = dict.fromkeys(company.accepted_tenders, MONEY_LIMIT)
    return pay_back(
        total,
        kept=Kept(MONEY_LIMIT, anything),
        is_last=False,
        rule=cash_rule(company),
        paybacks=paybacks,
    )
