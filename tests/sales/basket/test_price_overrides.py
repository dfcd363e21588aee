"""Prices changed by hand: given, paid, refunded, taken back, refused."""

import json
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pos.access.acts import Act
from pos.models import AuditEntry, Company, Product
from sales.checkout.finalize import finalize_sale
from sales.models import SaleLine
from tests.support.cashier import Cashier
from tests.support.factories import (
    BarcodeFactory,
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ProductFactory,
    StaffMemberFactory,
)
from tests.support.refunds import make_refund
from tests.support.tenders import card

pytestmark = pytest.mark.django_db

GTIN = "98888123450125"


@pytest.fixture
def line(cashier, product):
    """A line of two at 10.00."""
    Product.objects.update(price=Decimal(10))
    return str(cashier.scan(product.sku, quantity="2").line)


def override(cashier, line, price="7.50", reason="Scratch"):
    return cashier.do("override_price", line=line, price=price, reason=reason)


def price_of(cashier):
    [line] = cashier.lines
    return (
        line.price_source,
        f"{line.base_price:.2f}",
        f"{line.unit_price:.2f}",
        f"{line.total:.2f}",
        line.price_reason,
        line.priced_by,
    )


def test_is_paid_and_says_why_and_by_whom(cashier, line):
    result = override(cashier, line)

    assert (result.ok, str(result.line)) == (True, line)
    assert price_of(cashier) == (
        *("override", "10.00", "7.50", "15.00", "Scratch", cashier.actor),
    )
    [entry] = AuditEntry.objects.filter(act=Act.PRICE_OVERRIDDEN)
    assert entry.content["changes"] == {"unit_price": ["10", "7.5"]}
    assert entry.content["facts"]["reason"] == "Scratch"


def test_may_be_above_the_catalogues(cashier, line):
    assert override(cashier, line, "12").ok
    assert cashier.sale.total == 24


@pytest.mark.parametrize("price", [None, "", "10", "10.00"])
def test_is_the_catalogues_again_without_a_reason(cashier, line, price):
    override(cashier, line)

    assert override(cashier, line, price, reason="").ok

    assert price_of(cashier) == ("catalogue", "10.00", "10.00", "20.00", "", None)
    assert AuditEntry.objects.filter(act=Act.PRICE_OVERRIDDEN).count() == 2


def test_nothing_to_take_back_changes_nothing(cashier, line):
    assert override(cashier, line, None, reason="").ok

    assert price_of(cashier)[:3] == ("catalogue", "10.00", "10.00")
    assert not AuditEntry.objects.filter(act=Act.PRICE_OVERRIDDEN).exists()


def test_no_scan_joins_it_and_its_quantity_changes(cashier, line, product):
    override(cashier, line)

    cashier.scan(product.sku)
    cashier.do("set_quantity", line=line, quantity="3")

    first, second = cashier.lines
    assert [first.quantity, first.unit_price] == [3, Decimal("7.50")]
    assert [second.quantity, second.unit_price] == [1, 10]
    assert cashier.sale.total == Decimal("32.50")


def test_a_scan_of_another_price_does_not_join_one_of_that_price(cashier, line):
    override(cashier, line)
    cheap = ProductFactory(
        company=cashier.till.company, price=Decimal("7.50"), is_tracked=False
    )
    cashier.scan(cheap.sku)

    assert len(cashier.lines) == 2


def test_discounts_tax_and_points_go_by_it(cashier, line, shift):
    LoyaltyProgrammeFactory(company=shift.company)
    customer = CustomerFactory(company=shift.company)
    cashier.do("attach_customer", customer=str(customer.uid))
    cashier.do("discount_line", line=line, percent="10", reason="Dented")
    assert cashier.sale.total == 18

    override(cashier, line, "25")

    assert cashier.sale.total == 45
    assert cashier.sale.tax_total == Decimal("3.72")
    finalize_sale(uid=cashier.uid, tenders=[card(45)], actor=shift.cashier)
    customer.refresh_from_db()
    assert customer.points_balance == 4


def test_what_was_paid_comes_back_and_says_the_same(cashier, line, shift):
    override(cashier, line)
    finalize_sale(uid=cashier.uid, tenders=[card(15)], actor=shift.cashier)

    refund = make_refund(cashier.sale, 1, shift=shift)

    [back] = refund.lines.all()
    assert (back.unit_price, back.total) == (Decimal("7.50"), Decimal("-7.50"))
    assert (back.price_source, back.price_reason) == ("override", "Scratch")
    assert back.priced_by == cashier.actor
    [said] = json.loads(refund.fiscal_document.text)["lines"]
    assert said[-1]["priced_by"] == str(cashier.actor.uid)
    assert said[-1]["base_price"] == "10.000"


