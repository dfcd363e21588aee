"""Migrations: each can be applied, reverted and applied again."""

from importlib import import_module

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from pos.access.roles import SHIPPED
from pos.models import Role
from tests.support.factories import ProductFactory, ShiftFactory, make_shop
from tests.support.refunds import sell_products

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


ROLES = "sales.migrations.0025_shipped_roles_have_new_permissions"


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
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())

    assert {of.pk: granted(of) for of in Role.objects.all()} == may
    assert "overdraw_drawer" in may[owner.pk]
    assert "overdraw_drawer" in may[as_shipped.roles.get(code="supervisor").pk]


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


@pytest.mark.django_db(transaction=True)
def test_finished_sales_get_their_tax_date():
    """As where a shop has sold before the column was there."""
    sale = sell_products(ShiftFactory())
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    executor.migrate([("sales", "0018_returned_goods")])

    executor.loader.build_graph()
    executor.migrate(latest)

    sale.refresh_from_db()
    assert sale.tax_date == sale.business_date


@pytest.mark.django_db(transaction=True)
def test_codes_that_only_differed_in_spelling_are_set_apart():
    """As where a shop has one GTIN, or one SKU, in two spellings."""
    older = ProductFactory(sku="kopi")
    newer = ProductFactory(company=older.company, sku="teh")
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    executor.migrate([("pos", "0011_staff_join_at_the_databases_time")])
    codes = [(older, "0036000291452"), (older, "036000291452")]
    codes += [(newer, "00036000291452"), (newer, "PLU7")]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pos_product SET sku = 'KOPI' WHERE sku = 'teh'")
        cursor.executemany(
            "INSERT INTO pos_barcode (company_id, product_id, code)"
            " VALUES (%s, %s, %s)",
            [(older.company_id, product.pk, code) for product, code in codes],
        )

    executor.loader.build_graph()
    executor.migrate(latest)

    newer.refresh_from_db()
    third = newer.barcodes.order_by("pk").first()
    assert [row.code for row in older.barcodes.all()] == ["0036000291452"]
    assert {row.code for row in newer.barcodes.all()} == {
        "PLU7",
        f"00036000291452-{third.pk}",
    }
    assert newer.sku == f"KOPI-{newer.pk}"
