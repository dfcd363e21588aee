"""Factories: the smallest valid object of each model, and a shop made of them.

A test sets only what it is about. Every shop of the tests, of the simulation and of
the benchmark is made by ``make_shop``; the only other one is the demo shop.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from customers.models import Customer, LoyaltyProgramme
from pos.access.companies import ensure_reference_data
from pos.access.limits import RULES, SETS_LIMITS
from pos.access.permission import APPROVALS
from pos.access.roles import SHIPPED
from pos.core.clock import database_now
from pos.core.ids import uuid7
from pos.models import (
    Barcode,
    Category,
    ClosedPeriod,
    Company,
    Device,
    Limit,
    Outlet,
    Product,
    Restriction,
    Role,
    StaffMember,
    StaffOutlet,
    StockItem,
    TaxRate,
    Till,
)
from sales.basket.create import NewLine, create_open_sale
from sales.models import Sale, Shift
from tests.support.roles import add_permissions, lift_limits


class CompanyFactory(DjangoModelFactory):
    """A GST-registered company that rounds cash down to five cents."""

    class Meta:
        model = Company
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"C{n}")
    name = factory.Sequence(lambda n: f"Company {n}")
    gst_number = "M9-0000000-X"
    gst_registered_on = date(2010, 1, 1)

    @factory.post_generation
    def tax_rates(self, create, extracted, **kwargs):
        rates = {"SR": "0.09", "ZR": "0", "ES33": "0", "OS": "0"}
        from_the_start = date(2007, 7, 1)
        TaxRate.objects.bulk_create(
            TaxRate(company=self, tax_code=code, rate=rate, valid_from=from_the_start)
            for code, rate in rates.items()
        )


class OutletFactory(DjangoModelFactory):
    """An outlet whose tills all people of the company use, or only ``staff``."""

    class Meta:
        model = Outlet
        skip_postgeneration_save = True

    company = factory.SubFactory(CompanyFactory)
    code = factory.Sequence(lambda n: f"O{n}")
    name = factory.Sequence(lambda n: f"Outlet {n}")

    @factory.post_generation
    def staff(self, create, extracted, **kwargs):
        people = self.company.staff.all() if extracted is None else extracted
        give_outlets((person, self) for person in people)


def give_outlets(pairs: Iterable[tuple[StaffMember, Outlet]]) -> None:
    """Let these people use the tills of these outlets."""
    StaffOutlet.objects.bulk_create(
        StaffOutlet(company=outlet.company, staff_member=person, outlet=outlet)
        for person, outlet in pairs
    )


class TillFactory(DjangoModelFactory):
    class Meta:
        model = Till

    outlet = factory.SubFactory(OutletFactory)
    company = factory.SelfAttribute("outlet.company")
    code = factory.Sequence(lambda n: f"T{n}")
    name = factory.Sequence(lambda n: f"Till {n}")


class RoleFactory(DjangoModelFactory):
    """A role without permissions, and without limits for most of them."""

    class Meta:
        model = Role
        skip_postgeneration_save = True

    company = factory.SubFactory(CompanyFactory)
    code = factory.Sequence(lambda n: f"role-{n}")
    name = "Role"

    @factory.post_generation
    def limits(self, create, extracted, **kwargs):
        if create:
            lift_limits(self)


def grant(role: Role, names: Iterable[str]) -> None:
    """Add these permissions; people who are in memory already do not notice.

    Who may approve an act does it alone, too.
    """
    names = frozenset(names)
    acts = [act for act, rule in RULES.items() if rule.approves in names]
    if acts:
        Limit.objects.filter(role=role, act__in=acts).update(value=None)
    add_permissions(role, names)


# What the services ask of a person, but for what takes an approval. Who sets limits has
# none at all.
EVERYDAY = frozenset(
    name for shipped in SHIPPED for name in shipped.permissions - APPROVALS
) - {SETS_LIMITS}


def make_everyday_role(company: Company) -> Role:
    """The role of the company's people whose test is not about permission."""
    role, is_new = Role.objects.get_or_create(
        company=company, code="everyday", defaults={"name": "Does everything"}
    )
    if is_new:
        lift_limits(role)
        grant(role, EVERYDAY)
    return role


class StaffMemberFactory(DjangoModelFactory):
    """A person who may do everything but approve, without a limit.

    ``may=("sales.sell",)`` is a person who may do that and nothing else. They use the
    tills of all outlets that there are, or of ``outlets`` only.
    """

    class Meta:
        model = StaffMember
        skip_postgeneration_save = True

    class Params:
        may = None

    company = factory.SubFactory(CompanyFactory)
    username = factory.Sequence(lambda n: f"staff{n}")
    name = factory.Sequence(lambda n: f"Staff {n}")
    password = "!"

    @factory.lazy_attribute
    def role(self):
        if self.may is None:
            return make_everyday_role(self.company)
        role = RoleFactory(company=self.company)
        grant(role, self.may)
        return role

    @factory.post_generation
    def outlets(self, create, extracted, **kwargs):
        if create and self.company is not None:
            outlets = self.company.outlets.all() if extracted is None else extracted
            give_outlets((self, outlet) for outlet in outlets)


def get_staff(company: Company) -> StaffMember:
    """The first of the company's people; a new one where it has nobody yet."""
    return company.staff.order_by("pk").first() or StaffMemberFactory(company=company)