class TestOtherSources:
    def test_of_a_label_it_takes_the_place(self, cashier, product, shift):
        Product.objects.update(unit="kg", price=Decimal("24.90"))
        Company.objects.filter(pk=shift.company_id).update(label_value="price")
        cashier.till.company.refresh_from_db()
        BarcodeFactory(product=product, code=GTIN)
        line = str(cashier.scan(f"(01){GTIN}(3922)0623").line)
        [row] = cashier.lines
        quantity = row.quantity

        assert override(cashier, line, "20").ok

        [row] = cashier.lines
        assert (row.label_amount, row.line_discount) == (None, 0)
        assert row.total == (quantity * 20).quantize(Decimal("0.01"))
        assert override(cashier, line, None).ok
        assert price_of(cashier)[:3] == ("catalogue", "24.90", "24.90")

    def test_of_a_label_the_catalogues_price_needs_a_reason(
        self, cashier, product, shift
    ):
        Product.objects.update(unit="kg", price=Decimal("24.90"))
        Company.objects.filter(pk=shift.company_id).update(label_value="price")
        cashier.till.company.refresh_from_db()
        BarcodeFactory(product=product, code=GTIN)
        line = str(cashier.scan(f"(01){GTIN}(3922)0623").line)

        assert override(cashier, line, "24.90", reason="").code == "reason_needed"
        assert override(cashier, line, "24.90").ok
        assert price_of(cashier)[:3] == ("override", "24.90", "24.90")

    def test_an_open_price_is_changed_and_has_none_to_go_back_to(self, cashier, shift):
        flowers = ProductFactory(
            company=shift.company, is_open_price=True, is_tracked=False, price=5
        )
        line = str(cashier.scan(flowers.sku, price="50").line)

        assert override(cashier, line, "5").ok
        refused = override(cashier, line, None)

        assert refused.code == "no_catalogue_price"
        assert price_of(cashier)[:3] == ("override", "5.00", "5.00")


class TestRefusals:
    @pytest.mark.parametrize(
        ("payload", "code"),
        [
            ({"price": "0"}, "price_zero"),
            ({"price": "-1"}, "invalid_amount"),
            ({"price": "NaN"}, "invalid_amount"),
            ({"price": "1e9"}, "invalid_amount"),
            ({"price": "1.005"}, "invalid_amount"),
            ({"price": "٣"}, "invalid_amount"),
            ({"price": "9" * 11}, "amount_too_large"),
            ({"reason": ""}, "reason_needed"),
            ({"reason": "   "}, "reason_needed"),
            ({"reason": "x" * 201}, "invalid_operation"),
            ({"reason": "4111 1111 1111 1111"}, "card_number"),
            ({"line": "nothing"}, "invalid_operation"),
        ],
    )
    def test_change_nothing(self, cashier, line, payload, code):
        result = override(cashier, **{"line": line} | payload)

        assert (result.ok, result.code) == (False, code)
        assert price_of(cashier)[:3] == ("catalogue", "10.00", "10.00")

    def test_of_a_line_that_was_removed(self, cashier, line):
        cashier.do("remove", line=line)

        assert override(cashier, line).code == "no_such_line"

    def test_of_who_may_not(self, cashier, line, shift):
        seller = StaffMemberFactory(
            company=shift.company, may=("sales.sell", "sales.discount_sale")
        )
        cashier.actor = seller

        assert override(cashier, line).code == "not_allowed"
        assert override(cashier, line, None).code == "not_allowed"
        assert cashier.sale.total == 20
        assert AuditEntry.objects.filter(act=Act.REFUSED).count() == 2

    def test_of_what_comes_to_more_than_a_basket_holds(self, cashier, shift):
        products = ProductFactory.create_batch(6, company=shift.company)
        lines = [
            str(cashier.scan(each.sku, quantity="99999").line) for each in products
        ]

        codes = [override(cashier, line, "100000").code for line in lines]

        assert codes == [*[""] * 4, *["basket_too_large"] * 2]


def test_other_acts_write_no_price(cashier, line):
    with CaptureQueriesContext(connection) as plain:
        cashier.do("discount_line", line=line, percent="10", reason="Dented")
    with CaptureQueriesContext(connection) as changed:
        override(cashier, line)

    def updates(queries):
        written = [
            q["sql"].partition('UPDATE "sales_saleline" AS row SET')[2] for q in queries
        ]
        return [sets.partition(" FROM ")[0] for sets in written if sets]

    [before], [after] = updates(plain), updates(changed)
    assert '"unit_price"' not in before
    assert '"unit_price"' in after


def test_it_stays_with_a_basket_that_is_parked(cashier, line, shift):
    override(cashier, line)
    cashier.do("park")
    other = Cashier(shift, uid=cashier.uid)

    other.do("recall")

    assert SaleLine.objects.get().unit_price == Decimal("7.50")
    assert price_of(other)[0] == "override"
