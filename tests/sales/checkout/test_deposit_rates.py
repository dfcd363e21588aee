"""Rates of container deposits: those of the tax date, and kept once they are used."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from pos.core.ids import uuid7
from pos.models import ContainerDeposit
from sales.basket.errors import DepositChangedError
from sales.checkout.finalize import finalize_sale
from sales.models import Sale
from sales.refunds.exchange import exchange_sale
from tests.support.deposits import fill, pay
from tests.support.factories import (
    CompanyFactory,
    ProductFactory,
    ShiftFactory,
    make_sale,
    make_shop,
)
from tests.support.refunds import return_lines
from tests.support.tenders import card, cash, take_part

pytestmark = pytest.mark.django_db

BEFORE = datetime(2026, 5, 31, 4, tzinfo=UTC)  # noon in Singapore
AFTER = datetime(2026, 6, 1, 4, tzinfo=UTC)


@pytest.fixture
def shop():
    return make_shop(CompanyFactory(charges_container_deposits=True))


@pytest.fixture
def shift(shop):
    return ShiftFactory(till=shop.tills[0], cashier=shop.staff["owner"])


@pytest.fixture
def can(shop):
    """2.00 with GST 0.17 in it, and a deposit of 0.10."""
    return ProductFactory(company=shop.company, price=Decimal(2), containers=1)


class TestADepositThatMoved:
    @pytest.fixture
    def raised(self, shop):
        ContainerDeposit.objects.create(
            company=shop.company, amount="0.20", valid_from=date(2026, 6, 1)
        )

    @pytest.fixture
    def early(self, shop, shift):
        shift.opened_at = BEFORE.replace(hour=1)
        shift.save(update_fields=["opened_at"])

    def sell(self, shift, can, *, amount, at):
        sale = make_sale(shift, products=[can], at=BEFORE)
        assert sale.payable == Decimal("2.10")
        finalize_sale(uid=sale.uid, tenders=[cash(amount)], actor=sale.cashier, at=at)
        return Sale.objects.get(pk=sale.pk)

    def test_is_that_of_the_tax_date(self, early, raised, shift, can):
        assert self.sell(shift, can, amount="2.10", at=BEFORE).deposits == Decimal(
            "0.10"
        )

    def test_is_said_once_and_then_is_right(self, early, raised, shift, can):
        with pytest.raises(DepositChangedError) as refused:
            self.sell(shift, can, amount="2.10", at=AFTER)

        assert str(refused.value) == (
            f"The deposit on {can.name} has changed from 0.10 to 0.20 since this"
            " basket was filled. Look at the new total before taking payment."
        )
        assert (refused.value.code, refused.value.http_status) == ("stale", 409)
        [sale] = Sale.objects.all()
        assert (sale.payable, sale.revision) == (Decimal("2.20"), 1)
        finalize_sale(
            uid=sale.uid, tenders=[cash("2.20")], actor=sale.cashier, at=AFTER
        )
        sale.refresh_from_db()
        assert sale.deposits == Decimal("0.20")

    def test_in_an_exchange_goes_back_as_it_was_and_is_charged_as_it_is(
        self, early, raised, shift, can
    ):
        sold = self.sell(shift, can, amount="2.10", at=BEFORE)
        new = make_sale(shift, products=[can], at=AFTER)
        assert new.payable == Decimal("2.20")

        refund, sale = exchange_sale(
            refund_uid=uuid7(),
            original=sold.uid,
            lines=return_lines(sold),
            sale_uid=new.uid,
            tenders=[cash("0.10")],
            reason="Dented",
            actor=shift.cashier,
            till=shift.till,
            at=AFTER,
        )

        refund.refresh_from_db()
        sale.refresh_from_db()
        assert (refund.deposits, sale.deposits) == (Decimal("-0.10"), Decimal("0.20"))
        assert refund.due + sale.due == Decimal("0.10")

    def test_of_the_switch_is_looked_up_too(self, shop, shift, can):
        cashier = fill(shift, can)
        shop.company.charges_container_deposits = False
        shop.company.save(update_fields=["charges_container_deposits"])

        with pytest.raises(DepositChangedError):
            pay(cashier, cash("2.10"))

        assert pay(cashier, cash(2)).deposits == 0


class TestWithoutADeposit:
    @pytest.fixture(autouse=True)
    def none_in_force(self, shop):
        shop.company.container_deposits.all().delete()

    def test_in_force_none_is_charged(self, shift, can):
        sale = pay(fill(shift, can), cash(2))

        assert (sale.due, sale.lines.get().containers) == (Decimal("2.00"), 0)

    def test_another_number_of_containers_changes_nothing(self, shift, can):
        cashier = fill(shift, can)
        can.containers = 6
        can.save(update_fields=["containers"])

        assert pay(cashier, cash(2)).deposits == 0


def test_what_was_weighed_has_none_when_its_product_is_a_piece(shift, can):
    can.unit, can.containers = "kg", 0
    can.save(update_fields=["unit", "containers"])
    cashier = fill(shift, can, "0.352")
    can.unit, can.containers = "each", 1
    can.save(update_fields=["unit", "containers"])

    assert pay(cashier, card("0.70")).deposits == 0


def test_part_payments_reach_as_far_as_the_deposit(shift, can):
    cashier = fill(shift, can)
    take_part(cashier.sale, card("2.10"))

    assert pay(cashier).due == Decimal("2.10")


class TestADepositThatWasUsed:
    def test_is_only_followed(self, shop, shift, can):
        pay(fill(shift, can), cash("2.10"))
        [deposit] = shop.company.container_deposits.all()

        for refused in (
            lambda: ContainerDeposit.objects.filter(pk=deposit.pk).update(amount=1),
            deposit.delete,
            lambda: ContainerDeposit.objects.create(
                company=shop.company, amount=1, valid_from=date(2026, 4, 2)
            ),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                refused()
        ContainerDeposit.objects.create(
            company=shop.company, amount=1, valid_from=date(2050, 1, 1)
        )

    def test_is_changed_before(self, shop, shift):
        [deposit] = shop.company.container_deposits.all()
        pay(fill(shift, shop.products[0]), cash(10))

        deposit.amount = Decimal("0.15")
        deposit.save()
