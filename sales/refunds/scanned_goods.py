"""Scanned goods: which line of a receipt comes back when its goods are scanned."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pos.catalogue.codes import ScannedCode
from pos.catalogue.find_products import find_products
from pos.catalogue.measure import Measure
from pos.core.money import ZERO, format_plain
from pos.models import Company, Product
from sales.basket.lookups import product_of_code
from sales.basket.measures import GRAM, measure_goods
from sales.models import SaleLine
from sales.refunds.errors import (
    NothingLeftError,
    NotOnReceiptError,
    TooMuchReturnedError,
)
from sales.refunds.preview import ReturnRow
from sales.refunds.request import ReturnedLine
from sales.refunds.rows import Original

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A line with the product, and how much of it is not ticked yet."""

    line: SaleLine
    chosen: ReturnedLine | None
    left: Decimal

    @property
    def open(self) -> Decimal:
        return self.left - (self.chosen.quantity if self.chosen else ZERO)


def return_scanned(
    code: ScannedCode, original: Original, *, chosen: Sequence[ReturnedLine]
) -> ReturnRow:
    """Return the row of the line that the goods are of, with them added to it.

    ``chosen`` is what is ticked already. A piece is one more; of what is weighed it is
    as much as the code says, or all that is left. The line that was sold by this very
    code goes before others with the product.

    Raises:
        UnknownCodeError, CodeTooLongError: no product has the code.
        NotOnReceiptError: the product is not on the receipt.
        NothingLeftError: all of it is refunded, or ticked.
        TooMuchReturnedError: the code says more than is left on any line.
        UnclearMeasureError, OtherCurrencyError, EmptyLabelError, NotByWeightError,
        InvalidQuantityError: what the code says cannot be used.
    """
    found = find_products(company=original.company, codes=[code])
    product = product_of_code(found, code)
    lines = [line for line in original.lines if line.product_id == product.pk]
    if not lines:
        raise NotOnReceiptError(product=product, receipt=original.sale)
    lines.sort(key=lambda line: line.scanned_code != code.stored)
    by_line = {back.line: back for back in chosen}
    candidates = [
        _Candidate(line, by_line.get(line.uid), line.quantity - line.refunded_quantity)
        for line in lines
    ]
    candidates = [one for one in candidates if one.open > 0]
    if not candidates:
        raise NothingLeftError(product=product)
    for one in candidates:
        more = _quantity(one, product, found.measure(code), company=original.company)
        if more <= one.open:
            return _row(one, more)
    most = max(one.open for one in candidates)
    raise TooMuchReturnedError(left=format_plain(most), product=product)


def _quantity(
    one: _Candidate, product: Product, measure: Measure, *, company: Company
) -> Decimal:
    """Return how much of the line the goods are, by the price it was sold at."""
    line = one.line
    if not measure:
        return ONE if line.unit == Product.Unit.EACH else one.open
    goods = measure_goods(
        product, measure, unit_price=line.unit_price, pieces=ONE, company=company
    )
    # What a price buys depends on the price of that day by a gram.
    is_rest = line.has_label_price and abs(goods.quantity - one.open) <= GRAM
    return one.open if is_rest else goods.quantity


def _row(one: _Candidate, more: Decimal) -> ReturnRow:
    line, chosen = one.line, one.chosen
    return ReturnRow(
        line=line,
        left=one.left,
        quantity=more + (chosen.quantity if chosen else ZERO),
        amount=line.total - line.refunded_total,
        is_chosen=True,
        is_restocked=chosen.is_restocked if chosen else True,
    )
