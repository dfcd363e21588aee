"""Field history: from, to, who, when and where; by triggers, and for good."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from customers.models import Customer, LoyaltyProgramme
from customers.registration.customer_file import read_customers
from customers.registration.customer_import import import_customers
from customers.registration.register import (
    Details,
    deactivate_customer,
    update_customer,
)
from pos.access.actors import name_actor
from pos.access.audit import recorded_from
from pos.access.field_history import KINDS, read_history
from pos.access.set_limits import read_limits, set_limits
from pos.catalogue.products import update_product
from pos.core.csv_reader import read_table
from pos.core.prepared import Param, PreparedUpdate
from pos.models import (
    AuditEntry,
    Company,
    FieldChange,
    Outlet,
    Product,
    Role,
    StaffMember,
    TaxRate,
    Till,
)
from sales.checkout.finalize import finalize_sale
from tests.support.cashier import Cashier
from tests.support.factories import (
    CustomerFactory,
    LoyaltyProgrammeFactory,
    ProductFactory,
    RoleFactory,
    ShiftFactory,
    StaffMemberFactory,
)
from tests.support.tenders import cash

pytestmark = pytest.mark.django_db

MAY = (
    *("pos.change_product", "pos.change_limit", "customers.change_customer"),
    *("customers.deactivate_customer", "customers.add_customer"),
)


@pytest.fixture
def actor(till):
    return StaffMemberFactory(company=till.company, name="Aisha", may=MAY)


def changes(**filters) -> list[tuple[str, str | None, str | None]]:
    found = FieldChange.objects.filter(**filters).order_by("pk")
    return [(change.field, change.before, change.after) for change in found]


def last_key() -> int:
    """The key of the newest change: fixtures give permissions and limits as well."""
    return FieldChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def execute(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


# --- what is written ---------------------------------------------------------


def test_a_phone_changed_by_a_cashier_at_a_till_shows_from_to_who_and_where(
    till, actor
):
    customer = CustomerFactory(company=till.company, phone="+6591234567")

    update_customer(
        company=till.company,
        uid=customer.uid,
        details=Details(name=customer.name, phone="+6598765432"),
        actor=actor,
        till=till,
    )

    change = FieldChange.objects.get(field="phone")
    assert (change.before, change.after) == ("+6591234567", "+6598765432")
    assert (change.staff_member, change.till) == (actor, till)
    assert (change.kind, change.row_key) == ("customers.customer", customer.pk)
    assert change.is_personal
    entry = AuditEntry.objects.get(act="customer_changed")
    assert (entry.till, entry.staff_member) == (till, actor)


def test_only_what_is_another_is_written(till, actor):
    product = ProductFactory(company=till.company, price=Decimal("4.20"), name="Kopi")
    update_product(product=product, actor=actor, price=Decimal("4.50"), name="Kopi")
    product.refresh_from_db()
    product.save()

    assert changes(kind="pos.product") == [("price", "4.200", "4.500")]


@pytest.mark.parametrize(
    ("model", "field", "before", "after", "written"),
    [
        (Company, "accepted_tenders", ["cash"], ["cash", "card"], '["cash", "card"]'),
        (
            Company,
            "gst_registered_on",
            date(2010, 1, 1),
            date(2011, 1, 1),
            "2011-01-01",
        ),
        (Company, "pin_digits", 6, 4, "4"),
        (Company, "cash_rounding_step", Decimal("0.05"), Decimal("0.1"), "0.100"),
        (Outlet, "name", "Old", "New", "New"),
        (Till, "is_active", True, False, "false"),
        (Product, "cost", None, Decimal("1.5"), "1.500"),
        (TaxRate, "rate", Decimal("0.08"), Decimal("0.09"), "0.09000"),
        (StaffMember, "is_staff", False, True, "true"),
        (LoyaltyProgramme, "point_value", Decimal("0.1"), Decimal("0.2"), "0.200"),
        (Customer, "birthday", date(1990, 8, 9), None, None),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_every_kind_of_row_and_value_is_written(  # noqa: PLR0913
    till, actor, model, field, before, after, written
):
    CustomerFactory(company=till.company)
    LoyaltyProgrammeFactory(company=till.company)
    ProductFactory(company=till.company)
    row = (
        till.company
        if model is Company
        else model.objects.filter(company=till.company).last()
    )
    setattr(row, field, before)
    row.save(update_fields=[field])
    name_actor(actor)
    setattr(row, field, after)
    row.save(update_fields=[field])

    change = FieldChange.objects.filter(field=field).latest("pk")
    assert (change.kind, change.row_key) == (model._meta.label_lower, row.pk)
    assert change.company == till.company
    assert change.after == written
    assert change.staff_member == actor


def test_the_permissions_of_a_role_are_written_as_they_are_given_and_taken(till, actor):
    role = RoleFactory(company=till.company)
    sell, view = (
        StaffMemberFactory(company=till.company, may=[name]).role.permissions.get()
        for name in ("sales.sell", "pos.view_product")
    )
    before = last_key()
    name_actor(actor)

    role.permissions.set([sell, view])
    role.permissions.remove(view)

    assert changes(row_key=role.pk, pk__gt=before) == [
        ("permissions", None, "pos.view_product, sales.sell"),
        ("permissions", "pos.view_product", None),
    ]


def test_a_limit_is_written_with_its_role(till, actor):
    role = Role.objects.create(company=till.company, code="cashier", name="Cashier")
    before = last_key()
    for value in (Decimal(7), None):
        table = read_limits(till.company)
        values = {cell: value for cell in table.values if cell[0] == role.pk}
        only = {(role.pk, "cash_out"): values[role.pk, "cash_out"]}
        set_limits(
            company=till.company, values=only, version=table.version, actor=actor
        )

    assert changes(kind="pos.role", row_key=role.pk, pk__gt=before) == [
        ("limit cash_out", None, "7.000"),
        ("limit cash_out", "7.000", ""),
    ]
    assert {one.staff_member for one in FieldChange.objects.filter(before="7.000")} == {
        actor
    }


def test_what_is_typed_as_sql_names_the_databases_user(till):
    product = ProductFactory(company=till.company)
    execute("SELECT set_config('tillkeeper.actor', '', true)")

    execute("UPDATE pos_product SET price = 99 WHERE id = %s", product.pk)

    [shown] = read_history(product, company=till.company).changes
    assert shown.who == "tillkeeper_owner, in the database"
    assert (shown.field, shown.after) == ("Price", "99.00")


def test_a_command_is_named(till, actor):
    product = ProductFactory(company=till.company)
    with recorded_from("import_products --x (shop)"), transaction.atomic():
        name_actor(None)
        Product.objects.filter(pk=product.pk).update(price=3)

    [shown] = read_history(product, company=till.company).changes
    assert (shown.who, shown.where) == ("A command", "import_products --x (shop)")


def test_somebody_of_another_company_is_named_by_the_text_alone(till):
    stranger = StaffMemberFactory(name="Stranger")
    product = ProductFactory(company=till.company)
    name_actor(stranger)

    Product.objects.filter(pk=product.pk).update(price=3)

    change = FieldChange.objects.get(kind="pos.product")
    assert change.staff_member is None
    assert change.actor_name == "Stranger"


@pytest.mark.django_db(transaction=True)
def test_who_acts_ends_with_the_transaction():
    till = ShiftFactory().till
    actor = StaffMemberFactory(company=till.company)
    product = ProductFactory(company=till.company)
    with transaction.atomic():
        name_actor(actor, till=till)
        Product.objects.filter(pk=product.pk).update(price=3)
    Product.objects.filter(pk=product.pk).update(price=4)

    named, by_hand = FieldChange.objects.filter(kind="pos.product").order_by("pk")
    assert (named.staff_member, named.till) == (actor, till)
    assert (by_hand.staff_member, by_hand.till, by_hand.actor_name) == (None, None, "")


def test_each_line_of_an_import_names_who_imports(till, actor):
    customer = CustomerFactory(company=till.company, code="ADA", name="Ada")
    file = read_customers(read_table(b"code,name\nADA,Ida\n"))

    import_customers(company=till.company, file=file, actor=actor)

    change = FieldChange.objects.get(row_key=customer.pk)
    assert (change.after, change.staff_member) == ("Ida", actor)


# --- what costs nothing ------------------------------------------------------


def test_a_sale_writes_none(till):
    shift = ShiftFactory(till=till)
    LoyaltyProgrammeFactory(company=till.company)
    cashier = Cashier(shift)
    product = ProductFactory(company=till.company, price=Decimal(25))
    customer = CustomerFactory(company=till.company)
    before = FieldChange.objects.count()
    cashier.scan(product.sku)
    cashier.do("attach_customer", customer=str(customer.uid))

    with CaptureQueriesContext(connection) as queries:
        finalize_sale(uid=cashier.uid, tenders=[cash(25)], actor=shift.cashier)

    customer.refresh_from_db()
    assert customer.points_balance > 0
    assert FieldChange.objects.count() == before
    assert not [q for q in queries if "tillkeeper.actor" in q["sql"]]


def read_tracked_columns() -> dict[str, list[str]]:
    """The columns of each table that its trigger names."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, array_agg(attname::text)"
            " FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " JOIN pg_attribute ON attrelid = tgrelid AND attnum = ANY (tgattr)"
            " WHERE proname LIKE '%%_write_history' GROUP BY 1"
        )
        return dict(cursor.fetchall())


