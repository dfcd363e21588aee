from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from pos.core.errors import (
    DifferentRepeatError,
    FractionalQuantityError,
    InvalidQuantityError,
    NotOfThisCompanyError,
    ReasonNeededError,
)
from pos.core.ids import uuid7
from pos.models import StockMovement
from pos.stock.errors import NothingReceivedError, NotTrackedError
from tests.support.concurrency import run_together
from tests.support.factories import OutletFactory, ProductFactory
from tests.support.stock import (
    NOON,
    RACE_REPEATS,
    assert_nothing_moved,
    get_on_hand,
    sell,
)


class TestReceiveStock:
    def test_puts_goods_on_stock_with_a_movement_each(
        self, receive, outlet, product, actor
    ):
        rice = ProductFactory(company=outlet.company, unit="kg")
        uid = uuid7()

        movements = receive(
            uid=uid,
            quantities={product.pk: Decimal(12), rice.pk: Decimal("2.505")},
            reason=" Note 4711 ",
            at=NOON,
        )

        assert get_on_hand(product.sku) == 12
        assert get_on_hand(rice.sku) == Decimal("2.505")
        assert [m.source_line for m in movements] == [1, 2]
        kept = StockMovement.objects.get(stock_item__product=rice)
        assert (kept.kind, kept.quantity, kept.source) == (
            "receive",
            Decimal("2.505"),
            uid,
        )
        assert (kept.reason, kept.staff_member, kept.moved_at) == (
            "Note 4711",
            actor,
            NOON,
        )

    def test_adds_to_what_is_there(self, receive, product):
        receive()
        receive(quantities={product.pk: Decimal(5)})

        assert get_on_hand(product.sku) == 15

    def test_moves_once_however_often_it_is_repeated(self, receive, product):
        uid = uuid7()

        first = receive(uid=uid)
        again = receive(uid=uid, at=NOON)

        assert [m.pk for m in again] == [m.pk for m in first]
        assert get_on_hand(product.sku) == 10
        assert StockMovement.objects.count() == 1

    @pytest.mark.parametrize("other", ["quantity", "more", "reason", "outlet"], ids=str)
    def test_refuses_other_content_under_the_same_uid(
        self, receive, outlet, product, other
    ):
        uid = uuid7()
        receive(uid=uid)
        more = ProductFactory(company=outlet.company)
        said = {
            "quantity": {"quantities": {product.pk: Decimal(9)}},
            "more": {"quantities": {product.pk: Decimal(10), more.pk: Decimal(1)}},
            "reason": {"reason": "Another"},
            "outlet": {"outlet": OutletFactory(company=outlet.company)},
        }[other]

        with pytest.raises(DifferentRepeatError):
            receive(uid=uid, **said)

        assert StockMovement.objects.get().quantity == 10

    def test_refuses_the_uid_of_a_count(self, receive, count):
        movement = count()

        with pytest.raises(DifferentRepeatError):
            receive(uid=movement.source)

        assert StockMovement.objects.get() == movement

    @pytest.mark.parametrize(
        "quantity", ["0", "-1", "NaN", "Infinity", "10000000", "1.0001", "1e30"]
    )
    def test_refuses_what_is_no_quantity(self, receive, outlet, quantity):
        weighed = ProductFactory(company=outlet.company, unit="kg")

        with pytest.raises(InvalidQuantityError, match="above zero"):
            receive(quantities={weighed.pk: Decimal(quantity)})

        assert_nothing_moved()

    def test_refuses_half_a_piece(self, receive, product):
        with pytest.raises(FractionalQuantityError, match="whole piece"):
            receive(quantities={product.pk: Decimal("1.5")})

        assert_nothing_moved()

    def test_refuses_an_empty_delivery(self, receive):
        with pytest.raises(NothingReceivedError):
            receive(quantities={})

    def test_refuses_too_long_a_reason(self, receive):
        with pytest.raises(ReasonNeededError, match="200"):
            receive(reason="x" * 201)

        assert_nothing_moved()

    def test_refuses_a_product_that_is_not_counted(self, receive, outlet):
        coffee = ProductFactory(company=outlet.company, is_tracked=False)

        with pytest.raises(NotTrackedError, match="not counted"):
            receive(quantities={coffee.pk: Decimal(1)})

        assert_nothing_moved()

    def test_refuses_another_companys_product_and_moves_none(self, receive, product):
        foreign = ProductFactory()

        with pytest.raises(NotOfThisCompanyError, match="product"):
            receive(quantities={product.pk: Decimal(1), foreign.pk: Decimal(1)})

        assert_nothing_moved()

    def test_refuses_another_companys_outlet(self, receive):
        with pytest.raises(NotOfThisCompanyError, match="outlet"):
            receive(outlet=OutletFactory())

        assert_nothing_moved()


@pytest.mark.django_db
class TestTheLedger:
    def test_fractions_add_up_exactly(self, receive, outlet):
        rice = ProductFactory(company=outlet.company, unit="kg")

        receive(quantities={rice.pk: Decimal("0.1")})
        receive(quantities={rice.pk: Decimal("0.2")})

        assert get_on_hand(rice.sku) == Decimal("0.3")

    @pytest.mark.parametrize(
        ("kind", "counted"), [("count", None), ("receive", 3), ("count", -1)]
    )
    def test_only_a_count_says_what_was_found(self, receive, actor, kind, counted):
        movement = receive()[0]

        with (
            pytest.raises(IntegrityError, match="a_count_says_what_was_found"),
            transaction.atomic(),
        ):
            StockMovement.objects.create(
                company_id=movement.company_id,
                stock_item=movement.stock_item,
                kind=kind,
                counted=counted,
                quantity=1,
                source=uuid7(),
                staff_member=actor,
                moved_at=NOON,
            )

    def test_a_movement_never_changes(self, receive):
        receive()

        with pytest.raises(IntegrityError, match="permanent"), transaction.atomic():
            StockMovement.objects.update(quantity=99)
        with pytest.raises(IntegrityError, match="permanent"), transaction.atomic():
            StockMovement.objects.all().delete()


@pytest.mark.django_db(transaction=True)
class TestTogether:
    @pytest.mark.no_books_check
    def test_the_first_movements_of_a_product_make_one_stock_item(
        self, receive, outlet, product, actor
    ):
        results = run_together(
            *(receive for _ in range(4)),
            *(partial(sell, outlet, product, actor, 1) for _ in range(2)),
        )

        assert not any(isinstance(result, Exception) for result in results)
        assert get_on_hand(product.sku) == 38

    def test_six_repeats_move_once(self, receive, product):
        receive()

        for done in range(1, RACE_REPEATS + 1):
            repeated = partial(receive, uid=uuid7())
            results = run_together(*[repeated] * 6)

            assert len({result[0].pk for result in results}) == 1
            assert get_on_hand(product.sku) == 10 + 10 * done

    def test_one_uid_for_different_goods_moves_one_of_them(self, receive, outlet):
        uid = uuid7()
        products = ProductFactory.create_batch(4, company=outlet.company)

        results = run_together(
            *(
                partial(receive, uid=uid, quantities={p.pk: Decimal(1)})
                for p in products
            )
        )

        refused = [result for result in results if isinstance(result, Exception)]
        assert len(refused) == 3
        assert all(isinstance(result, DifferentRepeatError) for result in refused)
        assert StockMovement.objects.count() == 1
