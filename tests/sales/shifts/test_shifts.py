from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

import pytest

from pos.core.errors import (
    DifferentRepeatError,
    InvalidAmountError,
    NotOfThisCompanyError,
)
from pos.core.ids import uuid7
from sales.cash.errors import AmountTooLargeError
from sales.checkout.finalize import finalize_sale
from sales.errors import NoOpenShiftError
from sales.models import Sale, Shift
from sales.shifts.close import close_shift
from sales.shifts.errors import ShiftClosedError, ShiftOpenError, TillInactiveError
from sales.shifts.open import open_shift
from tests.support.books import assert_no_writes, read_every_row
from tests.support.concurrency import run_behind, run_together
from tests.support.connection_loss import fail_at_each_statement
from tests.support.factories import (
    CompanyFactory,
    ProductFactory,
    ShiftFactory,
    StaffMemberFactory,
    TillFactory,
    grant,
    make_sale,
)
from tests.support.tenders import card, cash, paynow

pytestmark = pytest.mark.django_db

NOT_MONEY = ["-0.01", "NaN", "Infinity", "1e999", "1e9999999", "1e11", "0.001"]


class TestOpenShift:
    @pytest.fixture
    def till(self):
        return TillFactory()

    @pytest.fixture
    def actor(self, till):
        return StaffMemberFactory(company=till.company)

    def open(self, till, actor, opening_float="200.00", **details):
        return open_shift(
            uid=details.pop("uid", None) or uuid7(),
            till=till,
            opening_float=Decimal(opening_float),
            actor=actor,
            **details,
        )

    def test_lets_the_till_sell(self, till, actor):
        moment = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)

        shift = self.open(till, actor, at=moment)

        shift.refresh_from_db()
        assert shift.is_open
        assert (shift.till, shift.cashier, shift.opening_float) == (till, actor, 200)
        # Half past midnight in Singapore.
        assert shift.business_date == date(2026, 11, 23)
        sale = make_sale(shift)
        finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=actor)

    def test_may_begin_without_a_float(self, till, actor):
        assert self.open(till, actor, "0").opening_float == 0

    def test_repeated_changes_nothing(self, till, actor):
        uid = uuid7()
        shift = self.open(till, actor, "200", uid=uid)

        with assert_no_writes():
            again = self.open(till, actor, "200.00", uid=uid)

        assert again.pk == shift.pk

    def test_repeated_after_the_close_does_not_open_again(self, till, actor):
        uid = uuid7()
        shift = self.open(till, actor, uid=uid)
        close_shift(uid=uid, counted_cash=Decimal(200), actor=actor)

        with assert_no_writes():
            again = self.open(till, actor, uid=uid)

        assert again.pk == shift.pk
        assert not again.is_open

    def test_repeated_with_other_content_is_a_conflict(self, till, actor):
        uid = uuid7()
        self.open(till, actor, uid=uid)
        other = TillFactory(outlet=till.outlet)

        for at, opening_float in ((till, "150.00"), (other, "200.00")):
            with assert_no_writes(), pytest.raises(DifferentRepeatError) as refused:
                self.open(at, actor, opening_float, uid=uid)
            assert refused.value.http_status == 409

    def test_is_refused_while_one_is_open(self, till, actor):
        self.open(till, actor)

        with assert_no_writes(), pytest.raises(ShiftOpenError):
            self.open(till, actor)

    def test_is_possible_again_after_the_close(self, till, actor):
        shift = self.open(till, actor)
        close_shift(uid=shift.uid, counted_cash=Decimal(200), actor=actor)

        assert self.open(till, actor).is_open

    def test_is_refused_at_a_till_that_is_not_in_use(self, till, actor):
        till.is_active = False
        till.save(update_fields=["is_active"])

        with assert_no_writes(), pytest.raises(TillInactiveError):
            self.open(till, actor)

    def test_is_refused_at_another_companys_till(self, till):
        stranger = StaffMemberFactory()

        with assert_no_writes(), pytest.raises(NotOfThisCompanyError):
            self.open(till, stranger)

    def test_is_refused_with_a_float_that_nobody_means(self, till, actor):
        with (
            assert_no_writes(),
            pytest.raises(AmountTooLargeError, match="at most 100,000"),
        ):
            self.open(till, actor, "888812345.01")

    def test_takes_what_thousands_are_in_its_currency(self):
        till = TillFactory(outlet__company=CompanyFactory(currency="IDR"))
        actor = StaffMemberFactory(company=till.company)

        with assert_no_writes(), pytest.raises(AmountTooLargeError):
            self.open(till, actor, "888812345.01")

        assert self.open(till, actor, "2500000").opening_float == 2_500_000

    def test_takes_any_sum_where_the_notes_are_not_known(self):
        till = TillFactory(outlet__company=CompanyFactory(currency="IRR"))
        actor = StaffMemberFactory(company=till.company)

        assert self.open(till, actor, "300000000").is_open

    def test_takes_whatever_a_file_says_of_the_past(self, till, actor):
        moment = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)

        assert self.open(till, actor, "250000", at=moment).opening_float == 250_000

    @pytest.mark.parametrize("amount", NOT_MONEY)
    def test_is_refused_with_a_float_that_is_not_money(self, till, actor, amount):
        with assert_no_writes(), pytest.raises(InvalidAmountError):
            self.open(till, actor, amount)