def test_no_trigger_runs_for_columns_that_a_sale_writes():
    """A trigger without its list of columns would run in every finalization."""
    columns = read_tracked_columns()
    written = {"customers_customer": "points_balance", "pos_till": "last_chain_no"}

    assert written.keys() <= columns.keys()
    assert all(name not in columns[table] for table, name in written.items())


# What is never changed by hand is no editable field; these are not in any form.
WITHOUT_HISTORY = {"id", "company_id", "password", "last_login"}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_field_that_people_change_has_a_history(kind):
    """A new column is named by the trigger of its table, in a migration."""
    model = apps.get_model(kind)
    changeable = {field.column for field in model._meta.fields if field.editable}

    tracked = read_tracked_columns()[model._meta.db_table]

    assert changeable - WITHOUT_HISTORY == set(tracked)


def test_a_prepared_update_runs_again_and_again(till, actor):
    product = ProductFactory(company=till.company, price=Decimal(1))
    update = PreparedUpdate(
        Product.objects.filter(pk=Param("pk")), price=Param("price")
    )
    for price in range(2, 12):
        name_actor(actor)
        update.run(pk=product.pk, price=Decimal(price))

    of_product = FieldChange.objects.filter(kind="pos.product").order_by("pk")
    assert [one.after for one in of_product] == [f"{n}.000" for n in range(2, 12)]
    assert {one.staff_member for one in of_product} == {actor}


