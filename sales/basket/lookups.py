"""Look-ups: what a batch of basket operations needs to know, fetched once."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from customers.models import Customer, LoyaltyProgramme
from pos.catalogue.barcodes import same_codes
from pos.catalogue.errors import NoTaxRateError
from pos.core.errors import NotOfThisCompanyError
from pos.core.money import ZERO
from pos.core.text import is_storable
from pos.models import (
    Barcode,
    Company,
    Product,
    StockItem,
    TaxCode,
    TaxRate,
    Till,
)
from sales.basket.errors import UnknownCodeError
from sales.basket.operations import Operation
from sales.models import SaleLine, SaleOperation

Kind = SaleOperation.Kind


@dataclass(slots=True)
class Lookups:
    """Products, stock, customers and tax rates by what the operations name."""

    company: Company
    day: date
    by_code: dict[str, Product] = field(default_factory=dict)
    by_uid: dict[UUID, Product] = field(default_factory=dict)
    on_hand: dict[int, Decimal] = field(default_factory=dict)
    customers: dict[UUID, Customer] = field(default_factory=dict)
    _rates: dict[str, Decimal] | None = None

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
        adds = [
            operation.payload for operation in operations if operation.kind == Kind.ADD
        ]
        lookups.find_products(
            codes={str(add["code"]).strip() for add in adds if add.get("code")},
            uids=_uuids(add.get("product") for add in adds),
        )
        products = {p.pk for p in (*lookups.by_code.values(), *lookups.by_uid.values())}
        resized = _uuids(
            operation.payload.get("line")
            for operation in operations
            if operation.kind == Kind.SET_QUANTITY
        )
        products |= {line.product_id for line in lines if line.uid in resized}
        if products:
            items = StockItem.objects.at_outlet(till.outlet_id)
            rows = items.filter(product_id__in=products)
            lookups.on_hand = dict(rows.values_list("product_id", "on_hand"))
        attached = _uuids(
            operation.payload.get("customer")
            for operation in operations
            if operation.kind == Kind.ATTACH_CUSTOMER
        )
        if attached:
            customers = Customer.objects.of_company(till.company_id)
            lookups.customers = {c.uid: c for c in customers.filter(uid__in=attached)}
        return lookups

    def find_products(self, *, codes: Collection[str], uids: Collection[UUID]) -> None:
        """Fetch what these mean, in at most two queries.

        A code is a barcode in any spelling of it, and only else a SKU.
        """
        storable = {code for code in codes if is_storable(code)}
        self._find_barcodes(storable)
        self._find_named(skus=storable - self.by_code.keys(), uids=uids)

    def product(self, operation: Operation) -> Product:
        if code := operation.code:
            if code not in self.by_code:
                raise UnknownCodeError(scanned=code)
            return self.by_code[code]
        uid = operation.uuid("product")
        if uid not in self.by_uid:
            raise NotOfThisCompanyError(thing=Product._meta.verbose_name)
        return self.by_uid[uid]

    def customer(self, operation: Operation) -> Customer:
        uid = operation.uuid("customer")
        if uid not in self.customers:
            raise NotOfThisCompanyError(thing=Customer._meta.verbose_name)
        return self.customers[uid]

    def programme(self) -> LoyaltyProgramme | None:
        """The company's loyalty programme, if one is in force."""
        programmes = LoyaltyProgramme.objects.of_company(self.company.pk)
        return programmes.filter(is_active=True).first()

    def find_tax_rate(self, product: Product) -> tuple[str, Decimal]:
        """Return the tax code and rate of this product today.

        A company that is not registered charges no tax (code NG).
        """
        found = self.tax_in_force(product)
        if found is None:
            raise NoTaxRateError(tax_code=product.tax_code, day=self.day)
        return found

    def tax_in_force(self, product: Product) -> tuple[str, Decimal] | None:
        """Return the product's tax code and rate today; None where none is known."""
        if not self.company.charges_tax_on(self.day):
            return TaxCode.NG, ZERO
        if self._rates is None:
            rates = TaxRate.objects.of_company(self.company.pk).in_force(self.day)
            self._rates = dict(rates.values_list("tax_code", "rate"))
        if product.tax_code not in self._rates:
            return None
        return product.tax_code, self._rates[product.tax_code]

    def _find_barcodes(self, codes: Collection[str]) -> None:
        if not codes:
            return
        spelled = {spelling for code in codes for spelling in same_codes(code)}
        barcodes = Barcode.objects.of_company(self.company.pk)
        rows = barcodes.filter(code__in=spelled).select_related("product")
        by_spelling = {barcode.code: barcode.product for barcode in rows}
        for code in codes:
            for spelling in same_codes(code):
                if spelling in by_spelling:
                    self.by_code[code] = by_spelling[spelling]
                    break

    def _find_named(self, *, skus: Collection[str], uids: Collection[UUID]) -> None:
        """Find products by uid, or by SKU where no barcode equals it."""
        if not skus and not uids:
            return
        products = Product.objects.of_company(self.company.pk)
        for product in products.filter(Q(sku__in=skus) | Q(uid__in=uids)):
            self.by_uid[product.uid] = product
            if product.sku in skus:
                self.by_code[product.sku] = product


def _uuids(values: Iterable[object]) -> set[UUID]:
    """Return those of the values that are UUIDs."""
    uuids = set()
    for value in values:
        try:
            uuids.add(UUID(str(value)))
        except ValueError:
            continue
    return uuids
