"""Finalization: what a finalized sale leaves in every table."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from customers.models import PointsEntry
from pos.core.ids import uuid7
from pos.models import Product, StockItem, StockMovement
from pos.stock.receive import receive_stock
from sales.basket.create import NewLine, create_open_sale
from sales.checkout.errors import TendersDifferError
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.models import FiscalDocument, Sale, SaleLine, Tender
from tests.support.books import assert_no_writes
from tests.support.factories import (
    CompanyFactory,
    CustomerFactory,
    LoyaltyProgrammeFactory,
    OutletFactory,
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
    TillFactory,
    make_sale,
)
from tests.support.tenders import card, cash, paynow

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift():
    return ShiftFactory()


def finalized(sale: Sale, *tenders: TenderInput, **details) -> Sale:
    """The sale after payment, as it is in the database."""
    finalize_sale(
        uid=sale.uid,
        tenders=tenders or [cash(sale.total)],
        actor=details.pop("actor", sale.cashier),
        **details,
    )
    return Sale.objects.get(pk=sale.pk)


class TestFinalizeSale:
    def test_numbers_the_receipt_and_gives_change(self, shift):
        sale = finalized(make_sale(shift, lines=2), cash(50))

        tender = sale.tenders.get()
        assert sale.status == Sale.Status.FINALIZED
        assert sale.number == 1
        assert sale.receipt_number == f"{shift.till.code}-S-000001"
        assert (sale.total, sale.net_total, sale.tax_total, sale.due) == (
            Decimal("20.00"),
            Decimal("18.35"),
            Decimal("1.65"),
            Decimal("20.00"),
        )
        assert (tender.tendered, tender.change, tender.amount) == (50, 30, 20)
        assert sale.shift == shift

    def test_takes_the_goods_off_stock_with_one_movement_a_line(self, shift):
        product, service = (
            ProductFactory(company=shift.company),
            ProductFactory(company=shift.company, is_tracked=False),
        )
        receive_stock(
            uid=uuid7(),
            outlet=shift.till.outlet,
            quantities={product.pk: Decimal(7)},
            reason="",
            actor=shift.cashier,
        )

        sale = finalized(
            make_sale(shift, products=[product, service, product], quantity=2)
        )

        item = StockItem.objects.get()
        assert (item.product, item.outlet, item.on_hand) == (
            product,
            shift.till.outlet,
            3,
        )
        moved = StockMovement.objects.filter(kind="sale").order_by("source_line")
        assert [
            (m.source, m.source_line, m.quantity, m.staff_member, m.moved_at)
            for m in moved
        ] == [
            (sale.uid, 1, -2, shift.cashier, sale.finalized_at),
            (sale.uid, 3, -2, shift.cashier, sale.finalized_at),
        ]

    def test_makes_the_stock_item_of_a_product_that_never_moved(self, shift):
        finalized(make_sale(shift))

        assert StockItem.objects.get().on_hand == -1

    def test_takes_stock_at_the_sales_own_outlet_only(self, shift):
        product = ProductFactory(company=shift.company)
        elsewhere = OutletFactory(company=shift.company)
        receive_stock(
            uid=uuid7(),
            outlet=elsewhere,
            quantities={product.pk: Decimal(5)},
            reason="",
            actor=shift.cashier,
        )

        finalized(make_sale(shift, products=[product]))

        assert StockItem.objects.get(outlet=elsewhere).on_hand == 5
        assert StockItem.objects.get(outlet=shift.till.outlet).on_hand == -1

    def test_adds_fractions_of_a_kilogram_exactly(self, shift):
        product = ProductFactory(company=shift.company, unit=Product.Unit.KILOGRAM)
        receive_stock(
            uid=uuid7(),
            outlet=shift.till.outlet,
            quantities={product.pk: Decimal("0.300")},
            reason="",
            actor=shift.cashier,
        )

        for quantity in ("0.1", "0.2"):
            finalized(make_sale(shift, products=[product], quantity=Decimal(quantity)))

        assert StockItem.objects.get().on_hand == 0

    def test_gives_the_points_of_the_customer(self, shift):
        LoyaltyProgrammeFactory(company=shift.company)
        customer = CustomerFactory(company=shift.company)

        sale = finalized(make_sale(shift, lines=3, customer=customer))

        customer.refresh_from_db()
        entry = PointsEntry.objects.get()
        assert customer.points_balance == 3
        assert (entry.points, entry.source, entry.kind) == (3, sale.uid, "earn")
        assert (entry.customer, entry.staff_member) == (customer, shift.cashier)

    def test_counts_points_before_cash_rounding(self, shift):
        LoyaltyProgrammeFactory(company=shift.company)
        shift.company.cash_rounding = "nearest"
        shift.company.save(update_fields=["cash_rounding"])
        earned = {}
        for price in ("9.98", "10.02"):
            customer = CustomerFactory(company=shift.company)
            product = ProductFactory(company=shift.company, price=Decimal(price))
            sale = make_sale(shift, products=[product], customer=customer)

            assert finalized(sale, cash(10)).due == 10

            customer.refresh_from_db()
            earned[price] = customer.points_balance
        assert earned == {"9.98": 0, "10.02": 1}

    def test_rounds_the_cash_part_only_and_leaves_the_tax_alone(self, shift):
        product = ProductFactory(company=shift.company, price=Decimal("17.63"))

        sale = finalized(make_sale(shift, products=[product]), card(10), cash(10))

        assert (sale.total, sale.rounding, sale.due) == (
            Decimal("17.63"),
            Decimal("-0.03"),
            Decimal("17.60"),
        )
        assert sale.tax_total == Decimal("1.46")
        assert [
            (tender.position, tender.kind, tender.amount, tender.reference)
            for tender in sale.tenders.order_by("position")
        ] == [(1, "card", 10, "056012"), (2, "cash", Decimal("7.60"), "")]

    def test_takes_several_tenders_in_their_order(self, shift):
        sale = finalized(make_sale(shift, lines=4), paynow(15), card(5), cash(50))

        kinds = sale.tenders.order_by("position").values_list("kind", "change")
        assert list(kinds) == [("paynow", 0), ("card", 0), ("cash", 30)]

    def test_takes_a_sale_of_nothing_without_tenders(self, shift):
        free = ProductFactory(company=shift.company, price=Decimal(0))
        sale = make_sale(shift, products=[free])

        finalize_sale(uid=sale.uid, tenders=[], actor=shift.cashier)

        sale.refresh_from_db()
        assert (sale.status, sale.total, sale.number) == ("finalized", 0, 1)
        assert not Tender.objects.exists()

    def test_takes_a_parked_sale(self, shift):
        sale = make_sale(shift)
        sale.status, sale.parked_at = Sale.Status.PARKED, datetime.now(UTC)
        sale.save(update_fields=["status", "parked_at"])

        assert finalized(sale).is_finalized

    def test_leaves_removed_lines_out(self, shift):
        sale = make_sale(shift, lines=3)
        sale.lines.filter(position=2).update(removed_by=uuid7())

        sale = finalized(sale, cash(20))

        assert (sale.total, sale.line_count) == (20, 2)
        assert StockMovement.objects.count() == 2

    def test_names_the_cashier_who_took_the_money(self, shift):
        colleague = StaffMemberFactory(company=shift.company)

        sale = finalized(make_sale(shift), actor=colleague)

        assert sale.cashier == colleague

    def test_prices_the_sale_again(self, shift):
        sale = make_sale(shift)
        SaleLine.objects.filter(sale=sale).update(quantity=3)

        sale = finalized(sale, cash(30))

        assert (sale.total, sale.lines.get().total) == (30, 30)

    def test_sells_in_a_currency_without_a_minor_unit(self):
        company = CompanyFactory(currency="JPY", currency_places=0)
        shift = ShiftFactory(till=TillFactory(outlet=OutletFactory(company=company)))
        product = ProductFactory(company=company, price=Decimal(1080))

        sale = finalized(make_sale(shift, products=[product]), cash(2000))

        assert (sale.total, sale.tax_total) == (1080, 89)
        assert sale.tenders.get().change == 920


class TestRepeats:
    def test_change_nothing_and_return_the_sale(self, shift):
        LoyaltyProgrammeFactory(company=shift.company)
        customer = CustomerFactory(company=shift.company)
        sale = finalized(make_sale(shift, customer=customer), cash(20))

        with assert_no_writes():
            again = finalize_sale(
                uid=sale.uid, tenders=[cash("20.00")], actor=shift.cashier, revision=0
            )

        assert again.receipt_number == sale.receipt_number

    def test_may_come_from_a_colleague(self, shift):
        sale = finalized(make_sale(shift), cash(20))
        colleague = StaffMemberFactory(company=shift.company)

        again = finalize_sale(uid=sale.uid, tenders=[cash(20)], actor=colleague)

        assert (again.pk, again.cashier) == (sale.pk, shift.cashier)

    @pytest.mark.parametrize(
        "other",
        [
            [cash(21)],
            [card(20)],
            [cash(10), cash(10)],
            [],
            [TenderInput("cash", Decimal(20), "x")],
        ],
    )
    def test_with_other_tenders_are_a_conflict(self, shift, other):
        sale = finalized(make_sale(shift), cash(20))

        with assert_no_writes(), pytest.raises(TendersDifferError) as refused:
            finalize_sale(uid=sale.uid, tenders=other, actor=shift.cashier)

        assert refused.value.http_status == 409


@pytest.mark.no_books_check
class TestWhenItHappened:
    def test_is_the_servers_clock(self, shift):
        sale = make_sale(shift)

        with time_machine.travel(datetime(2026, 11, 23, 4, tzinfo=UTC), tick=False):
            sale = finalized(sale)

        assert sale.finalized_at == datetime(2026, 11, 23, 4, tzinfo=UTC)

    def test_may_be_given_by_a_command(self, shift):
        past = datetime(2011, 12, 9, 8, 26, tzinfo=UTC)

        sale = finalized(make_sale(shift), at=past)

        assert sale.finalized_at == past
        assert abs(datetime.now(UTC) - sale.recorded_at).days == 0

    @pytest.mark.parametrize(
        ("moment", "day"),
        [
            # Singapore is eight hours ahead: half past midnight there is the
            # afternoon before in UTC.
            (datetime(2026, 11, 22, 16, 30, tzinfo=UTC), date(2026, 11, 23)),
            (datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC), date(2026, 11, 22)),
        ],
    )
    def test_belongs_to_the_day_on_the_wall_of_the_shop(self, shift, moment, day):
        assert finalized(make_sale(shift), at=moment).business_date == day

    def test_does_not_order_receipts_when_the_clock_is_set_back(self, shift):
        later = finalized(make_sale(shift), at=datetime(2026, 11, 23, 4, tzinfo=UTC))
        earlier = finalized(make_sale(shift), at=datetime(2026, 11, 23, 3, tzinfo=UTC))

        assert (later.number, earlier.number) == (1, 2)
        assert earlier.finalized_at < later.finalized_at


class TestWhatStaysAsItWas:
    def test_the_lines_when_the_catalogue_changes(self, shift):
        sale = make_sale(shift)
        line = sale.lines.get()
        was = {field: getattr(line, field) for field in ("sku", "name", "unit_price")}
        Product.objects.update(
            name="Renamed", sku="NEW", price=Decimal(99), tax_code="ZR"
        )

        sale = finalized(sale)
        Product.objects.update(name="Renamed again", price=1, is_active=False)

        line = sale.lines.get()
        assert {field: getattr(line, field) for field in was} == was
        assert (line.tax_code, line.tax_rate) == ("SR", Decimal("0.09"))
        assert (line.total, line.tax_total) == (10, Decimal("0.83"))

    def test_the_words_of_the_receipt_when_the_company_changes(self, shift):
        sale = finalized(make_sale(shift))
        text = sale.fiscal_document.text
        shift.company.name = "Renamed"
        shift.company.save(update_fields=["name"])

        assert FiscalDocument.objects.get(sale=sale).text == text
        assert '"Renamed"' not in text


class TestWithoutRegistration:
    def test_no_tax_is_charged(self):
        company = CompanyFactory(gst_number="", gst_registered_on=None)
        shift = ShiftFactory(till=TillFactory(outlet=OutletFactory(company=company)))

        sale = finalized(make_sale(shift))

        line = sale.lines.get()
        assert (line.tax_code, line.tax_rate) == ("NG", 0)
        assert (sale.total, sale.net_total, sale.tax_total) == (10, 10, 0)

    def test_tax_is_charged_from_the_day_of_registration(self):
        company = CompanyFactory(gst_registered_on=date(2026, 11, 23))
        shift = ShiftFactory(till=TillFactory(outlet=OutletFactory(company=company)))
        product = ProductFactory(company=company)
        codes = []
        for hour in (15, 17):  # before and after midnight in Singapore
            sale = create_open_sale(
                uid=uuid7(),
                till=shift.till,
                lines=[NewLine(product, Decimal(1))],
                actor=shift.cashier,
                at=datetime(2026, 11, 22, hour, tzinfo=UTC),
            )
            codes.append(sale.lines.get().tax_code)

        assert codes == ["NG", "SR"]


def test_cash_of_the_past_may_be_exact(shift):
    """The factory's company rounds down to five cents; a replay does not."""
    product = ProductFactory(company=shift.company, price=Decimal("9.99"))
    sale = make_sale(shift, products=[product])

    paid = TenderInput("cash", Decimal("9.99"), skip_rounding=True)
    sale = finalize_sale(uid=sale.uid, tenders=[paid], actor=shift.cashier)

    assert (sale.total, sale.rounding) == (Decimal("9.99"), 0)
    assert sale.tenders.get().change == 0