def test_a_bulk_update_is_one_statement_and_one_change_for_each_row(
    till, actor, django_assert_num_queries
):
    ProductFactory.create_batch(30, company=till.company, price=Decimal(1))
    with django_assert_num_queries(2):
        name_actor(actor)
        Product.objects.update(price=Decimal(2))

    assert changes(kind="pos.product") == [("price", "1.000", "2.000")] * 30


# --- what guards it ----------------------------------------------------------


@pytest.fixture
def change(till, actor):
    customer = CustomerFactory(company=till.company, phone="+6591234567")
    deactivate_customer(company=till.company, uid=customer.uid, actor=actor)
    Customer.objects.filter(pk=customer.pk).update(phone="+6598765432")
    return FieldChange.objects.get(field="phone")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO pos_fieldchange (company_id, kind, row_key, field, is_personal,"
        " is_erased, actor_name, source, database_user) SELECT company_id, 'x', 1, 'x',"
        " false, false, '', '', '' FROM pos_till",
        "UPDATE pos_fieldchange SET after = 'x'",
        "UPDATE pos_fieldchange SET after = NULL",
        "UPDATE pos_fieldchange SET staff_member_id = NULL, is_erased = true,"
        " before = NULL, after = NULL WHERE is_personal",
        "UPDATE pos_fieldchange SET is_personal = true, is_erased = true,"
        " before = NULL, after = NULL WHERE NOT is_personal",
        "DELETE FROM pos_fieldchange",
        "TRUNCATE pos_fieldchange",
    ],
)
def test_it_only_grows_by_triggers(change, statement):
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="is permanent"), transaction.atomic():
        execute(statement)


def test_what_is_not_personal_is_not_erased(change):
    with pytest.raises(IntegrityError), transaction.atomic():
        FieldChange.objects.filter(field="is_active").update(
            is_erased=True, before=None, after=None
        )


def test_a_personal_value_is_erased_and_nothing_breaks(till, change):
    customer = Customer.objects.get(pk=change.row_key)

    FieldChange.objects.filter(pk=change.pk).update(
        is_erased=True, before=None, after=None
    )

    shown = read_history(customer, company=till.company).changes[0]
    assert (shown.field, shown.before, shown.after) == ("Phone", "erased", "erased")


@pytest.mark.no_books_check
def test_the_serving_role_writes_it_by_the_triggers_alone(till, actor):
    product = ProductFactory(company=till.company)
    execute("SET LOCAL ROLE tillkeeper_app")

    update_product(product=product, actor=actor, price=Decimal("4.50"))

    assert changes()[-1][2] == "4.500"
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        execute("INSERT INTO pos_fieldchange SELECT * FROM pos_fieldchange")
