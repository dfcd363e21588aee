"""Restricted goods in a basket: closed at hours, and asked for an age."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from pos.access.errors import NotAllowedError
from pos.models import AuditEntry, Limit, Outlet
from sales.basket.apply import apply_operations
from sales.basket.restrictions import find_question
from sales.models import Sale, SaleOperation
from tests.support.cashier import Cashier
from tests.support.factories import (
    CategoryFactory,
    ProductFactory,
    RestrictionFactory,
    ShiftFactory,
    StaffMemberFactory,
    TillFactory,
)

pytestmark = pytest.mark.django_db

NIGHT = (range(1, 8), "22:30", "07:00")
# In Singapore it is eight hours later.
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
CLOSES = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
OPENS = datetime(2026, 11, 23, 23, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def clock():
    """Noon at the outlet; a test moves it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def alcohol(shift):
    return RestrictionFactory(
        company=shift.company, name="Alcohol", minimum_age=18, hours=[NIGHT]
    )


@pytest.fixture
def beer(shift, alcohol):
    category = CategoryFactory(company=shift.company, restriction=alcohol)
    return ProductFactory(
        company=shift.company, name="Beer", category=category, is_tracked=False
    )


@pytest.fixture
def cigarettes(shift):
    tobacco = RestrictionFactory(company=shift.company, minimum_age=21)
    return ProductFactory(
        company=shift.company, name="Cigarettes", restriction=tobacco, is_tracked=False
    )


def question_of(cashier: Cashier):
    sale = Sale.objects.for_basket().get(uid=cashier.uid)
    outlet = Outlet.objects.select_related("company").get(pk=cashier.till.outlet_id)
    lines = sale.basket_lines
    return find_question(sale, lines, at=sale.read_at, outlet=outlet)


def entries() -> list[tuple[str, dict]]:
    acts = ("age_confirmed", "age_refused", "closed_goods_taken_off")
    found = AuditEntry.objects.filter(act__in=acts).order_by("pk")
    return [(entry.act, entry.content["facts"]) for entry in found]


class TestClosedHours:
    @pytest.mark.parametrize(
        ("at", "is_sold"),
        [
            (CLOSES - SECOND, True),
            (CLOSES, False),
            (OPENS - SECOND, False),
            (OPENS, True),
        ],
    )
    def test_a_scan_goes_by_the_databases_time(self, clock, cashier, beer, at, is_sold):
        clock.move_to(at)

        result = cashier.scan(beer.sku)

        assert result.ok is is_sold
        assert len(cashier.lines) == int(is_sold)

    def test_a_closed_scan_is_refused_in_a_sentence_and_the_rest_is_there(
        self, clock, cashier, beer, product
    ):
        clock.move_to(CLOSES)

        basket = cashier.send(
            *cashier.acts(("add", {"code": beer.sku}), ("add", {"code": product.sku}))
        )

        refused, added = basket.results
        assert refused.code == "closed_now"
        assert refused.message == (
            "Beer is not sold between 22:30 and 07:00. It can be sold again at 07:00."
        )
        assert added.ok
        assert [line.sku for line in cashier.lines] == [product.sku]

    def test_an_operation_that_comes_late_goes_by_when_it_comes(
        self, clock, cashier, beer
    ):
        queued = cashier.acts(("add", {"code": beer.sku}))
        clock.move_to(CLOSES + SECOND)

        [result] = cashier.send(*queued).results

        assert result.code == "closed_now"

    def test_a_product_by_its_tile_is_refused_as_well(self, clock, cashier, beer):
        clock.move_to(CLOSES)

        assert cashier.do("add", product=str(beer.uid)).code == "closed_now"

    def test_more_of_a_line_is_refused_and_less_is_not(self, clock, cashier, beer):
        line = str(cashier.scan(beer.sku, quantity="3").line)
        clock.move_to(CLOSES)

        more = cashier.do("set_quantity", line=line, quantity="4")
        less = cashier.do("set_quantity", line=line, quantity="2")

        assert (more.code, less.ok) == ("closed_now", True)
        assert cashier.lines[0].quantity == 2

    def test_what_was_taken_off_is_not_put_back(self, clock, cashier, beer):
        line = str(cashier.scan(beer.sku).line)
        cashier.do("remove", line=line)
        clock.move_to(CLOSES)

        assert cashier.do("restore", line=line).code == "closed_now"
        assert cashier.lines == []

    def test_a_basket_with_it_is_parked_and_recalled(self, clock, cashier, beer):
        cashier.scan(beer.sku)
        clock.move_to(CLOSES)

        assert cashier.do("park").ok
        assert cashier.do("recall").ok
        assert len(cashier.lines) == 1

    def test_hours_that_end_on_another_day_name_it(self, clock, cashier, shift):
        rule = RestrictionFactory(
            company=shift.company, hours=[([1, 2], "00:00", "00:00")]
        )
        wine = ProductFactory(company=shift.company, name="Wine", restriction=rule)

        assert cashier.scan(wine.sku).message == (
            "Wine is not sold now. It can be sold again on Wednesday at 00:00."
        )

    def test_what_is_never_sold_says_so(self, clock, cashier, shift):
        rule = RestrictionFactory(
            company=shift.company, hours=[(range(1, 8), "00:00", "00:00")]
        )
        wine = ProductFactory(company=shift.company, name="Wine", restriction=rule)

        assert cashier.scan(wine.sku).message == "Wine is not sold at any hour."

    def test_the_clock_is_that_of_the_outlet(self, clock, cashier, shift, beer):
        outlet = cashier.till.outlet
        outlet.time_zone = "Europe/Berlin"
        outlet.save(update_fields=["time_zone"])
        clock.move_to(CLOSES)

        assert cashier.scan(beer.sku).ok

    def test_what_a_command_says_of_another_time_is_not_refused(
        self, clock, cashier, beer
    ):
        basket = apply_operations(
            uid=cashier.uid,
            till=cashier.till,
            operations=cashier.acts(("add", {"code": beer.sku})),
            actor=cashier.actor,
            at=CLOSES + SECOND,
        )

        assert basket.results[0].ok
        assert cashier.lines[0].minimum_age == 0

    def test_nobody_overrides_them(self, clock, cashier, beer, shift):
        owner = StaffMemberFactory(company=shift.company, is_superuser=True)
        cashier.approved_by = owner
        clock.move_to(CLOSES)

        assert cashier.scan(beer.sku).code == "closed_now"


