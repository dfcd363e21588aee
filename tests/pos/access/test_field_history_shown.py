"""Field history as it is shown: in words, a page at a time."""

from decimal import Decimal

import pytest
from django.db import connection

from pos.access.actors import name_actor
from pos.access.field_history import KINDS, PAGE_SIZE, has_history, read_history
from pos.access.set_limits import read_limits, set_limits
from pos.models import FieldChange, Product, Role
from tests.support.factories import (
    CategoryFactory,
    ProductFactory,
    StaffMemberFactory,
)

pytestmark = pytest.mark.django_db

# Limits are in the history of their role, hours in that of their restriction.
PARTS = {"pos.limit", "pos.closedperiod", "pos.voucherexclusion"}
MAY = ("pos.change_product", "pos.change_limit")


@pytest.fixture
def actor(till):
    return StaffMemberFactory(company=till.company, name="Aisha", may=MAY)


def last_key() -> int:
    return FieldChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def test_values_are_shown_in_words(till, actor):
    company = till.company
    product = ProductFactory(
        company=company, category=CategoryFactory(company=company, name="Drinks")
    )
    name_actor(actor)
    for field, value in (
        ("category", CategoryFactory(company=company, name="Cakes")),
        ("is_active", False),
        ("price", Decimal("1234.5")),
        ("tax_code", "ZR"),
        ("cost", Decimal(1)),
    ):
        setattr(product, field, value)
        product.save(update_fields=[field])

    shown = read_history(product, company=company).changes
    assert {one.field: (one.before, one.after) for one in shown} == {
        "Category": ("Drinks", "Cakes"),
        "Active": ("yes", "no"),
        "Price": (shown[2].before, "1,234.50"),
        "Tax code": ("SR: standard-rated", "ZR: zero-rated"),
        "Cost": ("–", "1.00"),
    }
    assert {one.who for one in shown} == {"Aisha"}


def test_limits_and_permissions_are_shown_in_words(till, actor):
    role = Role.objects.create(company=till.company, code="cashier", name="Cashier")
    before = last_key()
    table = read_limits(till.company)
    set_limits(
        company=till.company,
        values={(role.pk, "cash_out"): Decimal(7), (role.pk, "line_percent"): None},
        version=table.version,
        actor=actor,
    )
    role.permissions.set(actor.role.permissions.filter(codename="change_product"))

    shown = read_history(role, company=till.company).changes
    new = FieldChange.objects.filter(pk__gt=before).count()
    assert [(one.field, one.before, one.after) for one in shown[:new]] == [
        ("Permissions", "–", "Can change products"),
        ("Limit: Discount on a line, percent", "as shipped", "no limit"),
        ("Limit: Cash out", "as shipped", "7.00"),
    ]


def test_it_is_paged_by_key_and_takes_as_many_statements_for_any_number(
    till, actor, django_assert_num_queries
):
    product = ProductFactory(company=till.company, price=Decimal(0))
    name_actor(actor, till=till)
    for price in range(1, PAGE_SIZE + 3):
        Product.objects.filter(pk=product.pk).update(price=price)

    with django_assert_num_queries(1):
        first = read_history(product, company=till.company)
    second = read_history(product, company=till.company, before=first.older)

    assert [len(first.changes), len(second.changes)] == [PAGE_SIZE, 2]
    assert (first.changes[0].after, second.changes[-1].before) == ("52.00", "0.00")
    assert second.older is None


def test_what_has_a_history_has_its_trigger():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger JOIN pg_proc"
            " ON pg_proc.oid = tgfoid WHERE proname = tgrelid::regclass::text"
            " || '_write_history'"
        )
        tables = {table.replace("_", ".", 1) for (table,) in cursor.fetchall()}

    assert tables - PARTS == KINDS
    assert has_history(Product)
    assert not has_history(FieldChange)
