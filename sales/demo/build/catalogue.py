"""Demo master data: builds products, customers and stock of the demo shop."""

from datetime import date, time, timedelta
from decimal import ROUND_CEILING

from customers.models import Customer
from customers.points.ledger import adjust_points
from customers.registration.register import Details, register_customer
from pos.access.companies import first_owner
from pos.catalogue.products import create_product
from pos.core.money import ZERO
from pos.models import (
    Category,
    ClosedPeriod,
    Company,
    Outlet,
    Product,
    Restriction,
    StaffMember,
    StockItem,
    VoucherKind,
)
from pos.stock.receive import receive_stock
from sales.demo.plan.customers import CUSTOMERS
from sales.demo.plan.goods import CATEGORIES, CDC_VOUCHER, PRODUCTS, DemoRestriction
from sales.demo.plan.month import Month
from sales.demo.uids import demo_uid

MONDAY = 0
STAMPS_PER_VISIT = 5


def make_catalogue(company: Company) -> None:
    restrictions = _make_restrictions(company)
    vouchers = VoucherKind.objects.create(
        uid=demo_uid(CDC_VOUCHER.name),
        company=company,
        code=CDC_VOUCHER.code,
        name=CDC_VOUCHER.name,
    )
    for excluded in CDC_VOUCHER.excluded:
        restriction = restrictions[excluded]
        vouchers.exclusions.create(company=company, restriction=restriction)
    Category.objects.bulk_create(
        Category(
            uid=demo_uid(category.name),
            company=company,
            name=category.name,
            second_name=category.second_name,
            position=position,
            tint=category.tint,
            glyph=category.glyph,
            restriction=restrictions.get(category.restriction),
        )
        for position, category in enumerate(CATEGORIES)
    )
    owner = _find_owner(company)
    for position, product in enumerate(PRODUCTS):
        create_product(
            company=company,
            actor=owner,
            uid=demo_uid(product.sku),
            sku=product.sku,
            name=product.name,
            second_name=product.second_name,
            category=product.category.name,
            price=product.price,
            is_open_price=product.is_open_price,
            cost=None if product.is_open_price else product.cost,
            unit=product.unit,
            containers=product.containers,
            is_tracked=product.is_tracked,
            when_out=product.when_out,
            is_favourite=product.is_favourite,
            is_active=product.is_active,
            tile_position=position,
            glyph=product.glyph,
            barcodes=[product.barcode] if product.barcode else [],
        )


def _make_restrictions(
    company: Company,
) -> dict[DemoRestriction | None, Restriction]:
    """Make what the categories ask for, each once."""
    made: dict[DemoRestriction | None, Restriction] = {}
    for wanted in dict.fromkeys(category.restriction for category in CATEGORIES):
        if wanted is None:
            continue
        made[wanted] = Restriction.objects.create(
            uid=demo_uid(wanted.name),
            company=company,
            name=wanted.name,
            minimum_age=wanted.minimum_age,
        )
        ClosedPeriod.objects.create(
            company=company,
            restriction=made[wanted],
            weekdays=ClosedPeriod.Weekday.values,
            begins_at=wanted.closes_at,
            ends_at=wanted.opens_at,
        )
    return made


def make_customers(company: Company, month: Month) -> None:
    """Register the customers one after the other, before the month begins.

    Each has the points of a former stamp card.
    """
    owner = _find_owner(company)
    for number, person in enumerate(CUSTOMERS):
        customer = register_customer(
            company=company,
            actor=owner,
            uid=demo_uid(person.code),
            details=Details(
                name=person.name,
                code=person.code,
                email=person.email,
                phone=person.phone,
                birthday=person.birthday,
            ),
        )
        joined_on = (
            month.today
            - timedelta(days=40)
            - timedelta(days=17 * (len(CUSTOMERS) - number))
        )
        joined_at = month.moment(joined_on, time(12))
        Customer.objects.filter(pk=customer.pk).update(registered_at=joined_at)
        adjust_points(
            uid=demo_uid(f"points of {person.code}"),
            customer=customer,
            points=STAMPS_PER_VISIT * person.visits,
            reason="Brought over from the stamp card",
            actor=owner,
            at=joined_at,
        )


def stock_up(outlet: Outlet, month: Month, day: date) -> None:
    """Receive enough stock for the week, on the first day and every Monday."""
    if day != month.days[0] and day.weekday() != MONDAY:
        return
    demand = month.demand(day, day + timedelta(days=7))
    items = StockItem.objects.filter(outlet=outlet)
    on_hand = dict(items.values_list("product__sku", "on_hand"))
    keys = dict(Product.objects.of_company(outlet.company_id).values_list("sku", "pk"))
    quantities = {}
    for product in PRODUCTS:
        if product.is_tracked and product.is_active:
            quantity_needed = demand.get(product.sku, ZERO) + max(8, 3 * product.often)
            short = quantity_needed - on_hand.get(product.sku, ZERO)
            if short > 0:
                quantity = short.to_integral_value(ROUND_CEILING)
                quantities[keys[product.sku]] = quantity
    receive_stock(
        uid=demo_uid(f"delivery of {day}"),
        outlet=outlet,
        quantities=quantities,
        reason=f"Delivery note {day:%y%m%d}",
        actor=_find_owner(outlet.company),
        at=month.moment(day, time(6, 15)),
    )


def _find_owner(company: Company) -> StaffMember:
    owner = first_owner(company)
    assert owner is not None
    return owner
