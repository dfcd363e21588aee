"""Edits of an open basket: change, undo, park, take over."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pos.core.ids import uuid7
from sales.basket.apply import apply_operations
from sales.checkout.finalize import finalize_sale
from sales.models import Sale
from tests.support.cashier import Cashier
from tests.support.factories import (
    CustomerFactory,
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
    make_sale,
)
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(shift, cashier):
    """The uids of three lines: one, two and three of a product at 10.00."""
    products = ProductFactory.create_batch(3, company=shift.company, is_tracked=False)
    return [
        cashier.scan(product.sku, quantity=str(quantity)).line
        for quantity, product in enumerate(products, start=1)
    ]


class TestSetQuantity:
    def test_sets_it_and_prices_the_line(self, cashier, product):
        line = cashier.scan(product.sku).line

        result = cashier.do("set_quantity", line=str(line), quantity="7")

        assert (result.ok, result.line) == (True, line)
        assert (cashier.lines[0].total, cashier.sale.total) == (70, 70)

    @pytest.mark.parametrize(
        "quantity", ["0", "-1", "100000", "0.0004", "NaN", "1e2", "", None]
    )
    def test_refuses_what_is_no_quantity(self, cashier, product, quantity):
        line = cashier.scan(product.sku).line

        result = cashier.do("set_quantity", line=str(line), quantity=quantity)

        assert result.code == "invalid_quantity"
        assert cashier.lines[0].quantity == 1

    def test_refuses_to_guess_it(self, cashier, product):
        line = cashier.scan(product.sku, quantity="4").line

        assert cashier.do("set_quantity", line=str(line)).code == "invalid_quantity"
        assert cashier.lines[0].quantity == 4

    def test_refuses_a_part_of_a_piece(self, cashier, product):
        line = cashier.scan(product.sku).line

        result = cashier.do("set_quantity", line=str(line), quantity="0.5")

        assert result.code == "fractional_quantity"

    def test_refuses_what_no_total_can_hold(self, shift, cashier):
        gold = ProductFactory(
            company=shift.company, price=Decimal("9999999999.99"), is_tracked=False
        )
        line = cashier.scan(gold.sku).line

        result = cashier.do("set_quantity", line=str(line), quantity="6")

        assert result.code == "basket_too_large"
        assert cashier.lines[0].quantity == 1

    def test_finds_lines_of_this_basket_only(self, shift, cashier, product):
        theirs = Cashier(shift)
        line = theirs.scan(product.sku).line
        cashier.scan(product.sku)

        for uid in (line, uuid7()):
            result = cashier.do("set_quantity", line=str(uid), quantity="5")
            assert result.code == "no_such_line"
        assert theirs.lines[0].quantity == 1


class TestRemove:
    def test_takes_the_line_off(self, cashier, full):
        result = cashier.do("remove", line=str(full[1]))

        sale = cashier.sale
        assert (result.ok, result.line) == (True, full[1])
        assert [line.uid for line in cashier.lines] == [full[0], full[2]]
        assert (sale.total, sale.line_count) == (40, 2)

    def test_is_refused_the_second_time(self, cashier, full):
        cashier.do("remove", line=str(full[1]))

        assert cashier.do("remove", line=str(full[1])).code == "no_such_line"

    def test_leaves_the_place_free_for_the_same_product(self, cashier, product):
        line = cashier.scan(product.sku).line
        cashier.do("remove", line=str(line))
        again = cashier.scan(product.sku).line

        assert again != line
        assert [line.uid for line in cashier.lines] == [again]

    def test_of_the_last_line_leaves_an_empty_basket(self, cashier, product):
        line = cashier.scan(product.sku).line
        cashier.do("remove", line=str(line))

        assert (cashier.sale.total, cashier.sale.line_count) == (0, 0)


class TestRestore:
    def test_undoes_a_removal_in_its_place(self, cashier, full):
        cashier.do("remove", line=str(full[1]))

        result = cashier.do("restore", line=str(full[1]))

        assert (result.ok, result.line) == (True, full[1])
        assert [line.uid for line in cashier.lines] == full
        assert cashier.sale.total == 60

    def test_undoes_a_clear_and_not_what_was_removed_before(self, cashier, full):
        cashier.do("remove", line=str(full[0]))
        cleared = cashier.do("clear").uid

        result = cashier.do("restore", operation=str(cleared))

        assert result.ok
        assert [line.uid for line in cashier.lines] == full[1:]

    def test_undoes_one_line_of_a_clear(self, cashier, full):
        cashier.do("clear")

        assert cashier.do("restore", line=str(full[2])).ok
        assert [line.uid for line in cashier.lines] == [full[2]]

    def test_is_refused_where_nothing_was_removed(self, cashier, full):
        for payload in (
            {"line": str(full[0])},
            {"line": str(uuid7())},
            {"operation": str(uuid7())},
        ):
            assert cashier.do("restore", **payload).code == "no_such_line"

    def test_is_refused_where_no_total_could_hold_it(self, shift, cashier):
        gold = ProductFactory(
            company=shift.company, price=Decimal("9999999999.99"), is_tracked=False
        )
        line = cashier.scan(gold.sku, quantity="5").line
        cashier.do("remove", line=str(line))
        cashier.scan(gold.sku, quantity="5")

        assert cashier.do("restore", line=str(line)).code == "basket_too_large"
        assert len(cashier.lines) == 1


class TestClear:
    def test_empties_the_basket(self, cashier, full):
        assert cashier.do("clear").ok
        assert cashier.lines == []
        assert cashier.sale.total == 0

    def test_of_an_empty_basket_is_nothing(self, cashier):
        assert cashier.do("clear").ok

    def test_keeps_the_customer_and_the_note(self, shift, cashier, full):
        customer = CustomerFactory(company=shift.company)
        cashier.do("attach_customer", customer=str(customer.uid))
        cashier.do("note", text="gift")
        cashier.do("clear")

        assert (cashier.sale.customer, cashier.sale.note) == (customer, "gift")


class TestCustomer:
    def test_is_attached_changed_and_detached(self, shift, cashier):
        first, other = CustomerFactory.create_batch(2, company=shift.company)
        for customer in (first, other):
            assert cashier.do("attach_customer", customer=str(customer.uid)).ok
            assert cashier.sale.customer == customer

        assert cashier.do("detach_customer").ok
        assert cashier.sale.customer is None

    def test_of_another_company_is_not_there(self, cashier):
        theirs = CustomerFactory()

        for uid in (theirs.uid, uuid7()):
            result = cashier.do("attach_customer", customer=str(uid))
            assert result.code == "not_found"
        assert cashier.sale.customer is None

    def test_who_is_inactive_is_refused(self, shift, cashier):
        customer = CustomerFactory(company=shift.company, is_active=False)

        result = cashier.do("attach_customer", customer=str(customer.uid))

        assert result.code == "customer_inactive"


class TestNote:
    def test_is_kept_and_taken_back(self, cashier):
        cashier.do("note", text="  ring the bell ")
        assert cashier.sale.note == "ring the bell"

        cashier.do("note", text="")
        assert cashier.sale.note == ""

    def test_holds_no_card_number(self, cashier):
        cashier.do("note", text="gift")

        result = cashier.do("note", text="card 4111 1111 1111 1111")

        assert result.code == "card_number"
        assert "4111" not in result.message
        assert cashier.sale.note == "gift"

    @pytest.mark.parametrize("text", ["x" * 501, "\0", "\ud800", 5, None])
    def test_is_a_text_that_fits(self, cashier, text):
        assert cashier.do("note", text=text).code == "invalid_operation"


class TestPark:
    def test_sets_the_sale_aside(self, cashier, full):
        before = datetime.now(UTC)

        assert cashier.do("park", label="blue bag").ok

        sale = cashier.sale
        assert (sale.status, sale.label) == (Sale.Status.PARKED, "blue bag")
        assert before <= sale.parked_at <= datetime.now(UTC)

    def test_is_refused_for_an_empty_basket(self, cashier, product):
        cashier.do("clear")

        assert cashier.do("park").code == "empty_sale"
        assert cashier.sale.status == Sale.Status.OPEN

    def test_stops_every_other_act(self, shift, cashier, full):
        cashier.do("park")

        for kind, payload in {
            "add": {"code": "x"},
            "set_quantity": {"line": str(full[0]), "quantity": "2"},
            "remove": {"line": str(full[0])},
            "restore": {"line": str(full[0])},
            "clear": {},
            "note": {"text": "x"},
            "park": {},
            "attach_customer": {"customer": str(uuid7())},
            "detach_customer": {},
        }.items():
            assert cashier.do(kind, **payload).code == "sale_not_open", kind
        assert len(cashier.lines) == 3

    def test_names_no_card(self, cashier, full):
        assert cashier.do("park", label="4111111111111111").code == "card_number"
        assert cashier.sale.status == Sale.Status.OPEN


class TestRecall:
    def test_opens_the_sale_again(self, cashier, full):
        cashier.do("park")

        assert cashier.do("recall").ok

        assert (cashier.sale.status, cashier.sale.parked_at) == ("open", None)
        assert cashier.do("note", text="back").ok

    def test_brings_it_to_the_till_and_cashier_that_recalled_it(
        self, shift, cashier, full
    ):
        cashier.do("park")
        there = ShiftFactory(till__outlet=shift.till.outlet)
        colleague = Cashier(there, uid=cashier.uid)

        assert colleague.do("recall").ok

        sale = colleague.sale
        assert (sale.till, sale.cashier) == (there.till, there.cashier)
        sale = finalize_sale(uid=sale.uid, tenders=[cash(60)], actor=there.cashier)
        assert sale.receipt_number.startswith(f"{there.till.code}-S-")
        assert sale.shift == there

    def test_takes_over_what_is_open_elsewhere(self, shift, cashier, full):
        colleague = Cashier(
            ShiftFactory(till__outlet=shift.till.outlet), uid=cashier.uid
        )
        refused = colleague.do("note", text="mine")
        taken = colleague.do("recall")

        assert (refused.code, taken.ok) == ("sale_elsewhere", True)
        assert str(shift.till) in refused.message
        assert cashier.do("note", text="mine").code == "sale_elsewhere"

    def test_of_what_is_open_here_changes_nothing(self, cashier, full):
        assert cashier.do("recall").ok
        assert cashier.sale.status == Sale.Status.OPEN

    def test_finds_nothing_of_another_company(self, cashier, full):
        cashier.do("park")
        stranger = Cashier(ShiftFactory(), uid=cashier.uid)

        stranger.do("recall")

        assert stranger.lines == []
        assert cashier.sale.status == Sale.Status.PARKED

    def test_of_what_was_rung_up_by_a_command_keeps_its_lines(self, shift):
        sale = make_sale(shift, lines=2)
        cashier = Cashier(shift, uid=sale.uid)

        assert cashier.do("note", text="by hand").ok
        assert len(cashier.basket.lines) == 2


def test_another_colleague_may_go_on_at_the_same_till(shift, cashier, product):
    cashier.scan(product.sku)
    colleague = StaffMemberFactory(company=shift.company)

    Cashier(shift, uid=cashier.uid, actor=colleague).scan(product.sku)

    acts = cashier.sale.operations.order_by("seq").values_list(
        "staff_member", flat=True
    )
    assert list(acts) == [shift.cashier.pk, colleague.pk]


def test_the_time_may_be_given(shift, cashier, product):
    past = datetime(2026, 1, 2, 3, tzinfo=UTC)

    apply_operations(
        uid=cashier.uid,
        till=cashier.till,
        operations=cashier.acts(("add", {"code": product.sku})),
        actor=shift.cashier,
        at=past,
    )

    assert cashier.sale.opened_at == past


def test_the_basket_that_is_paid_is_the_one_on_the_screen(shift, cashier, product):
    customer = CustomerFactory(company=shift.company)
    cashier.scan(product.sku, quantity="2")
    cashier.do("attach_customer", customer=str(customer.uid))
    revision = cashier.basket.sale.revision

    sale = finalize_sale(
        uid=cashier.uid, tenders=[cash(20)], actor=shift.cashier, revision=revision
    )

    assert Sale.objects.get(pk=sale.pk).customer == customer
