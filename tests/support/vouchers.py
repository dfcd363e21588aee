"""Vouchers in tests: a shop that takes them, with food and drinks, and short calls."""

from dataclasses import dataclass
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from pos.core.ids import uuid7
from pos.models import Product, VoucherKind
from sales.checkout.settlement import TenderInput
from sales.checkout.tenders import correct_tender
from sales.models import Sale, Shift, TenderCorrection
from tests.support.cashier import Cashier
from tests.support.factories import (
    CompanyFactory,
    ProductFactory,
    RestrictionFactory,
    ShiftFactory,
    make_shop,
)


class VoucherKindFactory(DjangoModelFactory):
    """Pays for all goods, unless it gets ``exclusions``; and for no deposits."""

    class Meta:
        model = VoucherKind

    company = factory.SubFactory(CompanyFactory)
    code = "cdc"
    name = factory.LazyAttribute(lambda kind: f"{kind.code.upper()} voucher")


@dataclass
class VoucherShop:
    """A shift of an owner, in a shop that charges deposits.

    CDC vouchers pay for ``rice`` and for the ``tea`` of a can, but for no ``beer``.
    """

    shift: Shift
    kind: VoucherKind
    rice: Product
    tea: Product
    beer: Product

    def fill(self, *goods: tuple[Product, int]) -> Cashier:
        """Put so many of each product into a new basket."""
        cashier = Cashier(self.shift)
        for product, quantity in goods:
            cashier.do("add", product=product.uid, quantity=str(quantity))
        return cashier


def make_voucher_shop(**terms: object) -> VoucherShop:
    base = make_shop(CompanyFactory(charges_container_deposits=True))
    company = base.company
    kind = VoucherKindFactory(company=company, **terms)
    alcohol = RestrictionFactory(company=company, name="Alcohol")
    kind.exclusions.create(company=company, restriction=alcohol)

    def goods(name: str, price: str, **details: object) -> Product:
        return ProductFactory(
            company=company, name=name, price=Decimal(price), **details
        )

    return VoucherShop(
        shift=ShiftFactory(till=base.tills[0], cashier=base.staff["owner"]),
        kind=kind,
        rice=goods("Rice", "18.40"),
        tea=goods("Tea", "2.00", containers=1),
        beer=goods("Beer", "20.00", restriction=alcohol),
    )


def voucher(
    amount: str | int, number: str = "", *, of: str | int | None = None, kind="cdc"
) -> TenderInput:
    """A voucher that counts for so much ``of`` what it says."""
    face = None if of is None else Decimal(of)
    return TenderInput(kind, Decimal(amount), number, face_value=face)


def correct(
    shop: VoucherShop, sale: Sale, kind: str, reference: str = ""
) -> TenderCorrection:
    """Record that the only tender of a sale was of another kind."""
    return correct_tender(
        uid=uuid7(),
        tender=sale.tenders.get(),
        kind=kind,
        reference=reference,
        reason="the wrong key",
        actor=shop.shift.cashier,
        approved_by=shop.shift.cashier,
    )
