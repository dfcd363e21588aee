"""The shop that the benchmark sells in: large, and its own."""

import random
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import transaction

from customers.models import LoyaltyProgramme
from pos.access.companies import create_company
from pos.core.ids import uuid7
from pos.models import Company, StaffMember, Till
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.models import Tender
from sales.shifts.open import open_shift
from tests.benchmark.baskets import TENDERED, BasketMaker, open_baskets
from tests.benchmark.bulk import copy_rows, next_keys
from tests.benchmark.workers import TILLS

STOCK = 1_000_000
USERNAME = "benchmark"
PASSWORD = "sells-five-lines-a-sale"


@transaction.atomic
def make_shop(*, products: int, customers: int) -> None:
    """One company whose every product is tracked and on stock, its tills open."""
    company = create_company(
        code="BENCHMARK",
        name="Benchmark Minimart Pte. Ltd.",
        registration_number="202600001A",
        gst_number="M9-0000000-X",
        gst_registered_on=date(2010, 1, 1),
        address="1 Benchmark Road\nSingapore 000001",
        receipt_footer="Thank you, come again.",
        till_code="T1",
        owner_username=USERNAME,
        owner_password=PASSWORD,
    )
    # No notes are known of it: one sum in cash is given for every basket.
    company.currency = "XTS"
    company.save(update_fields=["currency"])
    actor = StaffMember.objects.get(username=USERNAME)
    LoyaltyProgramme.objects.get_or_create(company=company)
    _open_tills(company, actor)
    _stock_up(company, actor, products)
    _register(company, customers)


def make_history(*, sales: int) -> None:
    """The shop has sold before, and as many baskets are open.

    Statistics of tables that are nearly empty make plans that read them whole, and
    a connection keeps its plans until statistics are gathered again.
    """
    till = Till.objects.select_related("company").earliest("pk")
    BasketMaker(random.Random(0)).top_up(till, 2 * sales)
    actor = StaffMember.objects.get()
    for uid in open_baskets(till)[:sales]:
        tenders = [TenderInput(Tender.Kind.CASH, TENDERED)]
        finalize_sale(uid=uid, tenders=tenders, actor=actor)


def _open_tills(company: Company, actor: StaffMember) -> None:
    first = Till.objects.get(company=company)
    more = [
        Till(company=company, outlet=first.outlet, code=f"T{n}", name=f"Till {n}")
        for n in range(2, TILLS + 1)
    ]
    for till in [first, *Till.objects.bulk_create(more)]:
        open_shift(uid=uuid7(), till=till, opening_float=Decimal(100), actor=actor)


def _stock_up(company: Company, actor: StaffMember, count: int) -> None:
    outlet = company.outlets.get()
    products = next_keys("pos_product", count)
    items = next_keys("pos_stockitem", count)
    copy_rows(
        "pos_product",
        "id uid company_id sku name second_name description price is_open_price cost"
        " tax_code unit is_tracked when_out is_favourite tile_position glyph is_active",
        (
            (
                *(key, uuid7(), company.pk, f"SKU-{n:05d}"),
                *(f"Benchmark product number {n:05d}", "", ""),
                # From 2.50 on, so that every five of them earn a point.
                *(Decimal(250 + n % 1_750) / 100, False, Decimal(130 + n % 950) / 100),
                *("SR", "each", True, "warn", False, 0, "", True),
            )
            for n, key in enumerate(products)
        ),
    )
    copy_rows(
        "pos_barcode",
        "company_id product_id code",
        ((company.pk, key, f"BC{n:06d}") for n, key in enumerate(products)),
    )
    copy_rows(
        "pos_stockitem",
        "id company_id outlet_id product_id on_hand low_at",
        (
            (item, company.pk, outlet.pk, product, STOCK, 5)
            for item, product in zip(items, products, strict=True)
        ),
    )
    now = datetime.now(UTC)
    copy_rows(
        "pos_stockmovement",
        "company_id stock_item_id kind quantity reason source source_line"
        " staff_member_id moved_at",
        (
            (company.pk, item, "receive", STOCK, "", uuid7(), 0, actor.pk, now)
            for item in items
        ),
    )


def _register(company: Company, count: int) -> None:
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
