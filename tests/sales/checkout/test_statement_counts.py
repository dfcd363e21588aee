"""Statement counts: how many each service takes, whatever the basket's size."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pos.core.ids import uuid7
from pos.models import Outlet, Till
from sales.basket.apply import apply_operations
from sales.basket.operations import Operation
from sales.checkout.finalize import finalize_sale
from sales.models import Sale, SaleLine
from sales.refunds.with_receipt import refund_sale
from tests.support.factories import (
    BarcodeFactory,
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ProductFactory,
    ShiftFactory,
    make_sale,
)
from tests.support.refunds import return_lines, sell_products
from tests.support.tenders import card, cash

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shift():
    """With a cashier whose role has been read, as a view does before a service."""
    shift = ShiftFactory()
    shift.cashier.get_all_permissions()
    LoyaltyProgrammeFactory(company=shift.company)
    return shift


def statements(call) -> list[str]:
    """What the call sends to the database inside its one transaction."""
    with CaptureQueriesContext(connection) as queries:
        call()
    sent = [query["sql"] for query in queries]
    assert (sent[0], sent[-1]) == ("BEGIN", "COMMIT")
    assert not any("SAVEPOINT" in sql for sql in sent)
    return sent[1:-1]


class TestFinalizeSale:
    @pytest.mark.parametrize("lines", [1, 5, 40])
    def test_takes_the_same_ten_for_any_number_of_lines(self, shift, lines):
        customer = CustomerFactory(company=shift.company)
        products = ProductFactory.create_batch(lines, company=shift.company)
        # A first sale makes the stock items; the second finds them.
        for _ in range(2):
            sale = make_sale(shift, products=products, customer=customer)
            sent = statements(
                lambda sale=sale: finalize_sale(
                    uid=sale.uid,
                    tenders=[card(5), cash(10 * lines)],
                    actor=shift.cashier,
                )
            )

        assert len(sent) == 10

    def test_takes_two_more_where_stock_moves_for_the_first_time(self, shift):
        sale = make_sale(
            shift, lines=5, customer=CustomerFactory(company=shift.company)
        )

        sent = statements(
            lambda: finalize_sale(uid=sale.uid, tenders=[cash(50)], actor=shift.cashier)
        )

        assert len(sent) == 12

    def test_repeats_in_one(self, shift):
        sale = make_sale(shift)
        finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=shift.cashier)

        sent = statements(
            lambda: finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=shift.cashier)
        )

        assert len(sent) == 1


class TestRefundSale:
    def refunding(self, sale, shift, uid=None):
        return partial(
            refund_sale,
            uid=uid or uuid7(),
            original=sale.uid,
            lines=return_lines(sale, *[1] * sale.line_count),
            reason="broken",
            actor=shift.cashier,
            till=shift.till,
        )

    @pytest.mark.parametrize("lines", [1, 40])
    def test_takes_the_same_eighteen_for_any_number_of_lines(self, shift, lines):
        customer = CustomerFactory(company=shift.company)
        sale = sell_products(shift, lines=lines, quantity=2, customer=customer)

        sent = statements(self.refunding(sale, shift))

        # One of them asks what the drawer should hold, since cash goes out.
        assert len(sent) == 18

    def test_repeats_in_three(self, shift):
        sale, uid = sell_products(shift, quantity=2), uuid7()
        self.refunding(sale, shift, uid)()

        sent = statements(self.refunding(sale, shift, uid))

        assert len(sent) == 3


class TestApplyOperations:
    @pytest.fixture
    def till(self, shift):
        till = Till.objects.select_related("company", "outlet").get(pk=shift.till_id)
        till.outlet.company = till.company
        return till

    def batch(self, shift, size, first_seq=1):
        """Scans of so many products, each new to the basket."""
        return [
            Operation(
                uuid7(),
                seq,
                "add",
                {
                    "code": BarcodeFactory(
                        product__company=shift.company, product__price=Decimal("3.33")
                    ).code
                },
            )
            for seq in range(first_seq, first_seq + size)
        ]

    @pytest.mark.parametrize("size", [1, 40])
    def test_the_first_batch_takes_seven(self, shift, till, size):
        operations = self.batch(shift, size)

        sent = statements(
            lambda: apply_operations(
                uid=uuid7(), till=till, operations=operations, actor=shift.cashier
            )
        )

        assert len(sent) == 7

    @pytest.mark.parametrize("size", [1, 40])
    def test_a_later_batch_takes_four(self, shift, till, size):
        uid = uuid7()
        first, later = self.batch(shift, 40), self.batch(shift, size, first_seq=41)
        again = Operation(uuid7(), 41 + size, "add", first[0].payload)
        apply_operations(uid=uid, till=till, operations=first, actor=shift.cashier)

        sent = statements(
            lambda: apply_operations(
                uid=uid, till=till, operations=[*later, again], actor=shift.cashier
            )
        )

        assert len(sent) == 4

    def test_every_kind_of_act_at_once_takes_eight(self, shift, till):
        """Taking a line off reads the role's limits; a scan does not."""
        uid = uuid7()
        operations = self.batch(shift, 3)
        apply_operations(uid=uid, till=till, operations=operations, actor=shift.cashier)
        customer = CustomerFactory(company=shift.company)
        product = ProductFactory(company=shift.company)
        payloads = [
            ("add", operations[0].payload),
            ("add", {"code": product.sku}),
            ("add", {"product": str(product.uid)}),
            ("set_quantity", {"line": str(operations[1].uid), "quantity": "4"}),
            ("remove", {"line": str(operations[2].uid)}),
            ("restore", {"line": str(operations[2].uid)}),
            ("attach_customer", {"customer": str(customer.uid)}),
            ("note", {"text": "gift"}),
            ("park", {"label": "blue bag"}),
        ]
        acts = [
            Operation(uuid7(), seq, kind, payload)
            for seq, (kind, payload) in enumerate(payloads, start=4)
        ]

        sent = statements(
            lambda: apply_operations(
                uid=uid, till=till, operations=acts, actor=shift.cashier
            )
        )

        assert len(sent) == 8

    def test_a_repeat_takes_three(self, shift, till):
        uid, operations = uuid7(), self.batch(shift, 5)
        apply_operations(uid=uid, till=till, operations=operations, actor=shift.cashier)

        sent = statements(
            lambda: apply_operations(
                uid=uid, till=till, operations=operations, actor=shift.cashier
            )
        )

        assert len(sent) == 3


class TestWhatPagesLoad:
    @pytest.mark.parametrize("lines", [1, 40])
    def test_a_basket_takes_two(self, shift, lines):
        sale = make_sale(shift, lines=lines)

        with CaptureQueriesContext(connection) as queries:
            loaded = Sale.objects.for_basket().get(pk=sale.pk)
            shown = [line.name for line in loaded.basket_lines]
            assert isinstance(loaded.till.outlet, Outlet)

        assert (len(queries), len(shown)) == (2, lines)

    @pytest.mark.parametrize("lines", [1, 40])
    def test_a_receipt_takes_four(self, shift, lines):
        sale = make_sale(shift, lines=lines)
        finalize_sale(uid=sale.uid, tenders=[cash(10 * lines)], actor=shift.cashier)

        with CaptureQueriesContext(connection) as queries:
            loaded = Sale.objects.for_receipt().get(pk=sale.pk)
            shown: list[SaleLine] = loaded.receipt_lines
            assert loaded.fiscal_document.text
            assert loaded.cashier.name
            assert [*loaded.tenders.all(), *loaded.prints.all()]

        assert (len(queries), len(shown)) == (4, lines)