class TestTakingOffWhatHasClosed:
    def test_takes_off_that_and_nothing_else(self, clock, cashier, beer, product):
        cashier.scan(beer.sku)
        cashier.scan(product.sku)
        clock.move_to(CLOSES)
        question = question_of(cashier)
        assert question.names == ("Beer",)
        assert "between 22:30 and 07:00" in str(question.refusal)

        assert cashier.do("take_off_closed").ok

        assert [line.sku for line in cashier.lines] == [product.sku]
        assert question_of(cashier) is None
        assert entries() == [("closed_goods_taken_off", {"sku": [beer.sku]})]

    def test_needs_no_approval_however_many_they_are(self, clock, cashier, beer, shift):
        Limit.objects.filter(role=shift.cashier.role, act="void").update(value=0)
        cashier.scan(beer.sku)
        clock.move_to(CLOSES)

        assert cashier.do("take_off_closed").ok
        assert cashier.lines == []

    def test_does_nothing_while_they_are_sold(self, clock, cashier, beer):
        cashier.scan(beer.sku)

        assert cashier.do("take_off_closed").ok

        assert len(cashier.lines) == 1
        assert entries() == []


class TestAge:
    def test_a_basket_asks_once(self, clock, cashier, beer, product):
        cashier.scan(product.sku)
        assert question_of(cashier) is None
        cashier.scan(beer.sku)
        question = question_of(cashier)
        assert (question.age, question.born_by) == (18, date(2008, 11, 23))

        assert cashier.do("confirm_age", age=18).ok
        cashier.scan(beer.sku)

        assert question_of(cashier) is None

    def test_the_answer_is_in_the_basket_and_in_the_trail(self, clock, cashier, beer):
        cashier.scan(beer.sku)

        cashier.do("confirm_age", age=18)

        sale = cashier.sale
        assert (sale.confirmed_age, sale.age_confirmed_by) == (18, cashier.actor)
        assert sale.age_confirmed_at == NOON
        assert cashier.lines[0].minimum_age == 18
        [(act, facts)] = entries()
        assert (act, facts) == ("age_confirmed", {"age": 18, "born_by": "2008-11-23"})
        entry = AuditEntry.objects.get(act="age_confirmed")
        assert (entry.till, entry.staff_member) == (cashier.till, cashier.actor)
        assert entry.subject_key == str(cashier.uid)

    def test_a_repeat_of_the_answer_counts_once(self, clock, cashier, beer):
        cashier.scan(beer.sku)
        answer = cashier.acts(("confirm_age", {"age": 18}))

        cashier.send(*answer)
        cashier.send(*answer)

        assert len(entries()) == 1

    def test_a_higher_age_is_asked_again(self, clock, cashier, beer, cigarettes):
        cashier.scan(beer.sku)
        cashier.do("confirm_age", age=18)

        cashier.scan(cigarettes.sku)
        assert question_of(cashier).age == 21
        cashier.do("confirm_age", age=21)

        assert question_of(cashier) is None
        assert cashier.sale.confirmed_age == 21

    def test_a_lower_one_is_not(self, clock, cashier, beer, cigarettes):
        cashier.scan(cigarettes.sku)
        cashier.do("confirm_age", age=21)

        cashier.scan(beer.sku)

        assert question_of(cashier) is None

    def test_more_than_is_asked_is_not_kept(self, clock, cashier, beer, product):
        cashier.scan(product.sku)
        cashier.do("confirm_age", age=99)
        assert cashier.sale.confirmed_age == 0
        cashier.scan(beer.sku)

        cashier.do("confirm_age", age=99)

        assert cashier.sale.confirmed_age == 18

    @pytest.mark.parametrize("age", [None, -1, "18", 1.5, True])
    def test_an_age_that_is_none_is_refused(self, clock, cashier, beer, age):
        cashier.scan(beer.sku)

        assert cashier.do("confirm_age", age=age).code == "invalid_operation"

        assert cashier.sale.confirmed_age == 0
        assert entries() == []

    def test_without_it_what_asks_for_it_comes_off(
        self, clock, cashier, beer, cigarettes, product
    ):
        for goods in (beer, cigarettes, product):
            cashier.scan(goods.sku)

        cashier.do("refuse_age", age=21)

        assert [line.name for line in cashier.lines] == ["Beer", product.name]
        assert question_of(cashier).age == 18
        cashier.do("refuse_age", age=18)
        assert [line.name for line in cashier.lines] == [product.name]
        assert entries() == [
            (
                "age_refused",
                {"age": 21, "born_by": "2005-11-23", "sku": [cigarettes.sku]},
            ),
            ("age_refused", {"age": 18, "born_by": "2008-11-23", "sku": [beer.sku]}),
        ]

    def test_what_comes_off_for_an_age_needs_no_approval(
        self, clock, cashier, beer, product, shift
    ):
        Limit.objects.filter(role=shift.cashier.role, act="void").update(value=0)
        cashier.scan(beer.sku)
        cashier.scan(product.sku)

        assert cashier.do("refuse_age", age=18).ok
        assert len(cashier.lines) == 1

    def test_a_refusal_takes_nothing_that_was_checked(
        self, clock, cashier, beer, cigarettes
    ):
        cashier.scan(beer.sku)
        cashier.do("confirm_age", age=18)
        cashier.scan(cigarettes.sku)

        cashier.do("refuse_age", age=0)

        assert [line.name for line in cashier.lines] == ["Beer"]
        assert cashier.sale.confirmed_age == 18

    def test_the_answer_stays_where_the_basket_is_recalled(
        self, clock, cashier, beer, shift
    ):
        cashier.scan(beer.sku)
        cashier.do("confirm_age", age=18)
        cashier.do("park")
        outlet = cashier.till.outlet
        other = ShiftFactory(till=TillFactory(outlet=outlet, company=shift.company))

        there = Cashier(other, uid=cashier.uid)
        assert there.do("recall").ok
        there.scan(beer.sku)

        assert question_of(there) is None
        assert there.sale.age_confirmed_by == cashier.actor

    def test_an_empty_basket_forgets_it(self, clock, cashier, beer):
        """Its customer may have gone: the next one is asked."""
        line = cashier.scan(beer.sku).line
        cashier.do("confirm_age", age=18)

        cleared = cashier.acts(("clear", {}))
        cashier.send(*cleared)

        assert cashier.sale.confirmed_age == 0
        assert cashier.sale.age_confirmed_by is None
        cashier.do("restore", line=str(line))
        assert question_of(cashier).age == 18

    def test_closed_goods_ask_for_no_age(self, clock, cashier, beer):
        cashier.scan(beer.sku)
        clock.move_to(CLOSES)

        cashier.do("confirm_age", age=18)

        assert cashier.sale.confirmed_age == 0

    def test_who_may_not_sell_answers_nothing(self, clock, cashier, beer, shift):
        cashier.scan(beer.sku)
        stranger = StaffMemberFactory(company=shift.company, may=())
        other = Cashier(shift, uid=cashier.uid, actor=stranger)
        acts = SaleOperation.objects.count()

        with pytest.raises(NotAllowedError):
            other.do("confirm_age", age=18)

        assert cashier.sale.confirmed_age == 0
        assert SaleOperation.objects.count() == acts
