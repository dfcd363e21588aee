"""Look-ups: what a batch of basket operations needs to know, fetched once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from customers.models import Customer, LoyaltyProgramme
from pos.catalogue.codes import ScannedCode
from pos.catalogue.errors import NoTaxRateError
from pos.catalogue.find_products import FoundProducts, find_products
from pos.catalogue.measure import Measure
from pos.core.errors import DomainError, NotOfThisCompanyError
from pos.core.money import ZERO
from pos.core.prepared import Param, Prepared, any_of
from pos.core.text import CODE_MAX
from pos.models import (
    Company,
    ContainerDeposit,
    Product,
    StockItem,
    TaxRate,
    Till,
)
from sales.basket.current_rates import choose_deposit, choose_tax
from sales.basket.errors import CodeTooLongError, UnknownCodeError
from sales.basket.operations import Operation
from sales.models import SaleLine, SaleOperation

Kind = SaleOperation.Kind

_ON_HAND = Prepared(
    StockItem.objects.filter(
        any_of("product_id", Param("products")), outlet_id=Param("outlet_id")
    )
    .order_by()
    .only("product_id", "on_hand")
)
_RATES = Prepared(
    TaxRate.objects.filter(company_id=Param("company_id")).in_force(Param("day"))
)

_DEPOSITS = Prepared(
    ContainerDeposit.objects.filter(company_id=Param("company_id")).in_force(
        Param("day")
    )
)


@dataclass(slots=True)
class Lookups:
    """Products, stock, customers, tax rates and deposits that the operations need."""

    company: Company
    day: date
    found: FoundProducts = field(default_factory=FoundProducts)
    on_hand: dict[int, Decimal] = field(default_factory=dict)
    customers: dict[UUID, Customer] = field(default_factory=dict)
    _rates: dict[str, Decimal] | None = None
    _deposits: list[Decimal] | None = None

    @classmethod
    def for_operations(
        cls,
        operations: Sequence[Operation],
        *,
        lines: Iterable[SaleLine],
        till: Till,
        day: date,
    ) -> "Lookups":
        """Fetch everything the operations name, in at most four queries.

        ``lines`` are the basket's, whose quantities they may set.
        """
        lookups = cls(company=till.company, day=day)
        adds = [operation for operation in operations if operation.kind == Kind.ADD]
        lookups.found = find_products(
            company=till.company,
            codes=_codes(adds),
            uids=_uuids(add.payload.get("product") for add in adds),
            day=day,
            outlet_id=till.outlet_id,
        )
        lookups.on_hand = {
            product.pk: product.on_hand or ZERO  # type: ignore[attr-defined]
            for product in lookups.found.products
        }
        resized = _uuids(
            operation.payload.get("line")
            for operation in operations
            if operation.kind == Kind.SET_QUANTITY
        )
        scarce = [
            line.product_id
            for line in lines
            if line.uid in resized and line.product.may_run_out
        ]
        if scarce:
            items = _ON_HAND.all(outlet_id=till.outlet_id, products=scarce)
            lookups.on_hand |= {item.product_id: item.on_hand for item in items}
        attached = _uuids(
            operation.payload.get("customer")
            for operation in operations
            if operation.kind == Kind.ATTACH_CUSTOMER
        )
        if attached:
            customers = Customer.objects.of_company(till.company_id)
            lookups.customers = {c.uid: c for c in customers.filter(uid__in=attached)}
        return lookups

    def product(self, operation: Operation) -> Product:
        if code := operation.code:
            return product_of_code(self.found, code)
        uid = operation.uuid("product")
        if uid not in self.found.by_uid:
            raise NotOfThisCompanyError(thing=Product._meta.verbose_name)
        return self.found.by_uid[uid]

    def measure(self, operation: Operation) -> Measure:
        """The weight and price that the operation's code says."""
        return self.found.measure(operation.code)

    def customer(self, operation: Operation) -> Customer:
        uid = operation.uuid("customer")
        if uid not in self.customers:
            raise NotOfThisCompanyError(thing=Customer._meta.verbose_name)
        return self.customers[uid]

    def programme(self) -> LoyaltyProgramme | None:
        """The company's loyalty programme, if one is in force."""
        programmes = LoyaltyProgramme.objects.of_company(self.company.pk)
        return programmes.filter(is_active=True).first()

    def find_product_tax(self, product: Product) -> tuple[str, Decimal]:
        """Return the tax code and rate of this product today.

        Raises what ``choose_tax`` raises.
        """
        code = product.tax_code
        if any(product is found for found in self.found.products):
            rate = product.rate_in_force  # type: ignore[attr-defined]
        else:
            rate = self._rate_in_force(code)
        return choose_tax(code, rate, company=self.company, day=self.day)

    def tax_in_force(self, product: Product) -> tuple[str, Decimal] | None:
        """Return the product's tax code and rate today; None where none is known."""
        try:
            return self.find_product_tax(product)
        except NoTaxRateError:
            return None

    def find_product_deposit(self, product: Product) -> tuple[int, Decimal]:
        """Return the containers of a piece, and the deposit on each today.

        The deposit is read once, and only for what has containers.
        """
        if not self.company.charges_container_deposits or not product.containers:
            return choose_deposit(0, None, company=self.company)
        if self._deposits is None:
            rows = _DEPOSITS.all(company_id=self.company.pk, day=self.day)
            self._deposits = [row.amount for row in rows]
        rate = next(iter(self._deposits), None)
        return choose_deposit(product.containers, rate, company=self.company)

    def _rate_in_force(self, code: str) -> Decimal | None:
        """Return today's rate, read once; a company that charges no tax has none."""
        if self._rates is None:
            self._rates = {}
            if self.company.charges_tax_on(self.day):
                rates = _RATES.all(company_id=self.company.pk, day=self.day)
                self._rates.update((rate.tax_code, rate.rate) for rate in rates)
        return self._rates.get(code)


def product_of_code(found: FoundProducts, code: ScannedCode) -> Product:
    """Return the product that was found; raise UnknownCodeError or CodeTooLongError."""
    if code in found.by_code:
        return found.by_code[code]
    if len(code.text) > CODE_MAX:
        raise CodeTooLongError(start=code.text[:20])
    raise UnknownCodeError(scanned=code.text)


def _codes(adds: Iterable[Operation]) -> set[ScannedCode]:
    """Return the codes that can be read; the others are refused one by one."""
    codes = set()
    for add in adds:
        try:
            code = add.code
        except DomainError:
            continue
        if code is not None:
            codes.add(code)
    return codes


def _uuids(values: Iterable[object]) -> set[UUID]:
    """Return those of the values that are UUIDs."""
    uuids = set()
    for value in values:
        try:
            uuids.add(UUID(str(value)))
        except ValueError:
            continue
    return uuids
