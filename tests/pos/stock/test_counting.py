from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db.models import Sum

from pos.core.errors import (
    DifferentRepeatError,
    FractionalQuantityError,
    InvalidCountError,
    NotOfThisCompanyError,
    ReasonNeededError,
)
from pos.core.ids import uuid7
from pos.models import StockMovement
from pos.stock.errors import NotTrackedError
from tests.support.concurrency import run_together
from tests.support.factories import OutletFactory, ProductFactory
from tests.support.stock import (
    NOON,
    RACE_REPEATS,
    assert_nothing_moved,
    get_on_hand,
    sell,
)


class TestCountStock:
    def test_posts_the_variance_with_its_reason(self, receive, count, product, actor):
        receive()

        movement = count()

        assert get_on_hand(product.sku) == 7
        movement.refresh_from_db()
        assert (movement.kind, movement.quantity, movement.counted) == ("count", -3, 7)
        assert (movement.reason, movement.staff_member) == ("Monthly count", actor)

    def test_records_a_count_that_agrees(self, receive, count, product):
        receive()

        movement = count(counted=Decimal(10))

        assert movement.quantity == 0
        assert get_on_hand(product.sku) == 10

    def test_makes_the_stock_item_on_first_use(self, count, product):
        count()

        assert get_on_hand(product.sku) == 7

    @pytest.mark.no_books_check
    def test_brings_stock_back_from_below_zero(self, count, outlet, product, actor):
        sell(outlet, product, actor, 4)

        assert count().quantity == 11
        assert get_on_hand(product.sku) == 7

    @pytest.mark.no_books_check
    def test_measures_against_the_moment_of_counting(
        self, receive, count, outlet, product, actor
    ):
        """The shelf was counted at noon; two were sold before it was posted."""
        receive(at=NOON - timedelta(hours=1))
        sell(outlet, product, actor, 2, at=NOON + timedelta(minutes=5))

        movement = count(counted=Decimal(9), at=NOON)

        assert movement.quantity == -1
        assert get_on_hand(product.sku) == 7

    @pytest.mark.no_books_check
    def test_counts_once_however_often_it_is_repeated(
        self, count, outlet, product, actor
    ):
        uid = uuid7()
        first = count(uid=uid)
        sell(outlet, product, actor, 2)

        assert count(uid=uid) == first

        assert get_on_hand(product.sku) == 5
        assert StockMovement.objects.filter(kind="count").count() == 1

    @pytest.mark.parametrize("other", ["counted", "reason", "product", "outlet"])
    def test_refuses_other_content_under_the_same_uid(self, count, outlet, other):
        first = count()
        said = {
            "counted": {"counted": Decimal(8)},
            "reason": {"reason": "Another"},
            "product": {"product": ProductFactory(company=outlet.company)},
            "outlet": {"outlet": OutletFactory(company=outlet.company)},
        }[other]

        with pytest.raises(DifferentRepeatError):
            count(uid=first.source, **said)

        assert StockMovement.objects.get() == first

    def test_refuses_the_uid_of_a_delivery(self, receive, count, product):
        receive(uid=(uid := uuid7()))

        with pytest.raises(DifferentRepeatError):
            count(uid=uid)

        assert get_on_hand(product.sku) == 10

    @pytest.mark.parametrize("counted", ["-1", "NaN", "sNaN", "Infinity", "10000000"])
    def test_refuses_what_cannot_be_counted(self, count, counted):
        with pytest.raises(InvalidCountError):
            count(counted=Decimal(counted))

        assert_nothing_moved()

    def test_refuses_half_a_piece(self, count):
        with pytest.raises(FractionalQuantityError):
            count(counted=Decimal("6.5"))

        assert_nothing_moved()

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
    def test_refuses_a_count_without_a_fit_reason(self, count, reason):
        with pytest.raises(ReasonNeededError):
            count(reason=reason)

        assert_nothing_moved()

    def test_refuses_a_product_that_is_not_counted(self, count, outlet):
        with pytest.raises(NotTrackedError):
            count(product=ProductFactory(company=outlet.company, is_tracked=False))

        assert_nothing_moved()

    def test_refuses_another_companys_goods(self, count):
        with pytest.raises(NotOfThisCompanyError):
            count(product=ProductFactory())
        with pytest.raises(NotOfThisCompanyError):
            count(outlet=OutletFactory())

        assert_nothing_moved()


@pytest.mark.django_db(transaction=True)
@pytest.mark.no_books_check
def test_counts_and_sales_leave_the_sum_of_the_movements(
    receive, count, outlet, product, actor
):
    receive()

    for _ in range(RACE_REPEATS):
        run_together(
            *(partial(count, counted=Decimal(n)) for n in (20, 30, 40)),
            *(partial(sell, outlet, product, actor, 1) for _ in range(3)),
        )

        moved = StockMovement.objects.aggregate(sum=Sum("quantity"))["sum"]
        assert get_on_hand(product.sku) == moved
        # Whichever came last: its figure, less what was sold after it.
        assert moved in {n - sold for n in (20, 30, 40) for sold in range(4)}
