"""Refusals of a finalization: each is its own error, and nothing is written."""

from decimal import Decimal

import pytest
from django.db import OperationalError, connection

from customers.models import Customer
from pos.core.errors import CardNumberError, InvalidAmountError, NotOfThisCompanyError
from pos.core.ids import uuid7
from pos.models import Product, StaffMember, StockItem, Till
from pos.stock.errors import OutOfStockError
from pos.stock.receive import receive_stock
from sales.basket.errors import (
    EmptySaleError,
    ProductInactiveError,
    SaleElsewhereError,
    SaleNotOpenError,
    StaleBasketError,
)
from sales.basket.void import void_sale
from sales.cash.errors import NotPayableError
from sales.checkout.errors import (
    TenderShortError,
    TenderTooMuchError,
    UnknownTenderError,
)
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.errors import NoOpenShiftError
from sales.models import Sale
from sales.shifts.close import close_shift
from tests.support.books import assert_no_writes, read_every_row
from tests.support.connection_loss import fail_at_each_statement
from tests.support.factories import (
    CustomerFactory,
    LoyaltyProgrammeFactory,
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


@pytest.fixture
def sale(shift):
    """Two lines of 10.00, for a customer who would get two points."""
    LoyaltyProgrammeFactory(company=shift.company)
    return make_sale(shift, lines=2, customer=CustomerFactory(company=shift.company))


def refused(error, sale, *tenders, **details):
    """Finalize, expecting this refusal and nothing written; return it."""
    with assert_no_writes(), pytest.raises(error) as refusal:
        finalize_sale(
            uid=details.pop("uid", sale.uid),
            tenders=tenders or [cash(sale.total)],
            actor=details.pop("actor", sale.cashier),
            **details,
        )
    return refusal.value


class TestTheSale:
    def test_is_not_there(self, sale):
        error = refused(NotOfThisCompanyError, sale, uid=uuid7())

        assert error.http_status == 404

    def test_is_another_companys(self, sale):
        refused(NotOfThisCompanyError, sale, actor=StaffMemberFactory())

    def test_is_at_another_till(self, sale):
        other = TillFactory(outlet=sale.till.outlet)

        error = refused(SaleElsewhereError, sale, till=other)

        assert sale.till.name in str(error)

    def test_is_anybodys_but_not_theirs_who_have_no_company(self, sale):
        keeper = StaffMember.objects.create_superuser("keeper", name="Keeper")

        refused(NotOfThisCompanyError, sale, actor=keeper)

    def test_is_finished_and_anothers(self, sale):
        finalize_sale(uid=sale.uid, tenders=[cash(20)], actor=sale.cashier)

        refused(NotOfThisCompanyError, sale, actor=StaffMemberFactory())

    def test_was_voided(self, sale):
        void_sale(uid=sale.uid, reason="Changed their mind", actor=sale.cashier)

        assert "voided" in str(refused(SaleNotOpenError, sale))

    @pytest.mark.parametrize("seen", [-1, 1])
    def test_is_not_what_the_cashier_saw(self, sale, seen):
        error = refused(StaleBasketError, sale, revision=sale.revision + seen)

        assert (error.code, error.http_status) == ("stale", 409)

    def test_is_empty(self, shift):
        refused(EmptySaleError, make_sale(shift, lines=0), cash(0))

    @pytest.mark.no_books_check
    def test_is_empty_when_every_line_was_removed(self, sale):
        sale.lines.update(removed_by=uuid7())

        refused(EmptySaleError, sale, cash(0))

    def test_holds_a_product_that_is_no_longer_sold(self, sale):
        line = sale.lines.last()
        Product.objects.filter(pk=line.product_id).update(is_active=False)

        assert str(refused(ProductInactiveError, sale)).startswith(line.name)

    def test_may_hold_one_that_was_removed_from_the_basket(self, sale):
        line = sale.lines.last()
        Product.objects.filter(pk=line.product_id).update(is_active=False)
        sale.lines.filter(pk=line.pk).update(removed_by=uuid7())

        finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=sale.cashier)


class TestTheShift:
    def test_was_never_opened(self, sale):
        other = make_sale(ShiftFactory(till__outlet=sale.till.outlet))
        Sale.objects.filter(pk=sale.pk).update(till=_till_without_shift(sale))

        refused(NoOpenShiftError, sale)
        finalize_sale(uid=other.uid, tenders=[cash(10)], actor=other.cashier)

    def test_was_closed_a_moment_earlier_and_the_basket_is_kept(self, sale, shift):
        close_shift(uid=shift.uid, counted_cash=Decimal(100), actor=shift.cashier)

        error = refused(NoOpenShiftError, sale)

        assert str(shift.till) in str(error)
        assert sale.lines.count() == 2


