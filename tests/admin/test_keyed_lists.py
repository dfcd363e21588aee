"""Keyed lists: a ledger in the back office has pages by key, and days from and to."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from customers.models import Customer
from sales.models import Sale, SaleOperation, Tender
from tests.admin.shop import Shop, address, admins
from tests.support.factories import CustomerFactory

SALES = reverse("admin:sales_sale_changelist")


@pytest.fixture
def two_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of two rows."""
    monkeypatch.setattr("pos.admin.scoping.CompanyAdmin.list_per_page", 2)


def days_ago(shop: Shop, days: int) -> date:
    """The date so long ago where the shop is."""
    return localdate(timezone=shop.outlet.zone) - timedelta(days)


def keys(page) -> list[int]:
    return [row.pk for row in page.context["cl"].result_list]


@pytest.mark.parametrize("model", [Sale, Tender, SaleOperation])
def test_pages_lead_to_the_oldest_row_and_back(
    shop: Shop, as_owner: Client, two_rows: None, model
):
    path = reverse(f"admin:sales_{model._meta.model_name}_changelist")
    rows = model.objects.filter(company=shop.company)
    pages = [as_owner.get(path)]
    while older := pages[-1].context["cl"].next_page:
        pages.append(as_owner.get(path + older))
    shown = [pk for page in pages for pk in keys(page)]

    assert shown == list(rows.order_by("-pk").values_list("pk", flat=True))
    assert len(pages) > 1
    for page, before in zip(pages[:0:-1], pages[-2::-1], strict=True):
        newer = page.context["cl"].previous_page
        assert keys(as_owner.get(path + newer)) == keys(before)
    assert pages[0].context["cl"].previous_page is None
    assert 'rel="next"' in pages[0].content.decode()
    assert 'rel="prev"' in pages[-1].content.decode()


def test_customers_are_by_name_in_pages(shop: Shop, as_owner: Client, two_rows: None):
    """Two of one name come one after the other, on whatever page."""
    for name in ("Ang", "Tan", "Tan", "Tan", "Zainal"):
        CustomerFactory(company=shop.company, name=name)
    path = reverse("admin:customers_customer_changelist")
    customers = Customer.objects.filter(company=shop.company).order_by("name", "pk")

    pages = [as_owner.get(path)]
    while following := pages[-1].context["cl"].next_page:
        pages.append(as_owner.get(path + following))

    shown = [pk for page in pages for pk in keys(page)]
    assert shown == list(customers.values_list("pk", flat=True))
    before = pages[-1].context["cl"].previous_page
    assert keys(as_owner.get(path + before)) == keys(pages[-2])
    assert "First page" in pages[-1].content.decode()
    assert "Newest" not in pages[-1].content.decode()


def test_pages_of_some_days_are_by_time(shop: Shop, as_owner: Client, two_rows: None):
    since, until = days_ago(shop, 30), days_ago(shop, 0)
    days = {"business_date__from": f"{since}", "business_date__to": f"{until}"}
    page = as_owner.get(SALES, days)
    finalized = Sale.objects.filter(company=shop.company).finalized()
    first = finalized.order_by("-business_date", "-pk").values_list("pk", flat=True)

    assert keys(page) == list(first[:2])
    older = page.context["cl"].next_page
    assert "business_date__from" in older
    assert keys(as_owner.get(SALES + older)) == list(first[2:4])


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (0, 30, "wrong order, and were exchanged"),
        ("yesterday", 0, "is no date, and was left out"),
        ("1066-10-14", 0, "nothing before 1970 or after today"),
        (30, 0, ""),
    ],
)
def test_days_that_cannot_be_meant_are_put_right(
    shop: Shop, as_owner: Client, since, until, said
):
    days = [
        day if isinstance(day, str) else f"{days_ago(shop, day)}"
        for day in (since, until)
    ]
    query = {"business_date__from": days[0], "business_date__to": days[1], "q": ""}

    page = as_owner.get(SALES, query)

    assert set(keys(page)) == set(
        Sale.objects.filter(company=shop.company)
        .finalized()
        .values_list("pk", flat=True)
    )
    assert said in page.content.decode()
    assert ('role="status"' in page.content.decode()) == bool(said)


def test_days_without_rows_have_none(shop: Shop, as_owner: Client):
    long_ago = {"business_date__from": "2001-01-01", "business_date__to": "2001-12-31"}

    page = as_owner.get(SALES, long_ago)

    assert keys(page) == []
    assert "0 sales" in page.content.decode()


def test_the_form_of_days_keeps_the_other_filters(shop: Shop, as_owner: Client):
    page = as_owner.get(SALES, {"status__exact": "finalized", "before": "99"})

    form = page.content.decode().split('class="period-form"')[1].split("</form>")[0]
    assert 'name="status__exact" value="finalized"' in form
    assert "before" not in form


def test_a_count_ends_at_its_limit(
    shop: Shop, as_owner: Client, monkeypatch: pytest.MonkeyPatch
):
    page = as_owner.get(SALES)
    assert f"{len(keys(page))} sales" in page.content.decode()
    monkeypatch.setattr("pos.core.counts.COUNT_MAX", 1)

    page = as_owner.get(SALES)

    assert "more than 1,000 sales" in page.content.decode()


def test_every_ledger_can_be_narrowed_to_days(shop: Shop, as_owner: Client):
    dated = {}
    for one in admins():
        page = as_owner.get(address(one, "changelist"))
        dated[one.opts.label] = 'class="period-form"' in page.content.decode()

    wanted = {"sales.Sale", "pos.StockMovement", "customers.PointsEntry", "sales.Shift"}
    wanted |= {"pos.AuditEntry", "sales.CashMovement", "sales.SaleOperation"}
    assert wanted <= {label for label, has_days in dated.items() if has_days}