class TestCloseShift:
    @pytest.fixture
    def shift(self):
        """With a float of 100.00."""
        return ShiftFactory()

    def close(self, shift, counted="100.00", **details):
        return close_shift(
            uid=shift.uid,
            counted_cash=Decimal(counted),
            actor=details.pop("actor", shift.cashier),
            **{"variance_reason": "Wrong change given"} | details,
        )

    def sell(self, shift, price, *tenders):
        product = ProductFactory(company=shift.company, price=Decimal(price))
        sale = make_sale(shift, products=[product])
        finalize_sale(uid=sale.uid, tenders=tenders, actor=shift.cashier)

    def test_expects_the_float_and_the_cash_net_of_change(self, shift):
        self.sell(shift, "23.45", cash(50))
        self.sell(shift, "10.02", cash(20))  # 10.00 after rounding down
        self.sell(shift, "17.63", card(10), cash(10))  # 7.60 in cash
        self.sell(shift, "9.90", paynow("9.90"))
        make_sale(shift)

        closed = self.close(shift, "140.00")

        assert closed.expected_cash == Decimal("141.05")
        assert closed.variance == Decimal("-1.05")

    def test_says_who_counted_and_when(self, shift):
        supervisor = StaffMemberFactory(company=shift.company)
        moment = datetime(2026, 11, 23, 14, tzinfo=UTC)

        self.close(shift, actor=supervisor, at=moment)

        shift.refresh_from_db()
        assert not shift.is_open
        assert (shift.closed_by, shift.closed_at) == (supervisor, moment)
        assert (shift.counted_cash, shift.variance) == (100, 0)

    def test_counts_only_its_own_sales(self, shift):
        self.sell(shift, "20.00", cash(20))
        self.close(shift, "120.00")
        next_shift = ShiftFactory(till=shift.till)
        other = ShiftFactory(till__outlet=shift.till.outlet)
        self.sell(other, "50.00", cash(50))
        self.sell(next_shift, "30.00", cash(30))

        assert self.close(next_shift, "130.00").expected_cash == 130

    def test_parks_what_is_still_in_the_basket(self, shift):
        sale, empty = make_sale(shift), make_sale(shift, lines=0)
        elsewhere = make_sale(ShiftFactory(till__outlet=shift.till.outlet))
        moment = datetime(2026, 11, 23, 14, tzinfo=UTC)

        self.close(shift, at=moment)

        parked = Sale.objects.get(pk=sale.pk)
        assert (parked.status, parked.parked_at) == (Sale.Status.PARKED, moment)
        assert parked.revision == sale.revision + 1
        for other in (empty, elsewhere):
            other.refresh_from_db()
            assert other.status == Sale.Status.OPEN

    def test_stops_the_till_from_selling_until_the_next_shift(self, shift):
        sale = make_sale(shift)
        self.close(shift)

        with pytest.raises(NoOpenShiftError):
            finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=shift.cashier)

        next_shift = ShiftFactory(till=shift.till)
        finalize_sale(uid=sale.uid, tenders=[cash(10)], actor=shift.cashier)
        sale.refresh_from_db()
        assert sale.shift == next_shift

    def test_repeated_changes_nothing(self, shift):
        self.close(shift, "99.00")

        with assert_no_writes():
            again = self.close(shift, "99")

        assert (again.pk, again.variance) == (shift.pk, -1)

    def test_with_another_count_is_refused(self, shift):
        self.close(shift)

        with assert_no_writes(), pytest.raises(ShiftClosedError) as refused:
            self.close(shift, "100.05")

        assert refused.value.http_status == 409

    def test_of_another_company_is_not_there(self, shift):
        stranger = StaffMemberFactory()

        with assert_no_writes(), pytest.raises(NotOfThisCompanyError):
            self.close(shift, actor=stranger)

    def test_with_a_count_that_nobody_means_is_refused(self, shift):
        with assert_no_writes(), pytest.raises(AmountTooLargeError):
            self.close(shift, "888812345.01")

    def test_out_of_a_file_may_have_held_any_sum_and_is_known_again(self, shift):
        closing = {"at": shift.opened_at, "variance_reason": "Bundles of notes"}
        grant(shift.cashier.role, ["sales.approve_variance"])
        closed = self.close(shift, "150000", **closing)

        assert self.close(shift, "150000") == closed

    @pytest.mark.parametrize("counted", NOT_MONEY)
    def test_with_a_count_that_is_not_money_is_refused(self, shift, counted):
        with assert_no_writes(), pytest.raises(InvalidAmountError):
            self.close(shift, counted)


