"""Batches of operations: in order, exactly once, whatever the network does."""

from dataclasses import replace
from functools import partial

import pytest
from django.db import transaction

from pos.core.errors import DomainError, NotOfThisCompanyError
from pos.core.ids import uuid7
from sales.basket.apply import apply_operations
from sales.basket.errors import (
    OperationDiffersError,
    SaleNotOpenError,
    SequenceTakenError,
)
from sales.basket.void import void_sale
from sales.checkout.finalize import finalize_sale
from sales.errors import NoOpenShiftError
from sales.locks import lock_basket
from sales.models import Sale, SaleOperation
from tests.support.books import assert_no_writes, read_every_row
from tests.support.cashier import Cashier
from tests.support.concurrency import run_behind, run_together
from tests.support.connection_loss import fail_at_each_statement
from tests.support.factories import (
    ShiftFactory,
    StaffMemberFactory,
    TillFactory,
)
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db


@pytest.fixture
def scans(cashier, product):
    """Three scans of the product, not sent."""
    return cashier.acts(*[("add", {"code": product.sku})] * 3)


class TestOrder:
    def test_is_that_of_the_numbers(self, cashier, product):
        line = cashier.scan(product.sku).line
        acts = cashier.acts(
            ("set_quantity", {"line": str(line), "quantity": "5"}),
            ("set_quantity", {"line": str(line), "quantity": "2"}),
        )

        basket = cashier.send(*reversed(acts))

        assert basket.lines[0].quantity == 2
        assert basket.acknowledged == [act.uid for act in reversed(acts)]

    def test_rises_by_one_revision_a_batch(self, cashier, scans):
        cashier.send(*scans)

        assert (cashier.sale.revision, cashier.sale.last_seq) == (1, 3)

    def test_waits_where_one_is_missing(self, cashier, scans):
        first, second, third = scans
        cashier.send(first)

        with assert_no_writes():
            waiting = cashier.send(third)
        assert (waiting.acknowledged, waiting.results) == ([], [])

        arrived = cashier.send(second, third)
        assert arrived.acknowledged == [second.uid, third.uid]
        assert arrived.lines[0].quantity == 3

    def test_applies_what_comes_before_the_gap(self, cashier, scans):
        basket = cashier.send(scans[0], scans[2])

        assert basket.acknowledged == [scans[0].uid]
        assert cashier.sale.last_seq == 1

    def test_is_refused_where_the_number_was_used(self, cashier, scans):
        cashier.send(*scans)
        late = replace(scans[0], uid=uuid7(), seq=2)

        with assert_no_writes(), pytest.raises(SequenceTakenError) as refused:
            cashier.send(late)

        assert refused.value.http_status == 409
        assert refused.value.facts == {"next_seq": 4}
        assert cashier.send(replace(late, seq=4)).lines[0].quantity == 4

    def test_is_refused_where_two_have_one_number(self, cashier, scans):
        twin = replace(scans[1], uid=uuid7())

        with pytest.raises(SequenceTakenError):
            cashier.send(*scans, twin)
        assert not SaleOperation.objects.exists()


class TestRepeats:
    def test_change_nothing_and_answer_the_same(self, cashier, scans):
        unknown = replace(scans[2], payload={"code": "4711"})
        first = cashier.send(*scans[:2], unknown)

        with assert_no_writes():
            again = cashier.send(*scans[:2], unknown)

        assert again.results == first.results
        assert again.acknowledged == first.acknowledged
        assert again.sale.revision == first.sale.revision
        assert [line.uid for line in again.lines] == [line.uid for line in first.lines]

    def test_may_come_with_something_new(self, cashier, scans):
        cashier.send(*scans[:2])

        basket = cashier.send(*scans)

        assert basket.acknowledged == [scan.uid for scan in scans]
        assert basket.lines[0].quantity == 3

    def test_inside_one_batch_count_once(self, cashier, scans):
        basket = cashier.send(scans[0], scans[0], scans[1])

        assert basket.lines[0].quantity == 2
        assert basket.acknowledged == [scans[0].uid, scans[1].uid]

    @pytest.mark.parametrize(
        "other",
        [{"kind": "clear"}, {"payload": {"code": "4711"}}, {"payload": {}}],
    )
    def test_with_other_content_are_a_conflict(self, cashier, scans, other):
        changed = replace(scans[0], **other)

        with pytest.raises(OperationDiffersError):
            cashier.send(scans[0], changed)
        cashier.send(*scans)
        with assert_no_writes(), pytest.raises(OperationDiffersError) as refused:
            cashier.send(changed)
        assert refused.value.http_status == 409

    def test_on_another_sale_are_a_conflict(self, shift, cashier, scans):
        cashier.send(*scans)
        other = Cashier(shift)

        with assert_no_writes(), pytest.raises(OperationDiffersError):
            other.send(scans[0])

    def test_in_another_company_are_its_own(self, cashier, scans):
        cashier.send(*scans)
        stranger = Cashier(ShiftFactory())

        assert stranger.send(*scans).results[0].code == "unknown_code"

    def test_may_be_renumbered(self, cashier, scans):
        """What was acknowledged in vain comes again under a later number."""
        cashier.send(*scans)

        with assert_no_writes():
            basket = cashier.send(replace(scans[0], seq=4))

        assert basket.acknowledged == [scans[0].uid]


