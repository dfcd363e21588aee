"""Migration of variance limits: a company's largest variance, and that of its roles."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.db import connection

from pos.models import Company, FieldChange, Limit, Role
from tests.support.factories import make_shop
from tests.test_migrations import migrate, migrate_to_latest

pytestmark = [pytest.mark.exhaustive, pytest.mark.django_db(transaction=True)]


def test_the_largest_variance_of_a_company_is_a_limit_of_its_roles():
    """Who approved differences goes on without one."""
    shop = make_shop()
    helper, approver = (
        Role.objects.create(company=shop.company, code=code, name=code)
        for code in ("helper", "approver")
    )
    approver.permissions.add(Permission.objects.get(codename="approve_variance"))
    before_variance_limits()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pos_company SET variance_max = 7")

    migrate_to_latest()

    assert variance_limits() == [
        (approver.code, "recount", None),
        (approver.code, "variance", None),
        ("cashier", "recount", 0),
        ("cashier", "variance", 7),
        (helper.code, "recount", 0),
        (helper.code, "variance", 7),
    ]
    Company.objects.filter(pk=shop.company.pk).update(lock_minutes=7)
    changes = FieldChange.objects.filter(kind="pos.company").order_by("pk")
    assert list(changes.values_list("field", "after")) == [
        ("variance_max", "7.000"),
        ("lock_minutes", "7"),
    ]


def test_a_variance_limit_never_becomes_what_is_shipped_for_another_role():
    """Not for a supervisor without the permission, nor for 5 yen."""
    shop = make_shop()
    supervisor = shop.company.roles.get(code="supervisor")
    may_approve = Permission.objects.get(codename="approve_variance")
    supervisor.permissions.remove(may_approve)
    before_variance_limits()
    Company.objects.filter(pk=shop.company.pk).update(currency="JPY", currency_places=0)

    migrate_to_latest()

    assert variance_limits() == [
        ("cashier", "recount", 0),
        ("cashier", "variance", 5),
        ("supervisor", "recount", 0),
        ("supervisor", "variance", 5),
    ]


def test_variance_limits_become_the_companys_and_limits_again():
    shop, untouched = make_shop(), make_shop()
    cashier = shop.company.roles.get(code="cashier")
    helper = Role.objects.create(company=shop.company, code="helper", name="Helper")
    for role, value in ((cashier, 9), (helper, 3)):
        Limit.objects.create(
            company=shop.company, role=role, act="variance", value=value
        )

    before_variance_limits()

    with connection.cursor() as cursor:
        cursor.execute("SELECT id, variance_max FROM pos_company ORDER BY id")
        assert cursor.fetchall() == [(shop.company.pk, 9), (untouched.company.pk, 5)]
    assert not FieldChange.objects.filter(field="variance_max").exists()

    migrate_to_latest()
    once = variance_limits()
    migrate([("pos", "0030_history_of_companies")])
    migrate_to_latest()

    assert variance_limits() == once
    assert ("helper", "variance", 9) in once


def before_variance_limits() -> None:
    """Undo that the variance is a limit."""
    migrate([("pos", "0030_history_of_companies")])


def variance_limits() -> list[tuple[str, str, Decimal | None]]:
    rows = Limit.objects.order_by("role__code", "act", "pk")
    return list(rows.values_list("role__code", "act", "value"))