class TestAFailure:
    def test_at_any_statement_of_a_close_leaves_nothing(self):
        shift = ShiftFactory()
        make_sale(shift)
        before = read_every_row()

        for place in fail_at_each_statement(
            lambda: close_shift(
                uid=shift.uid, counted_cash=Decimal(100), actor=shift.cashier
            )
        ):
            assert read_every_row() == before, place

        assert place >= 6
        assert not Shift.objects.open().exists()
        assert Sale.objects.parked().count() == 1

    def test_at_any_statement_of_an_opening_leaves_nothing(self):
        till = TillFactory()
        actor = StaffMemberFactory(company=till.company)
        before = read_every_row()

        for place in fail_at_each_statement(
            lambda: open_shift(
                uid=uuid7(), till=till, opening_float=Decimal(1), actor=actor
            )
        ):
            assert read_every_row() == before, place

        assert Shift.objects.open().count() == 1


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_two_opens_are_one_shift(self):
        till = TillFactory()
        actor = StaffMemberFactory(company=till.company)

        results = run_together(
            *[
                lambda: open_shift(
                    uid=uuid7(), till=till, opening_float=Decimal(100), actor=actor
                )
            ]
            * 6
        )

        assert sum(isinstance(result, ShiftOpenError) for result in results) == 5
        assert Shift.objects.open().count() == 1

    def test_the_same_open_twice_is_one_shift(self):
        till = TillFactory()
        actor = StaffMemberFactory(company=till.company)
        uid = uuid7()

        results = run_together(
            *[
                lambda: open_shift(
                    uid=uid, till=till, opening_float=Decimal(100), actor=actor
                )
            ]
            * 6
        )

        assert {result.uid for result in results} == {uid}

    def test_one_uid_at_two_tills_is_one_shift(self):
        first = TillFactory()
        tills = [first, TillFactory(outlet=first.outlet)]
        actor = StaffMemberFactory(company=first.company)
        uid = uuid7()

        refusal = run_behind(
            *[
                partial(
                    open_shift,
                    uid=uid,
                    till=till,
                    opening_float=Decimal(100),
                    actor=actor,
                )
                for till in tills
            ]
        )

        assert isinstance(refusal, DifferentRepeatError)
        assert Shift.objects.get().till == first

    def test_two_counts_close_it_once(self):
        shift = ShiftFactory()

        results = run_together(
            *[
                lambda counted=counted: close_shift(
                    uid=shift.uid,
                    counted_cash=Decimal(counted),
                    actor=shift.cashier,
                    variance_reason="Wrong change given",
                )
                for counted in range(100, 106)
            ]
        )

        assert sum(isinstance(result, ShiftClosedError) for result in results) == 5