class TestFinishedMeanwhile:
    @pytest.fixture
    def paid(self, shift, cashier, scans):
        cashier.send(*scans)
        finalize_sale(uid=cashier.uid, tenders=[cash(30)], actor=shift.cashier)
        return cashier

    def test_a_new_act_is_a_conflict(self, paid, product):
        [late] = paid.acts(("add", {"code": product.sku}))

        with assert_no_writes(), pytest.raises(SaleNotOpenError) as refused:
            paid.send(late)

        assert refused.value.http_status == 409
        assert "finalized" in str(refused.value)

    def test_a_repeat_is_answered(self, paid, scans):
        with assert_no_writes():
            assert len(paid.send(*scans).acknowledged) == 3

    def test_a_voided_sale_takes_no_act_either(self, cashier, scans):
        cashier.send(*scans[:2])
        void_sale(uid=cashier.uid, reason="Left the shop", actor=cashier.actor)

        with assert_no_writes(), pytest.raises(SaleNotOpenError):
            cashier.send(*scans)


class TestWhereAndWho:
    def test_a_new_sale_needs_an_open_shift(self, shift, cashier):
        closed = Cashier(shift)
        closed.till = TillFactory(outlet=shift.till.outlet)
        [act] = closed.acts(("note", {"text": "x"}))

        with assert_no_writes(), pytest.raises(NoOpenShiftError):
            closed.send(act)

    def test_a_stranger_has_no_till_here(self, shift, scans):
        stranger = Cashier(shift, actor=StaffMemberFactory())

        with assert_no_writes(), pytest.raises(NotOfThisCompanyError):
            stranger.send(*scans)

    def test_an_empty_batch_opens_an_empty_basket(self, cashier):
        basket = cashier.send()

        assert (basket.results, basket.lines) == ([], [])
        assert basket.sale.revision == 0


def test_a_failure_at_any_statement_leaves_nothing(cashier, scans):
    cashier.send(scans[0])
    before = read_every_row()

    for place in fail_at_each_statement(lambda: cashier.send(*scans)):
        assert read_every_row() == before, place

    assert place >= 6
    assert cashier.lines[0].quantity == 3


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_the_same_first_batch_opens_one_sale(self, cashier, scans):
        for_each = partial(self.send, cashier, scans)

        results = run_together(*[for_each] * 6)

        assert not [result for result in results if isinstance(result, DomainError)]
        assert len({tuple(result.acknowledged) for result in results}) == 1
        assert [result.lines[0].quantity for result in results] == [3] * 6
        assert Sale.objects.count() == 1
        assert SaleOperation.objects.count() == 3

    def test_the_same_later_batch_is_applied_once(self, cashier, product):
        for _ in range(4):
            cashier.scan(product.sku)
            acts = cashier.acts(*[("add", {"code": product.sku})] * 2)
            before = cashier.lines[0].quantity

            run_together(*[partial(self.send, cashier, acts)] * 4)

            assert cashier.lines[0].quantity == before + 2

    def test_two_windows_with_one_number_are_distinguished(self, cashier, product):
        cashier.scan(product.sku)
        windows = [cashier.acts(("add", {"code": product.sku})) for _ in range(2)]

        results = run_together(*[partial(self.send, cashier, acts) for acts in windows])

        assert sum(isinstance(r, SequenceTakenError) for r in results) == 1
        assert cashier.lines[0].quantity == 2

    def test_one_act_on_two_sales_is_on_one_of_them(self, shift, cashier, scans):
        other = Cashier(shift)

        refusal = run_behind(
            partial(self.send, cashier, scans), partial(self.send, other, scans)
        )

        assert isinstance(refusal, OperationDiffersError)
        assert SaleOperation.objects.count() == 3
        assert not Sale.objects.filter(uid=other.uid).exists()

    def test_an_act_behind_the_payment_comes_too_late(self, shift, cashier, product):
        cashier.scan(product.sku)
        acts = cashier.acts(("add", {"code": product.sku}))

        late = run_behind(
            partial(
                finalize_sale, uid=cashier.uid, tenders=[cash(10)], actor=shift.cashier
            ),
            partial(self.send, cashier, acts),
        )

        assert isinstance(late, SaleNotOpenError)
        assert cashier.sale.total == 10

    def test_a_basket_is_found_behind_its_recall_elsewhere(
        self, shift, cashier, product
    ):
        cashier.scan(product.sku)
        there = ShiftFactory(till__outlet=shift.till.outlet)
        colleague = Cashier(there, uid=cashier.uid)
        recall, add = cashier.acts(("recall", {}), ("add", {"code": product.sku}))

        @transaction.atomic
        def lock():
            return lock_basket(cashier.uid, company_id=shift.company_id)

        sale, _ = run_behind(partial(self.send, colleague, [recall]), lock)

        assert sale.till_id == there.till_id
        assert self.send(cashier, [add]).results[0].code == "sale_elsewhere"
        assert colleague.lines[0].quantity == 1

    def test_a_payment_behind_an_act_sees_it(self, shift, cashier, product):
        cashier.scan(product.sku)
        acts = cashier.acts(("add", {"code": product.sku}))

        stale = run_behind(
            partial(self.send, cashier, acts),
            partial(
                finalize_sale,
                uid=cashier.uid,
                tenders=[cash(10)],
                actor=shift.cashier,
                revision=1,
            ),
        )

        assert stale.code == "stale"

    def send(self, cashier, acts):
        return apply_operations(
            uid=cashier.uid,
            till=cashier.till,
            operations=acts,
            actor=cashier.actor,
        )
