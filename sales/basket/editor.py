"""One basket in memory while a batch of operations is applied to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from customers.points.errors import NotEnoughPointsError
from pos.access.errors import NotAllowedError
from pos.core.card_numbers import holds_card_number
from pos.core.errors import CardNumberError, FractionalQuantityError
from pos.core.money import ZERO
from pos.models import Product, StaffMember, Till
from pos.stock.errors import OutOfStockError
from sales.basket.errors import (
    BasketFullError,
    CustomerInactiveError,
    DiscountReasonError,
    EmptySaleError,
    NoCustomerError,
    NoRedeemingError,
    NoSuchLineError,
    PriceFixedError,
    PriceNeededError,
    PriceZeroError,
    ProductInactiveError,
    SaleElsewhereError,
    SaleNotOpenError,
    TooFewPointsError,
)
from sales.basket.limits import LINES_MAX, validate_basket_total, validate_quantity
from sales.basket.lookups import Lookups
from sales.basket.operations import Operation, Result
from sales.cash.limits import validate_typed_amount
from sales.models import Sale, SaleLine
from sales.pricing.sale_totals import apply_totals, totals_of


@dataclass(slots=True)
class Editing:
    """A locked sale, its lines, and what became of them.

    ``lines`` are all lines, removed ones too, in order of position. A refusal
    of one operation is its result and stops no other.
    """

    sale: Sale
    lines: list[SaleLine]
    till: Till
    actor: StaffMember
    lookups: Lookups
    at: datetime
    may_discount: bool = True
    added: list[SaleLine] = field(default_factory=list)
    touched: set[UUID] = field(default_factory=set)

    @property
    def active_lines(self) -> list[SaleLine]:
        return [line for line in self.lines if line.removed_by is None]

    def apply(self, operation: Operation) -> Result:
        """Carry out one operation; a rule that says no raises."""
        result = Result(operation.uid)
        if operation.kind != "recall":
            self._require_open_here()
        getattr(self, f"_{operation.kind}")(operation, result)
        return result

    def _require_open_here(self) -> None:
        if self.sale.status != Sale.Status.OPEN:
            raise SaleNotOpenError(status=self.sale.get_status_display())
        if self.sale.till_id != self.till.pk:
            raise SaleElsewhereError(till=self.sale.till)

    def _add(self, operation: Operation, result: Result) -> None:
        """A product the basket holds at this price gets more; else a new line."""
        product = self.lookups.product(operation)
        if not product.is_active:
            raise ProductInactiveError(product=product)
        quantity = operation.quantity()
        price = self._price(product, operation)
        tax_code, tax_rate = self.lookups.tax(product)
        key = (product.pk, price, tax_code, tax_rate)
        line = next((known for known in self.active_lines if _joins(known, key)), None)
        if line is None and len(self.lines) >= LINES_MAX:
            raise BasketFullError(limit=LINES_MAX)
        if product.is_sold_by_the_piece and quantity != int(quantity):
            raise FractionalQuantityError(product=product)
        self._validate_stock(product, quantity, result)
        if line is not None:
            self._resize(line, line.quantity + quantity)
        else:
            line = SaleLine(
                uid=operation.uid,
                company_id=self.sale.company_id,
                sale=self.sale,
                position=max((known.position for known in self.lines), default=0) + 1,
                product=product,
                sku=product.sku,
                name=product.name,
                second_name=product.second_name,
                scanned_code=operation.code,
                unit=product.unit,
                quantity=quantity,
                unit_price=price,
                unit_cost=product.cost,
                tax_code=tax_code,
                tax_rate=tax_rate,
            )
            validate_basket_total([*_amounts(self.active_lines), price * quantity])
            self.lines.append(line)
            self.added.append(line)
        result.line = line.uid

    def _set_quantity(self, operation: Operation, result: Result) -> None:
        line = self._line(operation)
        quantity = operation.quantity()
        if line.unit == Product.Unit.EACH and quantity != int(quantity):
            raise FractionalQuantityError(product=line.name)
        if quantity > line.quantity:
            self._validate_stock(line.product, quantity - line.quantity, result)
        self._resize(line, quantity)
        result.line = line.uid

    def _remove(self, operation: Operation, result: Result) -> None:
        line = self._line(operation)
        line.removed_by = operation.uid
        self.touched.add(line.uid)
        result.line = line.uid

    def _clear(self, operation: Operation, result: Result) -> None:
        for line in self.active_lines:
            line.removed_by = operation.uid
            self.touched.add(line.uid)

    def _restore(self, operation: Operation, result: Result) -> None:
        """Undo a removal, named by its line or by the operation that made it."""
        by_line = bool(operation.payload.get("line"))
        wanted = operation.uuid("line" if by_line else "operation")
        removed = [line for line in self.lines if line.removed_by is not None]
        back = [
            line
            for line in removed
            if (line.uid if by_line else line.removed_by) == wanted
        ]
        if not back:
            raise NoSuchLineError
        validate_basket_total(_amounts([*self.active_lines, *back]))
        for line in back:
            line.removed_by = None
            self.touched.add(line.uid)
        result.line = back[-1].uid

    def _attach_customer(self, operation: Operation, result: Result) -> None:
        customer = self.lookups.customer(operation)
        if not customer.is_active:
            raise CustomerInactiveError(customer=customer)
        if customer != self.sale.customer:
            self._redeem_nothing()
        self.sale.customer = customer

    def _detach_customer(self, operation: Operation, result: Result) -> None:
        self._redeem_nothing()
        self.sale.customer = None

    def _note(self, operation: Operation, result: Result) -> None:
        self.sale.note = _without_card(operation.text("text", limit=500))

    def _discount_line(self, operation: Operation, result: Result) -> None:
        """Give the line this discount instead of any other; nothing takes it off."""
        self._require_may_discount()
        line = self._line(operation)
        _discount(line, operation, places=self.till.company.currency_places)
        self.touched.add(line.uid)
        result.line = line.uid

    def _discount_sale(self, operation: Operation, result: Result) -> None:
        self._require_may_discount()
        _discount(self.sale, operation, places=self.till.company.currency_places)

    def _redeem_points(self, operation: Operation, result: Result) -> None:
        """Take points off the price; zero takes none.

        As many as the basket has room for. Finalization is what takes them from
        the customer, under the lock.
        """
        points = operation.count("points")
        if not points:
            self._redeem_nothing()
            return
        customer, programme = self.sale.customer, self.lookups.programme()
        if customer is None:
            raise NoCustomerError
        if not customer.is_active:
            raise CustomerInactiveError(customer=customer)
        places = self.till.company.currency_places
        if programme is None or not programme.may_redeem(places=places):
            raise NoRedeemingError
        if points < programme.redeem_min:
            raise TooFewPointsError(points=programme.redeem_min)
        if points > customer.points_balance:
            raise NotEnoughPointsError(
                customer=customer, balance=customer.points_balance
            )
        before = self.sale.points_redeemed, self.sale.point_value
        self.sale.points_redeemed = points
        self.sale.point_value = programme.point_value
        if self._points_used() < programme.redeem_min:
            self.sale.points_redeemed, self.sale.point_value = before
            raise TooFewPointsError(points=programme.redeem_min)

    def price(self) -> list[SaleLine]:
        """Bring the amounts up to date; returns the lines whose amounts moved.

        Points that the basket has no longer room for are given up: all of them
        where those that are left would be too few to redeem.
        """
        asked = self.sale.points_redeemed
        if asked and (used := self._points_used()) < asked:
            programme = self.lookups.programme()
            if programme is None or used < programme.redeem_min:
                self._redeem_nothing()
        return apply_totals(self.sale, self.active_lines, company=self.till.company)

    def _points_used(self) -> int:
        return totals_of(self.sale, self.active_lines, company=self.till.company).points

    def _require_may_discount(self) -> None:
        if not self.may_discount:
            raise NotAllowedError(staff=self.actor)

    def _redeem_nothing(self) -> None:
        self.sale.points_redeemed = 0
        self.sale.point_value = ZERO

    def _park(self, operation: Operation, result: Result) -> None:
        if not self.active_lines:
            raise EmptySaleError
        self.sale.label = _without_card(operation.text("label", limit=100))
        self.sale.status = Sale.Status.PARKED
        self.sale.parked_at = self.at

    def _recall(self, operation: Operation, result: Result) -> None:
        """Bring a parked sale back, or take over one that is open elsewhere.

        From now on it belongs to this till.
        """
        if not self.sale.may_change:
            raise SaleNotOpenError(status=self.sale.get_status_display())
        self.sale.status = Sale.Status.OPEN
        self.sale.parked_at = None
        self.sale.till = self.till
        self.sale.cashier = self.actor

    def _resize(self, line: SaleLine, quantity: Decimal) -> None:
        others = [other for other in self.active_lines if other is not line]
        amount = validate_quantity(quantity) * line.unit_price
        validate_basket_total([*_amounts(others), amount])
        line.quantity = quantity
        self.touched.add(line.uid)

    def _line(self, operation: Operation) -> SaleLine:
        uid = operation.uuid("line")
        for line in self.active_lines:
            if line.uid == uid:
                return line
        raise NoSuchLineError

    def _price(self, product: Product, operation: Operation) -> Decimal:
        price = operation.price(places=self.till.company.currency_places)
        if not product.is_open_price:
            if price is not None:
                raise PriceFixedError(product=product)
            return product.price
        if price is None:
            raise PriceNeededError(product=product)
        if not price:
            raise PriceZeroError(product=product)
        company = self.till.company
        validate_typed_amount(
            price, currency=company.currency, places=company.currency_places
        )
        return price

    def _validate_stock(
        self, product: Product, quantity: Decimal, result: Result
    ) -> None:
        """Say early what finalization would refuse, under its lock, at the end."""
        if not product.is_tracked or product.when_out == Product.WhenOut.ALLOW:
            return
        basket = sum(
            (
                line.quantity
                for line in self.active_lines
                if line.product_id == product.pk
            ),
            quantity,
        )
        on_hand = self.lookups.on_hand.get(product.pk, ZERO)
        if basket <= on_hand:
            return
        left = f"{max(on_hand, ZERO).normalize():f}"
        if product.when_out == Product.WhenOut.REFUSE:
            raise OutOfStockError(product=product, on_hand=left)
        result.code = "stock_warning"
        result.message = _(
            "Stock records show only %(on_hand)s left of %(product)s."
        ) % {
            "on_hand": left,
            "product": product,
        }


def _joins(line: SaleLine, key: tuple[int, Decimal, str, Decimal]) -> bool:
    """Whether more of the same is put to this line: not where it is discounted."""
    return _key(line) == key and not line.discount_rate and not line.discount_amount


def _discount(of: Sale | SaleLine, operation: Operation, *, places: int) -> None:
    rate, amount = operation.rate(), operation.money("amount", places=places)
    reason = _without_card(operation.text("reason", limit=200))
    if (rate or amount) and not reason:
        raise DiscountReasonError
    of.discount_rate, of.discount_amount = rate, amount
    of.discount_reason = reason if rate or amount else ""


def _key(line: SaleLine) -> tuple[int, Decimal, str, Decimal]:
    return (line.product_id, line.unit_price, line.tax_code, line.tax_rate)


def _amounts(lines: Iterable[SaleLine]) -> list[Decimal]:
    return [line.quantity * line.unit_price for line in lines]


def _without_card(text: str) -> str:
    if holds_card_number(text):
        raise CardNumberError
    return text
