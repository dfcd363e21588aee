"""Tax of the day: looked up when a basket is paid, and kept by what was sold."""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from pos.core.ids import uuid7
from pos.models import TaxRate
from sales.basket.errors import TaxChangedError
from sales.checkout.finalize import finalize_sale
from sales.models import FiscalDocument, Sale
from sales.receipts.receipt import draw_receipt
from sales.refunds.exchange import exchange_sale
from sales.refunds.request import ReturnedLine
from sales.refunds.with_receipt import refund_sale
from tests.support.concurrency import run_behind
from tests.support.devices import enrol
from tests.support.factories import ProductFactory, ShiftFactory, make_sale, make_shop
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db

NEW_YEARS_EVE = datetime(2023, 12, 31, 15, 50, tzinfo=UTC)  # 23:50 in Singapore
NEW_YEAR = datetime(2023, 12, 31, 16, 5, tzinfo=UTC)


@pytest.fixture
def shop():
    return make_shop()


@pytest.fixture
def shift(shop):
    TaxRate.objects.filter(company=shop.company, tax_code="SR").delete()
    TaxRate.objects.bulk_create(
        TaxRate(
            company=shop.company,
            tax_code="SR",
            valid_from=date(year, 1, 1),
            rate=Decimal(rate),
        )
        for rate, year in (("0.08", 2023), ("0.09", 2024))
    )
    return ShiftFactory(
        till=shop.tills[0],
        cashier=shop.staff["owner"],
        opened_at=datetime(2023, 12, 31, 1, tzinfo=UTC),
        business_date=date(2023, 12, 31),
    )


@pytest.fixture
def basket(shift):
    """One of 109.00, rung up at ten to midnight under 8 %."""
    product = ProductFactory(company=shift.company, price=Decimal(109))
    sale = make_sale(shift, products=[product], at=NEW_YEARS_EVE)
    assert (sale.total, sale.tax_total) == (Decimal("109.00"), Decimal("8.07"))
    return sale


def pay(sale: Sale, *, at: datetime, amount: object = 109, **details) -> Sale:
    finalize_sale(
        uid=sale.uid, tenders=[cash(amount)], actor=sale.cashier, at=at, **details
    )
    return Sale.objects.get(pk=sale.pk)


class TestARateThatMoved:
    def test_is_said_once_and_then_is_right(self, basket):
        with pytest.raises(TaxChangedError) as refused:
            pay(basket, at=NEW_YEAR, revision=basket.revision)

        assert str(refused.value) == (
            "GST has changed from 8% to 9% since this basket was filled."
            " Look at the new total before taking payment."
        )
        assert (refused.value.code, refused.value.http_status) == ("stale", 409)
        basket.refresh_from_db()
        sale = pay(basket, at=NEW_YEAR, revision=basket.revision)
        assert (sale.total, sale.tax_total) == (Decimal("109.00"), Decimal("9.00"))
        assert sale.tax_date == date(2024, 1, 1)

    def test_leaves_a_basket_that_is_paid_before_midnight(self, basket):
        sale = pay(basket, at=NEW_YEARS_EVE)

        assert (sale.tax_total, sale.tax_date) == (Decimal("8.07"), date(2023, 12, 31))

    def test_follows_the_calendar_and_not_the_business_day(self, basket):
        basket.till.outlet.day_ends_at = time(3)
        basket.till.outlet.save(update_fields=["day_ends_at"])

        with pytest.raises(TaxChangedError):
            pay(basket, at=NEW_YEAR)
        sale = pay(basket, at=NEW_YEAR)

        assert sale.business_date == date(2023, 12, 31)
        assert (sale.tax_date, sale.tax_total) == (date(2024, 1, 1), Decimal("9.00"))
        text = FiscalDocument.objects.get(sale=sale).text
        assert '"business_date":"2023-12-31"' in text
        assert '"tax_date":"2024-01-01"' in text

    def test_changes_a_price_without_tax_before_it_is_paid(self, shop, shift):
        shop.company.prices_include_tax = False
        shop.company.save(update_fields=["prices_include_tax"])
        product = ProductFactory(company=shop.company, price=Decimal(100))
        basket = make_sale(shift, products=[product], at=NEW_YEARS_EVE)
        assert basket.total == Decimal("108.00")

        with pytest.raises(TaxChangedError):
            pay(basket, at=NEW_YEAR, amount=108)

        assert pay(basket, at=NEW_YEAR).total == Decimal("109.00")

    def test_leaves_price_and_discount_as_they_were_seen(self, basket):
        line = basket.lines.get()
        line.product.price = Decimal(200)
        line.product.save(update_fields=["price"])
        with pytest.raises(TaxChangedError):
            pay(basket, at=NEW_YEAR)

        assert pay(basket, at=NEW_YEAR).lines.get().unit_price == Decimal("109.00")


