"""Migrations: each can be applied, reverted and applied again."""

from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from config.grants import grant_serving
from pos.access.roles import SHIPPED
from pos.models import Company, Role
from sales.checkout.finalize import finalize_sale
from sales.models import SaleLine
from tests.support.cashier import Cashier
from tests.support.factories import (
    BarcodeFactory,
    ProductFactory,
    ShiftFactory,
    make_shop,
)
from tests.support.refunds import sell_products
from tests.support.tenders import cash

APPS = ("sales", "customers", "pos")
OURS = tuple(f"{app}_" for app in APPS) + ("public.",)

# What the schema is made of, apart from names that the database chose.
SHAPE = """
    SELECT 'column', table_name || '.' || column_name,
           concat_ws(' ', data_type, numeric_precision, numeric_scale,
                     character_maximum_length, is_nullable, column_default,
                     generation_expression)
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT 'constraint', conrelid::regclass || '.' || conname,
           pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'index', tablename || '.' || indexname, indexdef
    FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
    FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'function', 'public.' || proname, prosrc FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prolang =
        (SELECT oid FROM pg_language WHERE lanname = 'plpgsql')
    ORDER BY 1, 2, 3
"""


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_migration_has_a_name_that_says_what_it_does():
    loader = MigrationLoader(None)
    numbers: dict[str, list[str]] = {app: [] for app in APPS}
    for app, name in loader.disk_migrations:
        if app in APPS:
            number, _, words = name.partition("_")
            numbers[app].append(number)
            assert words
            assert not words.startswith(("auto", "alter_"))
    for app in APPS:
        assert sorted(numbers[app]) == [
            f"{n:04d}" for n in range(1, len(numbers[app]) + 1)
        ]


@pytest.fixture
def own_database(transactional_db, django_db_blocker):
    """An empty database beside that of the other tests."""
    settings = connection.settings_dict
    shared, own = settings["NAME"], f"{settings['NAME']}_migrations"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{own}"')
        cursor.execute(f'CREATE DATABASE "{own}"')
    connection.close()
    settings["NAME"] = own
    yield
    connection.close()
    settings["NAME"] = shared
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{own}"')


@pytest.mark.exhaustive
@pytest.mark.usefixtures("own_database")
def test_every_migration_can_be_undone_and_applied_again():
    executor = MigrationExecutor(connection)
    everything = executor.loader.graph.leaf_nodes()
    plan = [
        migration
        for migration, _ in executor.migration_plan(everything)
        if migration.app_label in APPS
    ]
    migrate(everything)
    whole = shape()
    steps = []

    for migration in reversed(plan):
        before = shape()
        backwards(migration)
        steps.append((migration, before, shape()))

    for migration, whole_step, undone in reversed(steps):
        assert shape() == undone, migration
        migrate([(migration.app_label, migration.name)])
        assert shape() == whole_step, migration
    migrate(everything)
    assert shape() == whole


def migrate(targets) -> None:
    MigrationExecutor(connection).migrate(targets)


def migrate_to_latest() -> None:
    """Migrate the database of all tests, and grant what the command would.

    A table that was made again is one that the serving role may not use yet.
    """
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    grant_serving(connection, settings.DATABASE_SERVING_ROLE)


def backwards(migration) -> None:
    """Undo this one migration, the last that is still applied."""
    executor = MigrationExecutor(connection)
    node = executor.loader.graph.node_map[migration.app_label, migration.name]
    parents = [
        parent.key for parent in node.parents if parent.key[0] == migration.app_label
    ]
    executor.migrate(parents or [(migration.app_label, None)])


def shape() -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(SHAPE)
        return [row for row in cursor.fetchall() if row[1].startswith(OURS)]


PRICES = "sales.migrations.0033_cashiers_may_ask_for_another_price"
ROLES = "sales.migrations.0025_shipped_roles_have_new_permissions"


@pytest.mark.exhaustive
@pytest.mark.django_db(transaction=True)
def test_shipped_roles_get_permissions_that_are_new():
    """But for those that their owner has changed, and none gets more than that."""
    as_shipped, changed = make_shop().company, make_shop().company
    may = {of.pk: granted(of) for of in Role.objects.all()}
    seller = changed.roles.get(code="supervisor")
    seller.permissions.remove(Permission.objects.get(codename="approve_refund"))
    may[seller.pk] = granted(seller) - {"overdraw_drawer", "view_partpayment"}
    for codename in ("overdraw_drawer", "explain_finding", "view_partpayment"):
        Permission.objects.get(codename=codename).delete()
    (owner,) = changed.roles.filter(code="owner")

    migrate([("sales", "0024_part_payments_are_approved")])
    migrate_to_latest()

    assert {of.pk: granted(of) for of in Role.objects.all()} == may
    assert "overdraw_drawer" in may[owner.pk]
    assert "overdraw_drawer" in may[as_shipped.roles.get(code="supervisor").pk]


@pytest.mark.django_db
def test_cashiers_as_shipped_may_ask_for_another_price():
    """But not where an owner has changed what they may."""
    as_shipped, changed = (make_shop().company.roles.get(code="cashier") for _ in "ab")
    price = Permission.objects.get(codename="override_price")
    for cashier in (as_shipped, changed):
        cashier.permissions.remove(price)
    changed.permissions.remove(Permission.objects.get(codename="void_sale"))

    import_module(PRICES).let_cashiers_ask(apps, None)

    assert "override_price" in granted(as_shipped)
    assert "override_price" not in granted(changed)


