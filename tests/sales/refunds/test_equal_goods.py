"""Equal goods: an exchange at the same terms owes nothing, to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.core.ids import uuid7
from pos.models import Company, Product, TaxRate
from sales.basket.create import NewLine, create_open_sale
from sales.checkout.finalize import finalize_sale
from sales.models import Sale, SaleLine, Tender
from sales.pricing.sale_totals import apply_totals
from sales.refunds.equal_goods import NewGoods
from sales.refunds.exchange import exchange_sale
from sales.refunds.preview_exchange import preview_exchange
from sales.refunds.request import RefundRequest, ReturnedLine
from sales.refunds.rows import Original, find_original
from sales.refunds.settlement import RefundableMoney
from sales.refunds.with_receipt import price_return
from tests.support.factories import ProductFactory, ShiftFactory
from tests.support.tenders import card


@pytest.fixture(params=[(False, "rate_group"), (False, "line"), (True, "rate_group")])
def shift(db, request):
    """A till where the tax is on top or inside, and 10.1 %."""
    shift = ShiftFactory()
    company = shift.company
    company.prices_include_tax, company.tax_rounding = request.param
    company.save(update_fields=["prices_include_tax", "tax_rounding"])
    TaxRate.objects.filter(company=company, tax_code="SR").update(rate=Decimal("0.101"))
    shift.till.refresh_from_db()
    return shift


def sell(shift, *lines):
    return create_open_sale(
        uid=uuid7(), till=shift.till, lines=list(lines), actor=shift.cashier
    )


def test_each_of_three_is_exchanged_for_its_like(shift):
    cup = ProductFactory(company=shift.company, price=Decimal(32))
    blue = ProductFactory(company=shift.company, price=Decimal(32))
    original = sell(shift, NewLine(cup, Decimal(3)))
    finalize_sale(uid=original.uid, tenders=[card(original.total)], actor=shift.cashier)
    line = original.lines.get()
    for _ in range(3):
        back = [ReturnedLine(line.uid, Decimal(1))]
        new = sell(shift, NewLine(blue, Decimal(1)))
        request = RefundRequest(shift.cashier, shift.till, back, original=original.uid)
        shown = preview_exchange(
            request,
            find_original(original.uid, company_id=shift.company.pk),
            kind="",
            sale=Sale.objects.get(pk=new.pk),
        )
        assert (shown.left.amount, shown.refund_due) == (0, 0)

        refund, sold = exchange_sale(
            refund_uid=uuid7(),
            original=original.uid,
            lines=back,
            sale_uid=new.uid,
            tenders=[],
            reason="other colour",
            actor=shift.cashier,
            till=shift.till,
        )

        assert refund.total + sold.total == refund.net_total + sold.net_total == 0
        assert set(Tender.objects.filter(sale=sold).values_list("kind")) == {
            ("exchange",)
        }
    assert Sale.objects.takings()["total"] == original.total


def test_only_what_is_equal_takes_over_its_price(shift):
    cup = ProductFactory(company=shift.company, price=Decimal(32))
    jug = ProductFactory(company=shift.company, price=Decimal(7))
    original = sell(shift, *[NewLine(cup, Decimal(1))] * 3)
    finalize_sale(uid=original.uid, tenders=[card(original.total)], actor=shift.cashier)
    first = original.lines.order_by("position").first()
    alone = sell(shift, NewLine(jug, Decimal(1)))
    new = sell(shift, NewLine(jug, Decimal(1)), NewLine(cup, Decimal(1)))

    _refund, sold = exchange_sale(
        refund_uid=uuid7(),
        original=original.uid,
        lines=[ReturnedLine(first.uid, Decimal(1))],
        sale_uid=new.uid,
        tenders=[card(alone.total)],
        reason="one more",
        actor=shift.cashier,
        till=shift.till,
    )

    assert sold.total == first.total + alone.total


COUNTS = st.lists(st.integers(1, 5), min_size=1, max_size=4)
PRICES = st.decimals("0.05", "400", places=2)


@given(
    pieces=COUNTS,
    prices=st.lists(PRICES, min_size=4, max_size=4),
    percent=st.sampled_from(["0", "0.07", "0.09", "0.101", "0.25"]),
    includes=st.booleans(),
    rounding=st.sampled_from(["line", "rate_group"]),
    data=st.data(),
)
def test_equal_lines_cancel_exactly(  # noqa: PLR0913  (what a sale is priced by)
    pieces, prices, percent, includes, rounding, data
):
    """Whatever comes back: the same again, split otherwise, costs what it is worth."""
    company = Company(currency="SGD", prices_include_tax=includes)
    rules = {"prices_include_tax": includes, "tax_rounding": rounding}
    rate = Decimal(percent)

    def priced(sale, counts):
        lines = [
            SaleLine(
                uid=uuid7(),
                sale=sale,
                position=position,
                product=Product(pk=number),
                unit="each",
                quantity=Decimal(count),
                unit_price=prices[number],
                tax_code="SR",
                tax_rate=rate,
            )
            for position, (number, count) in enumerate(counts, start=1)
        ]
        apply_totals(sale, lines, company=company)
        for line in lines:
            line.restriction_facts = None
        return lines

    sold = Sale(**rules)
    lines = priced(sold, list(enumerate(pieces)))
    for line in lines:
        line.refunded_quantity = Decimal(
            data.draw(st.integers(0, int(line.quantity) - 1))
        )
    counts = [
        data.draw(st.integers(1, int(line.quantity - line.refunded_quantity)))
        for line in lines
    ]
    back = [
        ReturnedLine(line.uid, Decimal(count))
        for line, count in zip(lines, counts, strict=True)
    ]
    original = Original(sold, lines, company)
    goods = price_return(back, original, RefundableMoney(Decimal(0)))
    again = [
        (number, count)
        for number, whole in enumerate(counts)
        for count in data.draw(st.sampled_from([[whole], [1] * whole]))
    ]
    sale = Sale(**rules)
    new = NewGoods(sale, priced(sale, data.draw(st.permutations(again))))

    new.price_against(goods.lines, original)

    assert sale.total == -goods.total
    if includes:
        assert sale.net_total == sum(-line.net_total for line in goods.lines)
    assert all(0 <= line.net_total <= line.total for line in new.lines)
