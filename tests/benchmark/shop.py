"""Benchmark shop: a large shop, with a past and eight open tills."""

import random
from datetime import UTC, datetime
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.db import transaction

from pos.core.ids import uuid7
from pos.models import (
    Barcode,
    Company,
    Outlet,
    Product,
    StaffMember,
    StockItem,
    StockMovement,
    Till,
)
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.models import Tender
from sales.shifts.open import open_shift
from tests.benchmark.baskets import TENDERED, BasketMaker, open_baskets
from tests.benchmark.bulk.rows import copy_objects, copy_rows, next_keys
from tests.benchmark.workers import TILLS
from tests.support.factories import (
    CompanyFactory,
    LoyaltyProgrammeFactory,
    ProductFactory,
    make_shop,
)

STOCK = 1_000_000
USERNAME = "benchmark"
PASSWORD = "sells-five-lines-a-sale"


@transaction.atomic
def make_benchmark_shop(*, products: int, customers: int) -> None:
    """One company whose every product is tracked and on stock, its tills open."""
    company = CompanyFactory(
        code="BENCHMARK",
        name="Benchmark Minimart Pte. Ltd.",
        registration_number="202600001A",
        address="1 Benchmark Road\nSingapore 000001",
        receipt_footer="Thank you, come again.",
        # Its notes are not known, so that the same cash is taken for every basket.
        currency="XTS",
    )
    LoyaltyProgrammeFactory(company=company)
    owner = {
        "username": USERNAME,
        "name": USERNAME,
        "password": make_password(PASSWORD),
    }
    shop = make_shop(
        company,
        outlet={"code": "MAIN", "name": company.name, "address": company.address},
        tills=[{"code": f"T{n}", "name": f"Till {n}"} for n in range(1, TILLS + 1)],
        staff={"owner": owner},
        products=(),
    )
    actor = shop.staff["owner"]
    for till in shop.tills:
        open_shift(uid=uuid7(), till=till, opening_float=Decimal(100), actor=actor)
    _add_products(shop.outlet, actor, products)
    _add_customers(company, customers)


def make_history(*, sales: int) -> None:
    """Finalize so many sales, and leave as many baskets open.

    Statistics of tables that are nearly empty make plans that read them whole, and
    a connection keeps its plans until statistics are gathered again.
    """
    till = Till.objects.select_related("company").earliest("pk")
    BasketMaker(random.Random(0)).top_up(till, 2 * sales)
    actor = StaffMember.objects.get()
    for uid in open_baskets(till)[:sales]:
        tenders = [TenderInput(Tender.Kind.CASH, TENDERED)]
        finalize_sale(uid=uid, tenders=tenders, actor=actor)


def _add_products(outlet: Outlet, actor: StaffMember, count: int) -> None:
    """So many products, each with a barcode, and received once."""
    company, now = outlet.company, datetime.now(UTC)
    products = [
        ProductFactory.build(
            id=key,
            company=company,
            sku=f"SKU-{n:05d}",
            name=f"Benchmark product number {n:05d}",
            # From 2.50 on, so that every five of them earn a point.
            price=Decimal(250 + n % 1_750) / 100,
            cost=Decimal(130 + n % 950) / 100,
        )
        for n, key in enumerate(next_keys("pos_product", count))
    ]
    items = [
        StockItem(
            id=key,
            company=company,
            outlet=outlet,
            product=product,
            on_hand=STOCK,
            low_at=5,
        )
        for key, product in zip(
            next_keys("pos_stockitem", count), products, strict=True
        )
    ]
    barcodes = (
        Barcode(company=company, product=product, code=f"BC{n:06d}")
        for n, product in enumerate(products)
    )
    movements = (
        StockMovement(
            company=company,
            stock_item=item,
            kind=StockMovement.Kind.RECEIVE,
            quantity=STOCK,
            source=uuid7(),
            staff_member=actor,
            moved_at=now,
        )
        for item in items
    )
    copy_objects(Product, products, with_keys=True)
    copy_objects(Barcode, barcodes)
    copy_objects(StockItem, items, with_keys=True)
    copy_objects(StockMovement, movements)


def _add_customers(company: Company, count: int) -> None:
    # As plain values: parsing so many phone numbers would take longer than the rest.
    copy_rows(
        "customers_customer",
        "uid company_id code name email phone address birthday points_balance"
        " is_active",
        (
            (
                *(uuid7(), company.pk, f"M{n:06d}", f"Customer {n:06d}"),
                *(f"customer{n:06d}@example.com", f"+659{n:07d}", "", None, 0, True),
            )
            for n in range(count)
        ),
    )
