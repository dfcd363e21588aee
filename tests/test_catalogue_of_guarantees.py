"""Guarantees of the database: of every table, read from its system catalogue.

A table, a column or a key that was forgotten is found here.
"""

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.utils.timezone import now
from psycopg import errors

from pos.core.fields import CompanyForeignKey
from pos.models import Attempt, AttemptKind, Company, ContainerDeposit
from sales.books import catalogue
from sales.books.every import CHECKS
from sales.books.proof import Proof, save_proof
from sales.books.run import Outcome
from tests.sales.books.shop import make_traded_shop
from tests.support.factories import (
    CompanyFactory,
    LoyaltyProgrammeFactory,
    ShiftFactory,
)
from tests.support.file_scoped_shop import file_scoped

# Triggers are off in the shop, so that each constraint is reached.
pytestmark = [pytest.mark.django_db, pytest.mark.no_books_check]

OWNED = [
    model
    for model in apps.get_models()
    if model._meta.app_label in {"pos", "customers", "sales"}
    and any(field.name == "company" for field in model._meta.fields)
]
TABLES = {model._meta.db_table: model for model in OWNED}

# Rows that are only ever added: whatever is not kept up to date by name.
LEDGERS = set(catalogue.list_ledgers())
KEPT = LEDGERS | catalogue.FINISHED_ONE_DAY

# Unique over the whole installation, and why.
WIDER = {
    ("pos_staffmember", "username"),  # nobody has said a company when they sign in
    ("pos_staffmember", "uid"),
    ("customers_loyaltyprogramme", "company_id"),
    # Keys that are one company's already.
    ("pos_auditpersonal", "entry_id"),
    ("pos_pin", "person_id"),
    *(("sales_fiscaldocument", "sale_id"), ("sales_fiscaldocument", "till_id")),
    ("sales_fiscaldocument", "z_report_id"),
    ("sales_zreport", "shift_id"),
    ("sales_sale", "exchanged_for_id"),
    ("sales_tenderconfirmation", "tender_id"),
    *(("sales_partpayment", "taken_id"), ("sales_partpayment", "tender_id")),
    *(("sales_saleline", "sale_id"), ("sales_saleoperation", "sale_id")),
    *(("sales_tender", "sale_id"), ("sales_receiptprint", "sale_id")),
}

KEYS = [
    (model._meta.db_table, field.column, field.related_model._meta.db_table)
    for model in OWNED
    for field in model._meta.concrete_fields
    if isinstance(field, models.ForeignKey) and field.related_model in OWNED
]
NUMERIC = [
    (model._meta.db_table, field.column)
    for model in [*OWNED, Company]
    for field in model._meta.concrete_fields
    if isinstance(field, models.DecimalField) and not field.generated
]

# What else a row needs to get as far as the key.
A_REFUND = ", kind='refund', number=99, total=0, net_total=0, approved_by_id=cashier_id"
ENDING = ", amount = -1, taken_id = (SELECT max(id) FROM sales_partpayment other"
ENDING += " WHERE other.company_id = sales_partpayment.company_id)"
AN_AGE = ", confirmed_age = 18, age_confirmed_at = now()"
NUMBERED = [("saleline_sale", "position"), ("tender_sale", "position")]
NUMBERED += [("saleoperation_sale", "seq"), ("receiptprint_sale", "copy_number")]
NUMBERED += [("fiscaldocument_till", "chain_no")]
A_VOID = ", status = 'voided', void_reason = 'Left', voided_at = now(), rounding = 0"
for column in ["number", "receipt_number", "finalized_at", "business_date", "tax_date"]:
    A_VOID += f", {column} = NULL"
BESIDES = {
    "sales_sale_age_confirmed_by_of_company": AN_AGE,
    "sales_sale_voided_by_of_company": A_VOID,
    "sales_sale_voided_after_of_company": A_VOID
    + ", shift_id = NULL, voided_by_id = cashier_id",
    "points_once_per_source": ", reason = 'A gift', amount_per_point = NULL",
    "sales_sale_exchanged_for_of_company": A_REFUND,
    "sales_saleline_original_line_of_company": ", quantity = -1, is_restocked = true,"
    " list_amount = 0, line_discount = 0, sale_discount = 0, points_discount = 0,"
    " total = 0, net_total = 0, refunded_quantity = 0, refunded_total = 0",
    "sales_sale_original_of_company": A_REFUND,
    **{f"sales_{key}_of_company": f", {number} = 99" for key, number in NUMBERED},
    "sales_saleline_priced_by_of_company": ", price_source='override',"
    " price_reason = 'x'",
    "sales_partpayment_approved_by_of_company": ", event = 'given_back'" + ENDING,
    "sales_fiscaldocument_z_report_of_company": ", kind = 'z_report', sale_id = NULL",
    "sales_partpayment_taken_of_company": ", event = 'given_back', amount = -1",
    "sales_partpayment_tender_of_company": ", event = 'used'" + ENDING,
    "pos_attempt_person_of_company": ", name_hash = ''",
    "chain_never_forks": ", chain_no = 99",
}