class TestARegistrationThatMoved:
    def test_from_none_to_registered(self, shop, shift):
        shop.company.gst_registered_on = date(2024, 1, 1)
        shop.company.save(update_fields=["gst_registered_on"])
        product = ProductFactory(company=shop.company, price=Decimal(109))
        basket = make_sale(shift, products=[product], at=NEW_YEARS_EVE)
        assert basket.lines.get().tax_code == "NG"

        with pytest.raises(TaxChangedError, match="from none to 9%"):
            pay(basket, at=NEW_YEAR)

        assert pay(basket, at=NEW_YEAR).tax_total == Decimal("9.00")

    def test_from_registered_to_none(self, shop, basket):
        shop.company.gst_registered_on = None
        shop.company.gst_number = ""
        shop.company.save(update_fields=["gst_registered_on", "gst_number"])

        with pytest.raises(TaxChangedError, match="from 8% to none"):
            pay(basket, at=NEW_YEAR)

        sale = pay(basket, at=NEW_YEAR)
        assert (sale.tax_total, sale.lines.get().tax_code) == (Decimal("0.00"), "NG")


def test_a_refund_after_the_registration_ended_shows_that_of_its_sale(shift, basket):
    sold = pay(basket, at=NEW_YEARS_EVE)
    company = shift.company
    registration = [company.gst_number, str(company.gst_registered_on)]
    company.gst_registered_on, company.gst_number = None, ""
    company.save(update_fields=["gst_registered_on", "gst_number"])
    [line] = sold.lines.all()

    refund = refund_sale(
        uid=uuid7(),
        original=sold.uid,
        lines=[ReturnedLine(line.uid, line.quantity)],
        reason="Broken",
        actor=shift.cashier,
        till=shift.till,
        at=NEW_YEAR,
    )

    assert json.loads(refund.fiscal_document.text)["gst"] == registration
    receipt = draw_receipt(Sale.objects.for_receipt().get(pk=refund.pk))
    assert (receipt.gst_number, receipt.is_registered) == (registration[0], True)
    # The books are checked at the end of the test.


def test_an_exchange_is_refused_whole_and_then_right(shift, basket):
    sold = pay(make_sale(shift, at=NEW_YEARS_EVE), at=NEW_YEARS_EVE, amount=10)
    [line] = sold.lines.all()
    exchange = partial(
        exchange_sale,
        original=sold.uid,
        lines=[ReturnedLine(line.uid, line.quantity)],
        reason="Changed",
        sale_uid=basket.uid,
        tenders=[cash(99)],
        actor=shift.cashier,
        till=shift.till,
        at=NEW_YEAR,
    )
    uid = uuid7()

    with pytest.raises(TaxChangedError):
        exchange(refund_uid=uid)
    assert not sold.refunds.exists()

    refund, sale = exchange(refund_uid=uid)
    refund.refresh_from_db()
    assert sale.tax_total == Decimal("9.00")
    assert (refund.tax_total, refund.tax_date) == (-sold.tax_total, date(2024, 1, 1))


def test_equal_goods_of_an_exchange_are_looked_up_too(shop, shift):
    shop.company.prices_include_tax = False
    shop.company.save(update_fields=["prices_include_tax"])
    goods = ProductFactory.create_batch(3, company=shop.company, price=Decimal("32.05"))
    sold = make_sale(shift, products=goods, at=NEW_YEARS_EVE)
    sold = pay(sold, at=NEW_YEARS_EVE, amount=200)
    first = sold.lines.order_by("position").first()
    assert first.tax_total == Decimal("2.57")  # a cent more than alone
    basket = make_sale(shift, products=goods[:1], at=NEW_YEARS_EVE)

    with pytest.raises(TaxChangedError):
        exchange_sale(
            refund_uid=uuid7(),
            original=sold.uid,
            lines=[ReturnedLine(first.uid, Decimal(1))],
            reason="Changed",
            sale_uid=basket.uid,
            tenders=[],
            actor=shift.cashier,
            till=shift.till,
            at=NEW_YEAR,
        )

    basket.refresh_from_db()
    assert basket.tax_total == Decimal("2.88")


