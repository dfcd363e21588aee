"""Lists in the admin: the number of their queries, and nonsense in their addresses."""

import itertools
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pos.models import Barcode, StockItem, StockMovement
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.models import FiscalDocument, Sale, ZReport
from tests.admin.shop import Shop, address, admins
from tests.support.factories import (
    BarcodeFactory,
    CategoryFactory,
    CustomerFactory,
    OutletFactory,
    ProductFactory,
    RoleFactory,
    StaffMemberFactory,
    StockItemFactory,
    TillFactory,
    make_sale,
)

NASTY = [
    "%",
    "_",
    "'",
    '"',
    "\\",
    "');--",
    "\N{PILE OF POO}",
    "%00",
    "\u202e",
    "a " * 5_000,
    "9" * 40,
    "1e999",
    "NaN",
    "-1",
    "<script>",
    "é" * 10_000,
]


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def grow(shop: Shop) -> None:
    """Ten more of everything."""
    company = shop.company
    for _ in range(10):
        product = ProductFactory(
            company=company, category=CategoryFactory(company=company)
        )
        BarcodeFactory(product=product)
        outlet = OutletFactory(company=company)
        StockItemFactory(product=product, outlet=outlet)
        TillFactory(outlet=outlet)
        StaffMemberFactory(company=company, role=RoleFactory(company=company))
        sale = make_sale(
            shop.shift, products=[product], customer=CustomerFactory(company=company)
        )
        cash = TenderInput("cash", Decimal(20))
        finalize_sale(uid=sale.uid, tenders=[cash], actor=shop.cashier)


@pytest.mark.exhaustive
def test_a_list_asks_as_often_for_many_rows_as_for_few(shop: Shop, as_owner: Client):
    paths = {one.opts.label: address(one, "changelist") for one in admins()}
    as_owner.get("/admin/")
    few = {label: queries(as_owner, path) for label, path in paths.items()}
    grow(shop)

    many = {label: queries(as_owner, path) for label, path in paths.items()}

    # A list of more than one page's worth of filter choices may ask once more.
    assert {label: n for label, n in many.items() if n > few[label]} == {}
    assert max(many.values()) <= 20


def test_a_page_asks_as_often_for_a_long_sale_as_for_a_short_one(
    shop: Shop, as_owner: Client
):
    short = make_sale(shop.shift, products=[shop.product])
    long = make_sale(
        shop.shift, products=ProductFactory.create_batch(40, company=shop.company)
    )
    path = "/admin/sales/sale/%s/change/"
    as_owner.get(path % short.pk)

    counts = [queries(as_owner, path % sale.pk) for sale in (short, long)]

    assert counts[0] == counts[1]
    assert counts[1] <= 25


def test_the_index_asks_little(shop: Shop, as_owner: Client):
    assert queries(as_owner, "/admin/ledgers/") <= 8


@pytest.mark.exhaustive
def test_a_search_for_nonsense_is_a_search(shop: Shop, as_owner: Client):
    texts = itertools.cycle(NASTY)
    for one in admins():
        for text in itertools.islice(texts, 5) if one.search_fields else ():
            page = as_owner.get(address(one, "changelist"), {"q": text})
            assert page.status_code == 200, (one, text)


@pytest.mark.parametrize("model", [Barcode, StockItem, StockMovement])
def test_a_scanned_code_finds_the_rows_of_its_product(
    shop: Shop, as_owner: Client, model: type[Model]
):
    BarcodeFactory(product=shop.product, code="8888123450122")
    other = ProductFactory(company=shop.company, name="0108888123450122 is not this")
    BarcodeFactory(product=other)
    url = reverse(f"admin:pos_{model._meta.model_name}_changelist")

    for code in ("08888123450122", "0108888123450122\x1d10A", shop.product.sku.lower()):
        rows = as_owner.get(url, {"q": code}).context["cl"].result_list
        products = {getattr(row, "stock_item", row).product_id for row in rows}
        assert products == {shop.product.pk}, code


def test_a_document_is_found_by_the_seal_on_its_paper(shop: Shop, as_owner: Client):
    for document in FiscalDocument.objects.filter(company=shop.company):
        model = ZReport if document.kind == "z_report" else Sale
        row = document.z_report or document.sale
        seal = document.hash[:8]
        for query in (seal, seal.upper(), f"{seal[:4]} {seal[4:]}", document.hash):
            for one, pk in ((model, row.pk), (FiscalDocument, document.pk)):
                url = reverse(f"admin:sales_{one._meta.model_name}_changelist")
                found = as_owner.get(url, {"q": query}).context["cl"].result_list
                assert [shown.pk for shown in found] == [pk], query


def test_a_nul_is_refused_as_no_text(shop: Shop, as_owner: Client):
    for one in admins():
        answer = as_owner.get(address(one, "changelist") + "?q=%00")
        assert answer.status_code == 400, one


@pytest.mark.parametrize("key", ["%00", "x", "9" * 40, "-1", "_5F", "1'", "é"])
def test_nonsense_for_a_key_is_a_missing_row(shop: Shop, as_owner: Client, key: str):
    for one in admins():
        path = address(one, "changelist") + f"{key}/change/"
        assert as_owner.get(path).status_code in {302, 400}, one


@pytest.mark.exhaustive
def test_every_column_that_offers_an_order_gives_it(shop: Shop, as_owner: Client):
    for one in admins():
        columns = range(1, len(one.list_display) + 1)
        for order in (".".join(map(str, columns)), ".".join(f"-{n}" for n in columns)):
            path = f"{address(one, 'changelist')}?o={order}"
            assert as_owner.get(path).status_code == 200, (one, order)


def test_times_are_shown_by_the_clock_of_the_company(shop: Shop, as_owner: Client):
    page = as_owner.get(f"/admin/sales/shift/{shop.shift.pk}/change/")

    # Opened at 01:00 UTC, which is 09:00 in Singapore.
    assert "23 Nov 2026, 09:00" in page.content.decode()