def granted(role) -> set[str]:
    return {permission.codename for permission in role.permissions.all()}


def test_a_permission_that_a_role_is_shipped_with_comes_to_roles_made_before():
    """A new one is added here with a migration like the last."""
    of_migration = import_module(ROLES).SHIPPED

    assert of_migration == {
        shipped.code: {
            name
            for name in shipped.permissions
            if not name.partition(".")[2].startswith("view_")
        }
        for shipped in SHIPPED
        if shipped.sees_everything
    }


@pytest.mark.exhaustive
@pytest.mark.django_db(transaction=True)
def test_finished_sales_get_their_tax_date():
    """As where a shop has sold before the column was there."""
    sale = sell_products(ShiftFactory())
    migrate([("sales", "0018_returned_goods")])

    migrate_to_latest()

    sale.refresh_from_db()
    assert sale.tax_date == sale.business_date


@pytest.mark.exhaustive
@pytest.mark.django_db(transaction=True)
def test_codes_that_only_differed_in_spelling_are_set_apart():
    """As where a shop has one GTIN, or one SKU, in two spellings."""
    older = ProductFactory(sku="kopi")
    newer = ProductFactory(company=older.company, sku="teh")
    migrate([("pos", "0011_staff_join_at_the_databases_time")])
    codes = [(older, "0036000291452"), (older, "036000291452")]
    codes += [(newer, "00036000291452"), (newer, "PLU7")]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pos_product SET sku = 'KOPI' WHERE sku = 'teh'")
        cursor.executemany(
            "INSERT INTO pos_barcode (company_id, product_id, code)"
            " VALUES (%s, %s, %s)",
            [(older.company_id, product.pk, code) for product, code in codes],
        )

    migrate_to_latest()

    newer.refresh_from_db()
    third = newer.barcodes.order_by("pk").first()
    assert [row.code for row in older.barcodes.all()] == ["0036000291452"]
    assert {row.code for row in newer.barcodes.all()} == {
        "PLU7",
        f"00036000291452-{third.pk}",
    }
    assert newer.sku == f"KOPI-{newer.pk}"


@pytest.mark.exhaustive
@pytest.mark.django_db(transaction=True)
def test_a_code_that_is_set_apart_becomes_one_that_nothing_else_has():
    older = ProductFactory(sku="kopi")
    newer, long, longer, other = (
        ProductFactory(company=older.company, sku=sku) for sku in "abcd"
    )
    skus = {newer: "KOPI", long: "l" * 64, longer: "L" * 64}
    skus[other] = f"Kopi-{newer.pk}"
    cut = "l" * (63 - len(str(longer.pk)))
    codes = [(8_000_001, older, "036000291452"), (8_000_002, newer, "0036000291452")]
    codes += [(8_000_003, other, "0036000291452-8000002")]
    codes += [(8_000_004, other, f"KOPI-{newer.pk}-2")]
    codes += [(8_000_005, other, f"{cut}-{longer.pk}")]
    migrate([("pos", "0011_staff_join_at_the_databases_time")])
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE pos_product SET sku = %s WHERE id = %s",
            [(sku, product.pk) for product, sku in skus.items()],
        )
        cursor.executemany(
            "INSERT INTO pos_barcode (id, company_id, product_id, code)"
            " VALUES (%s, %s, %s, %s)",
            [(pk, older.company_id, of.pk, code) for pk, of, code in codes],
        )

    migrate_to_latest()

    for product in skus:
        product.refresh_from_db()
    assert (newer.sku, other.sku) == (f"KOPI-{newer.pk}-3", f"Kopi-{newer.pk}")
    assert (long.sku, longer.sku) == ("l" * 64, f"{cut[:-2]}-{longer.pk}-2".upper())
    assert newer.barcodes.get().code == "0036000291452-8000002-2"


@pytest.mark.exhaustive
@pytest.mark.django_db(transaction=True)
def test_lines_with_the_price_of_their_label_are_marked_in_any_language():
    """Also where their sale is finished, and nothing else may change them."""
    shift = ShiftFactory()
    apples = ProductFactory(company=shift.company, unit="kg", price=Decimal("24.90"))
    code = BarcodeFactory(product=apples, code="98888123450125").code
    Company.objects.update(label_value="price")
    finished, in_chinese, other = (Cashier(shift) for _ in range(3))
    for cashier in (finished, in_chinese):
        assert cashier.scan(f"01{code}3922000623").ok
    assert other.scan(code).ok
    finalize_sale(
        uid=finished.uid, tenders=[cash("6.25")], actor=shift.cashier, till=shift.till
    )
    migrate([("sales", "0025_shipped_roles_have_new_permissions")])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sales_saleline SET discount_reason = %s WHERE uid = %s",
            ["标签价格", in_chinese.basket.results[0].line],
        )

    migrate_to_latest()

    lines = SaleLine.objects.order_by("pk")
    amount = Decimal("6.23")
    assert [(line.price_source, line.label_amount) for line in lines] == [
        ("label", amount),
        ("label", amount),
        ("catalogue", None),
    ]
    with pytest.raises(IntegrityError, match="the sale is finalized"):
        finished.sale.lines.update(label_amount=None)