class TestTheTenders:
    def test_are_too_little(self, sale):
        error = refused(TenderShortError, sale, cash("19.95"))

        assert error.facts == {"short": "0.05"}

    def test_are_in_coins_that_there_are(self, sale):
        for tenders in ([cash("20.03")], [cash("10.03"), cash("9.97")]):
            error = refused(NotPayableError, sale, *tenders)

            assert error.facts["coin"] == "0.05"
        # What is not cash is paid to the cent, and the rest in coins.
        finalize_sale(
            uid=sale.uid, tenders=[card("9.97"), cash("10.05")], actor=sale.cashier
        )
        assert list(sale.tenders.values_list("amount", flat=True)) == [
            Decimal("9.97"),
            Decimal(10),
        ]

    def test_are_none(self, sale):
        with assert_no_writes(), pytest.raises(TenderShortError):
            finalize_sale(uid=sale.uid, tenders=[], actor=sale.cashier)

    @pytest.mark.parametrize("tenders", [[card("20.01")], [paynow(30)]])
    def test_are_too_much_and_not_cash(self, sale, tenders):
        refused(TenderTooMuchError, sale, *tenders)

    def test_are_cash_beside_a_card_that_paid_it_all(self, sale):
        refused(TenderTooMuchError, sale, card(20), cash(5))

    @pytest.mark.parametrize("kind", ["cheque", "", "CASH", "points"])
    def test_are_of_no_kind_that_is_known(self, sale, kind):
        refused(UnknownTenderError, sale, TenderInput(kind, Decimal(20)))

    @pytest.mark.parametrize(
        "amount",
        ["NaN", "sNaN", "Infinity", "-Infinity", "1e999", "1e9999999", "1e-9999999"]
        + ["-20.00", "19.999", "20.0001", "1e11"],
    )
    @pytest.mark.parametrize("kind", ["cash", "card"])
    def test_are_not_money(self, sale, kind, amount):
        refused(InvalidAmountError, sale, TenderInput(kind, Decimal(amount)))

    def test_are_nothing_at_all_by_card(self, sale):
        refused(InvalidAmountError, sale, card(0), cash(20))

    @pytest.mark.parametrize(
        "reference", ["4111111111111111", "VISA 4111 1111 1111 1111", "378282246310005"]
    )
    def test_name_a_card(self, sale, reference):
        error = refused(CardNumberError, sale, card(20, reference))

        assert reference not in str(error)


class TestTheStock:
    @pytest.fixture
    def scarce(self, shift):
        """A product of which three are left, and no more may be sold."""
        product = ProductFactory(company=shift.company, when_out="refuse")
        receive_stock(
            uid=uuid7(),
            outlet=shift.till.outlet,
            quantities={product.pk: Decimal(3)},
            reason="",
            actor=shift.cashier,
        )
        return product

    def test_is_too_little(self, shift, scarce):
        sale = make_sale(shift, products=[scarce], quantity=4)

        error = refused(OutOfStockError, sale)

        assert str(error) == f"Only 3 left of {scarce}."

    def test_is_too_little_for_several_lines_of_the_product_together(
        self, shift, scarce
    ):
        sale = make_sale(shift, products=[scarce, scarce], quantity=2)

        refused(OutOfStockError, sale)

    def test_may_be_sold_to_the_last(self, shift, scarce):
        sale = make_sale(shift, products=[scarce] * 3)

        finalize_sale(uid=sale.uid, tenders=[cash(30)], actor=shift.cashier)

        assert StockItem.objects.get().on_hand == 0

    def test_was_never_there(self, shift):
        product = ProductFactory(company=shift.company, when_out="refuse")
        sale = make_sale(shift, products=[product])

        assert "Only 0 left" in str(refused(OutOfStockError, sale))

    def test_is_refused_on_the_last_line_and_takes_the_rest_back(self, shift, scarce):
        LoyaltyProgrammeFactory(company=shift.company)
        customer = CustomerFactory(company=shift.company)
        others = ProductFactory.create_batch(3, company=shift.company)
        sale = make_sale(
            shift, products=[*others, scarce], quantity=4, customer=customer
        )

        refused(OutOfStockError, sale, cash(200))

        # The number was not used up: the next sale has it.
        finished = make_sale(shift)
        finalize_sale(uid=finished.uid, tenders=[cash(10)], actor=shift.cashier)
        finished.refresh_from_db()
        assert finished.number == 1

    @pytest.mark.parametrize("when_out", ["warn", "allow"])
    def test_may_go_below_zero_where_the_product_says_so(self, shift, scarce, when_out):
        Product.objects.filter(pk=scarce.pk).update(when_out=when_out)
        sale = make_sale(shift, products=[scarce], quantity=5)

        finalize_sale(uid=sale.uid, tenders=[cash(50)], actor=shift.cashier)

        assert StockItem.objects.get().on_hand == -2


class TestTheCustomer:
    def test_who_is_inactive_earns_nothing_and_the_sale_goes_through(self, sale):
        Customer.objects.update(is_active=False)

        finalize_sale(uid=sale.uid, tenders=[cash(20)], actor=sale.cashier)

        assert Customer.objects.get().points_balance == 0
        assert Sale.objects.get().is_finalized


@pytest.mark.parametrize(
    "table",
    [
        "customers_pointsentry",
        "customers_customer",
        "pos_stockitem",
        "pos_stockmovement",
        "sales_tender",
        "pos_till",
        "sales_sale",
    ],
)
def test_a_failure_in_any_part_rolls_back_all_of_it(sale, table):
    def wrapper(execute, sql, params, many, context):
        if table in sql and not sql.lstrip().startswith(("SELECT", "SAVEPOINT")):
            raise OperationalError("the connection is gone")
        return execute(sql, params, many, context)

    with (
        assert_no_writes(),
        connection.execute_wrapper(wrapper),
        pytest.raises(OperationalError),
    ):
        finalize_sale(uid=sale.uid, tenders=[cash(20)], actor=sale.cashier)

    assert Till.objects.get(pk=sale.till_id).last_sale_number == 0


def test_a_failure_at_any_statement_leaves_nothing_and_a_retry_succeeds(sale):
    def pay():
        finalize_sale(uid=sale.uid, tenders=[cash(20)], actor=sale.cashier)

    before = read_every_row()

    for place in fail_at_each_statement(pay):
        assert read_every_row() == before, place

    assert place >= 12
    sale.refresh_from_db()
    assert (sale.status, sale.number) == (Sale.Status.FINALIZED, 1)


def _till_without_shift(sale: Sale) -> Till:
    return Till.objects.create(
        company=sale.company, outlet=sale.till.outlet, code="SPARE", name="Spare"
    )