class DeviceFactory(DjangoModelFactory):
    """A browser of the till, seen just now."""

    class Meta:
        model = Device

    till = factory.SubFactory(TillFactory)
    company = factory.SelfAttribute("till.company")
    name = factory.Sequence(lambda n: f"Device {n}")
    enrolled_by = factory.LazyAttribute(lambda device: get_staff(device.till.company))
    enrolled_at = factory.LazyFunction(database_now)
    last_seen_at = factory.SelfAttribute("enrolled_at")


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category

    company = factory.SubFactory(CompanyFactory)
    name = factory.Sequence(lambda n: f"Category {n}")


class RestrictionFactory(DjangoModelFactory):
    """Asks for no age and is never closed, unless ``hours`` are given.

    ``hours`` are weekdays, from and until: ``(range(1, 8), "22:30", "07:00")``.
    """

    class Meta:
        model = Restriction
        skip_postgeneration_save = True

    company = factory.SubFactory(CompanyFactory)
    name = factory.Sequence(lambda n: f"Restriction {n}")

    @factory.post_generation
    def hours(self, create, periods, **kwargs):
        for weekdays, begins, ends in periods or ():
            ClosedPeriod.objects.create(
                company=self.company,
                restriction=self,
                weekdays=list(weekdays),
                begins_at=time.fromisoformat(begins),
                ends_at=time.fromisoformat(ends),
            )


class ProductFactory(DjangoModelFactory):
    """A tracked product at 10.00; the till sells and warns when it runs out."""

    class Meta:
        model = Product

    company = factory.SubFactory(CompanyFactory)
    sku = factory.Sequence(lambda n: f"SKU{n}")
    name = factory.Sequence(lambda n: f"Product {n}")
    price = Decimal("10.00")


class BarcodeFactory(DjangoModelFactory):
    class Meta:
        model = Barcode

    product = factory.SubFactory(ProductFactory)
    company = factory.SelfAttribute("product.company")
    code = factory.Sequence(lambda n: f"X{n:06d}")


class StockItemFactory(DjangoModelFactory):
    """Nothing on hand; stock comes in through the services."""

    class Meta:
        model = StockItem

    outlet = factory.SubFactory(OutletFactory)
    company = factory.SelfAttribute("outlet.company")
    product = factory.SubFactory(
        ProductFactory, company=factory.SelfAttribute("..outlet.company")
    )


class LoyaltyProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = LoyaltyProgramme

    company = factory.SubFactory(CompanyFactory)


class CustomerFactory(DjangoModelFactory):
    class Meta:
        model = Customer

    company = factory.SubFactory(CompanyFactory)
    code = factory.Sequence(lambda n: f"M{n:05d}")
    name = factory.Sequence(lambda n: f"Customer {n}")


class ShiftFactory(DjangoModelFactory):
    class Meta:
        model = Shift

    till = factory.SubFactory(TillFactory)
    company = factory.SelfAttribute("till.company")
    cashier = factory.SubFactory(
        StaffMemberFactory, company=factory.SelfAttribute("..till.company")
    )
    business_date = date(2026, 11, 23)
    opening_float = Decimal("100.00")
    opened_at = datetime(2026, 11, 23, 1, tzinfo=UTC)


@dataclass
class Shop:
    """A company that can sell; ``staff`` is by role."""

    company: Company
    outlet: Outlet
    tills: list[Till]
    staff: dict[str, StaffMember]
    products: list[Product]

    @property
    def till(self) -> Till:
        return self.tills[0]


def make_shop(
    company: Company | None = None,
    *,
    outlet: Mapping[str, Any] = {},
    tills: Sequence[Mapping[str, Any]] = ({},),
    staff: Mapping[str, Mapping[str, Any]] = {"owner": {}},
    products: Sequence[Mapping[str, Any]] = ({},),
) -> Shop:
    """A company with the shipped roles and tax rates, and what it needs to sell.

    Each mapping holds the fields of one row that differ from its factory's. ``staff``
    is by role: of each role named there is one person.
    """
    company = company or CompanyFactory()
    ensure_reference_data(company=company)
    made_outlet = OutletFactory(company=company, **outlet)
    return Shop(
        company=company,
        outlet=made_outlet,
        tills=[TillFactory(outlet=made_outlet, **fields) for fields in tills],
        staff={
            code: StaffMemberFactory(
                company=company,
                role=Role.objects.get(company=company, code=code),
                may=(),
                **fields,
            )
            for code, fields in staff.items()
        },
        products=[ProductFactory(company=company, **fields) for fields in products],
    )


def make_sale(
    shift: Shift | None = None,
    *,
    lines: int = 1,
    products: list[Product] | None = None,
    quantity: Decimal | int = 1,
    customer: Customer | None = None,
    at: datetime | None = None,
) -> Sale:
    """An open sale at a till with an open shift, of ``lines`` products at 10.00."""
    shift = shift or ShiftFactory()
    if products is None:
        products = ProductFactory.create_batch(lines, company=shift.company)
    return create_open_sale(
        uid=uuid7(),
        till=shift.till,
        lines=[NewLine(product, Decimal(quantity)) for product in products],
        actor=shift.cashier,
        customer=customer,
        at=at,
    )
