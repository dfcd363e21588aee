"""Equal goods: the new goods of an exchange, priced against those that come back.

What comes back is worth its share of what was paid; what goes out is priced today. At
equal terms the two may differ by a cent, since tax was rounded together with that of
other goods. So new goods at the terms of those that come back cost what those are
worth.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pos.core.money import ZERO, allocate
from sales.models import Sale, SaleLine
from sales.pricing.sale_totals import apply_totals
from sales.refunds.rows import Original


@dataclass(frozen=True, slots=True)
class _Goods:
    """A line that goes out or comes back; ``price`` is before it is rounded.

    ``amount`` is what it comes to in the terms of its price, with tax or without.
    """

    line: SaleLine
    price: Decimal
    amount: Decimal

    @property
    def of_rate(self) -> Hashable:
        return self.line.tax_code, self.line.tax_rate

    @property
    def of_product(self) -> Hashable:
        return *self.of_rate, self.line.product_id  # type: ignore[misc]

    @property
    def of_price(self) -> Hashable:
        return *self.of_rate, self.price  # type: ignore[misc]


# What lines have in common that are compared, from close to far: line for line, then
# all of a product, then all of a tax rate.
LIKENESS: tuple[Callable[[_Goods], Hashable], ...] = (
    lambda goods: goods.of_price,
    lambda goods: goods.of_product,
    lambda goods: goods.of_rate,
)


@dataclass(frozen=True, slots=True)
class NewGoods:
    """The new goods of an exchange: its open sale, with the lines in order."""

    sale: Sale
    lines: Sequence[SaleLine]

    def price_against(self, returned: Sequence[SaleLine], original: Original) -> None:
        """Set the amounts of the sale and its lines, unsaved.

        ``returned`` are the lines of the refund, below zero. Lines that would cost
        another amount today take over theirs and are marked.
        """
        sale, sold = self.sale, original.sale
        if sale.prices_include_tax != sold.prices_include_tax:
            return
        new = [_describe(line, line, sale) for line in self.lines]
        back = [_describe(line, line.original_line or line, sold) for line in returned]
        places = original.company.currency_places
        kept = [
            pair
            for some_new, some_back in _match(new, back)
            for pair in _take_over(some_new, some_back, sale=sale, places=places)
        ]
        if all(line.total - line.net_total == tax for line, tax in kept):
            return
        for line, tax in kept:
            if sale.prices_include_tax:
                line.net_total = line.total - tax
            else:
                line.total = line.net_total + tax
            line.has_stated_tax = True
        apply_totals(sale, self.lines, company=original.company)

    def save(self) -> None:
        """Save what the lines took over; finalization prices the sale by it."""
        marked = [line for line in self.lines if line.has_stated_tax]
        if marked:
            fields = ["has_stated_tax", "total", "net_total"]
            SaleLine.objects.bulk_update(marked, fields)


def _describe(line: SaleLine, sold: SaleLine, sale: Sale) -> _Goods:
    """Return the goods of a line, at the terms of ``sold``: itself, or its original."""
    amount = abs(line.total if sale.prices_include_tax else line.net_total)
    if sold.discount_amount or sale.discount_amount or sold.points_discount:
        return _Goods(line, amount, amount)
    price = abs(line.unit_price * line.quantity)
    price *= (1 - sold.discount_rate) * (1 - sale.discount_rate)
    return _Goods(line, price.normalize(), amount)


def _match(
    new: list[_Goods], back: list[_Goods]
) -> Iterator[tuple[list[_Goods], list[_Goods]]]:
    """Return lots of new goods with what came back for them at the same terms."""
    for likeness in LIKENESS:
        news, backs = _group(new, likeness), _group(back, likeness)
        for key in news.keys() & backs.keys():
            some_new, some_back = news[key], backs[key]
            if likeness is LIKENESS[0]:
                number = min(len(some_new), len(some_back))
                some_new, some_back = some_new[:number], some_back[:number]
            if _sum(some_new) != _sum(some_back):
                continue
            new = [goods for goods in new if goods not in some_new]
            back = [goods for goods in back if goods not in some_back]
            yield some_new, some_back


def _group(
    goods: Iterable[_Goods], likeness: Callable[[_Goods], Hashable]
) -> dict[Hashable, list[_Goods]]:
    groups: dict[Hashable, list[_Goods]] = defaultdict(list)
    for one in goods:
        groups[likeness(one)].append(one)
    return groups


def _sum(goods: Iterable[_Goods]) -> Decimal:
    return sum((one.price for one in goods), ZERO)


def _take_over(
    new: Sequence[_Goods], back: Sequence[_Goods], *, sale: Sale, places: int
) -> list[tuple[SaleLine, Decimal]]:
    """Return the new lines with their tax, so that they cost what came back is worth.

    None where that is not possible: a price with tax is what it is.
    """
    amounts = [goods.amount for goods in new]
    total = -sum((goods.line.total for goods in back), ZERO)
    tax = -sum((goods.line.total - goods.line.net_total for goods in back), ZERO)
    left = total - sum(amounts, ZERO)
    if sale.prices_include_tax and left:
        return []
    if not sale.prices_include_tax:
        tax = left
    if tax < 0:
        return []
    taxes = allocate(tax, amounts, places=places)
    return [(goods.line, tax) for goods, tax in zip(new, taxes, strict=True)]