def ask(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def refusal_of(sql):
    """How the database refuses it: the error, and the constraint that it names."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return type(error.__cause__), error.__cause__.diag.constraint_name
    return "taken", sql


def a_company() -> Company:
    company = CompanyFactory()
    LoyaltyProgrammeFactory(company=company)
    for day in ("2050-01-01", "2051-01-01"):
        ContainerDeposit.objects.create(company=company, amount=1, valid_from=day)
        shop = make_traded_shop(company)
        Attempt.objects.create(
            company=company,
            kind=AttemptKind.APPROVAL,
            person=shop.actor,
            till=shop.till,
            tried_at=now(),
        )
        proof = Proof([Outcome(CHECKS[0])], now(), started_by="a test")
        save_proof(proof=proof, companies=[company])
    return company


two_companies = file_scoped(lambda: (a_company(), a_company()))


@pytest.fixture
def shop(two_companies, db):
    """Two companies with two rows and more in every table."""
    first, second = two_companies
    # Until here everything was as the services make it.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL lock_timeout = '60s'")  # for autovacuum to end
        for table in TABLES | {"pos_company": Company}:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        # A Z report may be named once; here is one that is not named yet.
        cursor.execute(
            "DELETE FROM sales_fiscaldocument WHERE z_report_id ="
            f" (SELECT max(id) FROM sales_zreport WHERE company_id = {second.pk})"
        )
    return SimpleNamespace(company=first, other=second)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_table_of_a_company_has_the_key_that_others_name(table):
    found = ask(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype = 'u'",
        table,
    )

    assert ("UNIQUE (company_id, id)",) in found


@pytest.mark.parametrize(("table", "column", "target"), KEYS)
def test_every_key_between_tables_of_a_company_holds_the_company(table, column, target):
    found = ask(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype = 'f' AND convalidated",
        table,
    )

    definition = (
        f"FOREIGN KEY (company_id, {column}) REFERENCES {target}(company_id, id)"
    )
    assert (definition,) in found


def test_every_key_between_tables_of_a_company_is_declared_as_one():
    """And nothing else is: only these have a composite key in the database."""
    declared = {
        (model._meta.db_table, field.column, field.related_model._meta.db_table)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, CompanyForeignKey) and field.name != "company"
    }

    assert declared == set(KEYS)


def test_every_company_that_a_row_names_is_there():
    """By a key to the company; or to a row that has one, and cannot be missing."""
    keys = ask(
        "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)"
        " AND confrelid::regclass::text = ANY(%s)"
        " AND (SELECT bool_and(attnotnull OR attname = 'company_id')"
        "      FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey))",
        list(TABLES),
        ["pos_company", *TABLES],
    )
    guarded = {"pos_company"}
    while more := {own for own, named in keys if named in guarded} - guarded:
        guarded |= more

    assert guarded - {"pos_company"} == set(TABLES)


def test_no_table_of_a_company_is_missing_here():
    """A table with a company_id belongs to a model, whatever made it."""
    found = ask(
        "SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'company_id'"
    )

    assert {table for (table,) in found} == set(TABLES)


def test_no_foreign_key_of_the_database_leaves_the_company_out():
    found = ask(
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)"
        " AND confrelid::regclass::text = ANY(%s)"
        " AND pg_get_constraintdef(oid) NOT LIKE 'FOREIGN KEY (company_id, %%'",
        list(TABLES),
        list(TABLES),
    )

    assert found == []


def test_no_row_names_another_companys(shop):
    refusals = {
        f"{table}_{column.removesuffix('_id')}_of_company": refusal_of(
            f"UPDATE {table} SET {column} = (SELECT max(id) FROM {target}"
            f" WHERE company_id = {shop.other.pk})"
            + BESIDES.get(f"{table}_{column.removesuffix('_id')}_of_company", "")
            + f" WHERE id = (SELECT min(id) FROM {table}"
            f" WHERE company_id = {shop.company.pk})"
        )
        for table, column, target in KEYS
    }

    assert refusals == {name: (errors.ForeignKeyViolation, name) for name in refusals}


def test_every_row_has_its_company(shop):
    refusals = {
        table: refusal_of(f"UPDATE {table} SET company_id = NULL")
        for table in TABLES
        # The installation's administrator has none, nor a name that is nobody's.
        if table not in {"pos_staffmember", "pos_attempt"}
    }

    assert refusals == dict.fromkeys(refusals, (errors.NotNullViolation, None))


def test_no_number_is_not_a_number(shop):
    refusals = {
        (table, column): refusal_of(f"UPDATE {table} SET {column} = 'NaN'")[0]
        for table, column in NUMERIC
    }

    assert refusals == dict.fromkeys(refusals, errors.CheckViolation)


def test_no_number_is_infinite(shop):
    refusals = {
        (table, column): refusal_of(f"UPDATE {table} SET {column} = 'Infinity'")[0]
        for table, column in NUMERIC
    }

    assert refusals == dict.fromkeys(refusals, errors.NumericValueOutOfRange)


def test_every_unique_key_begins_with_the_company():
    found = ask(
        "SELECT indrelid::regclass::text, pg_get_indexdef(indexrelid, 1, true)"
        " FROM pg_index WHERE indisunique AND NOT indisprimary"
        " AND indrelid::regclass::text = ANY(%s)",
        list(TABLES),
    )

    wider = {
        (table, column)
        for table, column in found
        if column != "company_id" or (table, column) in WIDER
    }
    assert wider == WIDER


def plain_unique_keys():
    """Each unique key of columns over all rows, as (table, name, columns)."""
    return [
        (model._meta.db_table, constraint.name, [*{*constraint.fields} - {"company"}])
        for model in OWNED
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        and constraint.fields
        and constraint.condition is None
    ]


def written_column(table, name):
    """The column that is written for this one: what a key is generated from."""
    field = TABLES[table]._meta.get_field(name)
    if field.generated:
        [source] = field.expression.get_source_expressions()
        return source.name
    return field.column


def test_no_two_rows_of_a_company_share_a_key(shop):
    refusals = {}
    for table, name, fields in plain_unique_keys():
        columns = ", ".join(written_column(table, field) for field in fields)
        mine = f"FROM {table} WHERE company_id = {shop.company.pk}"
        if name.startswith("receipt_number"):
            mine += " AND status = 'finalized'"
        if name == "audit_number_once_per_till":
            mine += " AND till_id IS NOT NULL"
        refusals[name] = refusal_of(
            f"UPDATE {table} SET ({columns}) = (SELECT {columns} {mine}"
            f" ORDER BY id LIMIT 1){BESIDES.get(name, '')}"
            f" WHERE id = (SELECT max(id) {mine})"
        )

    assert len(refusals) > 20
    assert refusals == {name: (errors.UniqueViolation, name) for name in refusals}


def test_a_till_has_one_open_shift():
    shift = ShiftFactory()

    with (
        pytest.raises(IntegrityError, match="one_open_shift_per_till"),
        transaction.atomic(),
    ):
        ShiftFactory(till=shift.till)


@pytest.mark.parametrize("table", sorted(KEPT))
@pytest.mark.parametrize("event", ["UPDATE", "DELETE", "TRUNCATE"])
def test_what_is_kept_has_a_trigger_that_keeps_it(table, event):
    bit = {"UPDATE": 16, "DELETE": 8, "TRUNCATE": 32}[event]
    found = ask(
        "SELECT tgname, tgqual IS NULL, tgenabled, proname FROM pg_trigger"
        " JOIN pg_proc ON pg_proc.oid = tgfoid"
        " WHERE tgrelid = %s::regclass AND tgtype & %s <> 0 AND tgtype & 2 <> 0"
        " AND proname LIKE 'forbid_change%%'",
        table,
        bit,
    )

    assert found
    if table in LEDGERS or event == "TRUNCATE":
        assert any(is_always for _, is_always, _, _ in found)
    assert all(enabled == "O" for _, _, enabled, _ in found)


def test_whatever_is_not_kept_up_to_date_is_a_ledger():
    """A new table of a company is permanent, or is named as master data."""
    found = ask(
        "SELECT tgrelid::regclass::text FROM pg_trigger"
        " JOIN pg_proc ON pg_proc.oid = tgfoid"
        " WHERE proname = 'forbid_change' AND tgqual IS NULL"
        " AND tgtype & 24 = 24"
    )

    assert {table for (table,) in found} == LEDGERS
    assert set(TABLES) >= catalogue.MASTER_DATA | catalogue.FINISHED_ONE_DAY
    assert not catalogue.MASTER_DATA & catalogue.FINISHED_ONE_DAY


def test_every_moment_knows_its_zone():
    found = ask(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type = 'timestamp without time zone'"
    )

    assert found == []


def test_no_amount_is_a_binary_fraction():
    found = ask(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public'"
        " AND data_type IN ('real', 'double precision', 'money')"
    )

    assert found == []