def test_a_refund_has_its_originals_rate(shift, basket):
    sold = pay(basket, at=NEW_YEARS_EVE)
    [line] = sold.lines.all()

    refund = refund_sale(
        uid=uuid7(),
        original=sold.uid,
        lines=[ReturnedLine(line.uid, line.quantity)],
        reason="Broken",
        actor=shift.cashier,
        till=shift.till,
        at=NEW_YEAR,
    )

    refund.refresh_from_db()
    assert refund.tax_total == Decimal("-8.07")


@pytest.mark.django_db(transaction=True)
class TestAtTheTill:
    def test_the_answer_is_stale_and_the_basket_is_new(self, client, shop):
        shift = ShiftFactory(till=shop.tills[0], cashier=shop.staff["owner"])
        client.force_login(shift.cashier)
        enrol(client, shift.till)
        basket = make_sale(shift)
        TaxRate.objects.create(
            company=shop.company,
            tax_code="SR",
            valid_from=date(2026, 11, 1),
            rate=Decimal("0.10"),
        )
        url = reverse("sales:finalization", args=[basket.uid])
        content = {"revision": basket.revision}
        content["tenders"] = [{"kind": "cash", "tendered": "10.00"}]

        stale = client.post(url, content, "application/json")
        basket.refresh_from_db()
        content["revision"] = basket.revision
        paid = client.post(url, content, "application/json")

        assert (stale.status_code, paid.status_code) == (409, 200)
        assert stale.json()["error"]["code"] == "stale"
        assert "from 9% to 10%" in stale.json()["error"]["message"]
        basket.refresh_from_db()
        assert basket.tax_total == Decimal("0.91")

    def test_a_rate_waits_for_a_sale_that_has_looked_it_up(self, shop):
        shift = ShiftFactory(till=shop.tills[0], cashier=shop.staff["owner"])
        basket = make_sale(shift)

        def change_rate() -> str:
            try:
                with transaction.atomic():
                    TaxRate.objects.filter(tax_code="SR").update(rate="0.10")
            except IntegrityError:
                return "refused"
            return "changed"

        def sell() -> None:
            finalize_sale(uid=basket.uid, tenders=[cash(10)], actor=shift.cashier)

        assert run_behind(sell, change_rate) == "refused"


class TestARateThatWasUsed:
    @pytest.fixture
    def used(self, basket):
        pay(basket, at=NEW_YEARS_EVE)
        return TaxRate.objects.get(tax_code="SR", rate=Decimal("0.08"))

    @pytest.mark.parametrize(
        "write",
        [
            lambda rate: TaxRate.objects.filter(pk=rate.pk).update(rate="0.07"),
            lambda rate: TaxRate.objects.filter(pk=rate.pk).update(tax_code="ZR"),
            lambda rate: TaxRate.objects.filter(pk=rate.pk).update(
                valid_from=date(2024, 1, 1) - date.resolution
            ),
            lambda rate: TaxRate.objects.filter(pk=rate.pk).delete(),
            lambda rate: TaxRate.objects.create(
                company=rate.company,
                tax_code="SR",
                valid_from=date(2023, 6, 1),
                rate=Decimal("0.085"),
            ),
        ],
        ids=["rate", "code", "day", "deletion", "another before"],
    )
    def test_does_not_change(self, used, write):
        refused = pytest.raises(IntegrityError, match="have used rates of SR")
        with refused, transaction.atomic():
            write(used)

    def test_is_followed_by_a_later_one(self, used):
        TaxRate.objects.create(
            company=used.company,
            tax_code="SR",
            valid_from=date(2030, 1, 1),
            rate=Decimal("0.10"),
        )
        TaxRate.objects.filter(rate="0.09").update(rate="0.095")

    def test_is_refused_in_the_back_office_with_a_sentence(self, client, shop, used):
        owner = shop.staff["owner"]
        owner.is_staff = True
        owner.save(update_fields=["is_staff"])
        client.force_login(owner)
        page = reverse("admin:pos_taxrate_change", args=[used.pk])
        form = {"tax_code": "SR", "rate": "0.07", "valid_from": "2023-01-01"}

        answer = client.post(page, form)

        assert "Sales have used the rate of this time" in answer.text
        assert client.post(page, form | {"rate": "0.08"}).status_code == 302
        delete = reverse("admin:pos_taxrate_delete", args=[used.pk])
        kept = client.post(delete, {"post": "yes"}, follow=True)
        assert "used, so it cannot be deleted" in kept.text
        used.refresh_from_db()
        assert used.rate == Decimal("0.08")
