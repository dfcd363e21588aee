"""Guards: whatever is changed about one is found, though it keeps its name."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, transaction

from config.localdb.conf import SUPERUSER
from config.localdb.roles import OWNER
from sales.books.run import verify

pytestmark = [pytest.mark.django_db, pytest.mark.no_books_check]

ALLOWS_ALL = "BEGIN RETURN NEW; END"
REPLACE = (
    "CREATE OR REPLACE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql {} AS $$ {} $$"
)
PATH = "SET search_path = pg_catalog, public, pg_temp"
SAME_SOURCE = (
    "DO $do$ BEGIN EXECUTE replace(pg_get_functiondef('forbid_change'::regproc),"
    " 'is permanent', 'is quite permanent'); END $do$"
)

# What is done to a guard, and the beginning of what is said of it.
GUARD_FAULTS = {
    # Functions
    REPLACE.format(
        "forbid_change", PATH, ALLOWS_ALL
    ): "function forbid_change() is not",
    REPLACE.format("check_sale_balances", PATH, "BEGIN RETURN NULL; END"): (
        "function check_sale_balances() is not"
    ),
    SAME_SOURCE: "function forbid_change() is not",
    "ALTER FUNCTION forbid_change() SECURITY DEFINER": (
        "function forbid_change() is not"
    ),
    "ALTER FUNCTION require_open_shift() RESET ALL": (
        "function require_open_shift() is not"
    ),
    "ALTER FUNCTION require_open_shift() SET search_path = pg_temp, public": (
        "function require_open_shift() is not"
    ),
    "ALTER FUNCTION forbid_change() RENAME TO allow_change": (
        "function allow_change() was made by no migration"
    ),
    "CREATE FUNCTION mine() RETURNS void LANGUAGE sql SECURITY DEFINER AS ''": (
        "function mine() was made by no migration"
    ),
    # Triggers
    "DROP TRIGGER sales_tender_balances ON sales_tender": (
        "trigger sales_tender.sales_tender_balances is missing"
    ),
    "ALTER TABLE sales_tender DISABLE TRIGGER sales_tender_is_permanent": (
        "trigger sales_tender.sales_tender_is_permanent is not"
    ),
    "ALTER TABLE sales_tender ENABLE REPLICA TRIGGER sales_tender_is_permanent": (
        "trigger sales_tender.sales_tender_is_permanent is not"
    ),
    "CREATE OR REPLACE TRIGGER sales_tender_is_permanent BEFORE UPDATE ON sales_tender"
    " FOR EACH ROW EXECUTE FUNCTION forbid_change()": (
        "trigger sales_tender.sales_tender_is_permanent is not"
    ),
    "CREATE OR REPLACE TRIGGER sales_tender_is_permanent BEFORE UPDATE OR DELETE"
    " ON sales_tender FOR EACH ROW WHEN (false) EXECUTE FUNCTION forbid_change()": (
        "trigger sales_tender.sales_tender_is_permanent is not"
    ),
    "CREATE OR REPLACE TRIGGER sales_tender_is_permanent BEFORE DELETE OR UPDATE"
    " OF kind ON sales_tender FOR EACH ROW EXECUTE FUNCTION forbid_change()": (
        "trigger sales_tender.sales_tender_is_permanent is not"
    ),
    "CREATE OR REPLACE TRIGGER sales_sale_finished_is_permanent BEFORE UPDATE"
    " ON sales_sale FOR EACH ROW WHEN (OLD.status = 'voided')"
    " EXECUTE FUNCTION forbid_change()": (
        "trigger sales_sale.sales_sale_finished_is_permanent is not"
    ),
    "CREATE OR REPLACE TRIGGER sales_tender_is_permanent AFTER UPDATE OR DELETE"
    " ON sales_tender FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()": (
        "trigger sales_tender.sales_tender_is_permanent is not"
    ),
    "CREATE OR REPLACE TRIGGER sales_tender_is_permanent BEFORE UPDATE OR DELETE"
    " ON sales_tender FOR EACH ROW EXECUTE FUNCTION require_open_shift()": (
        "trigger sales_tender.sales_tender_is_permanent is not"
    ),
    "DROP TRIGGER sales_tender_balances ON sales_tender;"
    " CREATE CONSTRAINT TRIGGER sales_tender_balances AFTER INSERT ON sales_tender"
    " DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW"
    " EXECUTE FUNCTION check_sale_balances()": (
        "trigger sales_tender.sales_tender_balances is not"
    ),
    "CREATE TRIGGER aaa BEFORE INSERT ON sales_tender FOR EACH ROW"
    " EXECUTE FUNCTION forbid_change()": (
        "trigger sales_tender.aaa was made by no migration"
    ),
    "CREATE TRIGGER aaa BEFORE INSERT ON django_session FOR EACH ROW"
    " EXECUTE FUNCTION forbid_change()": (
        "trigger django_session.aaa was made by no migration"
    ),
    # Constraints, indexes and columns
    "ALTER TABLE sales_tender DROP CONSTRAINT only_cash_gives_change": (
        "constraint sales_tender.only_cash_gives_change is missing"
    ),
    "ALTER TABLE sales_tender DROP CONSTRAINT only_cash_gives_change,"
    " ADD CONSTRAINT only_cash_gives_change CHECK (true)": (
        "constraint sales_tender.only_cash_gives_change is not"
    ),
    "ALTER TABLE sales_tender ADD CONSTRAINT mine CHECK (amount <> 7)": (
        "constraint sales_tender.mine was made by no migration"
    ),
    "ALTER TABLE sales_tender DROP CONSTRAINT sales_tender_sale_of_company,"
    " ADD CONSTRAINT sales_tender_sale_of_company FOREIGN KEY (company_id, sale_id)"
    " REFERENCES sales_sale (company_id, id) NOT VALID": (
        "constraint sales_tender.sales_tender_sale_of_company is not"
    ),
    "ALTER TABLE sales_tender DROP CONSTRAINT sales_tender_sale_of_company,"
    " ADD CONSTRAINT sales_tender_sale_of_company FOREIGN KEY (company_id, sale_id)"
    " REFERENCES sales_sale (company_id, id) ON DELETE CASCADE": (
        "constraint sales_tender.sales_tender_sale_of_company is not"
    ),
    "ALTER TABLE sales_tender ALTER CONSTRAINT sales_tender_sale_of_company"
    " DEFERRABLE INITIALLY DEFERRED": (
        "constraint sales_tender.sales_tender_sale_of_company is not"
    ),
    "ALTER TABLE sales_fiscaldocument"
    " DROP CONSTRAINT sales_fiscaldocument_of_company": (
        "constraint sales_fiscaldocument.sales_fiscaldocument_of_company is missing"
    ),
    "ALTER TABLE sales_fiscaldocument DROP CONSTRAINT chain_never_forks,"
    " ADD CONSTRAINT chain_never_forks UNIQUE (company_id, till_id, chain_no, hash)": (
        "constraint sales_fiscaldocument.chain_never_forks is not"
    ),
    "DROP INDEX one_open_shift_per_till": (
        "unique index sales_shift.one_open_shift_per_till is missing"
    ),
    "DROP INDEX one_open_shift_per_till; CREATE UNIQUE INDEX one_open_shift_per_till"
    " ON sales_shift (company_id, till_id) WHERE false": (
        "unique index sales_shift.one_open_shift_per_till is not"
    ),
    "ALTER TABLE sales_tender ALTER sale_id DROP NOT NULL": (
        "column sales_tender.sale_id is not"
    ),
    "ALTER TABLE sales_sale ALTER due DROP EXPRESSION": "column sales_sale.due is not",
    "ALTER TABLE sales_tender ALTER reference TYPE varchar(7)": (
        "column sales_tender.reference is not"
    ),
    "ALTER TABLE sales_tender ADD mine int": (
        "column sales_tender.mine was made by no migration"
    ),
    # What gets round a table
    "CREATE RULE lost AS ON INSERT TO sales_tender DO INSTEAD NOTHING": (
        "rule sales_tender.lost was made by no migration"
    ),
    "CREATE TABLE beside () INHERITS (sales_tender)": (
        "child table beside was made by no migration"
    ),
    "ALTER TABLE sales_tender ENABLE ROW LEVEL SECURITY": "table sales_tender is not",
    "CREATE POLICY half ON sales_tender USING (id > 7)": (
        "policy sales_tender.half was made by no migration"
    ),
    "ALTER TABLE sales_receiptprint SET UNLOGGED": "table sales_receiptprint is not",
}
ROLE = "tillkeeper_app"
GRANT_FAULTS = {
    f"GRANT UPDATE ON sales_tender TO {ROLE}": "grant table sales_tender is not",
    f"GRANT DELETE, TRUNCATE ON sales_sale TO {ROLE}": "grant table sales_sale is not",
    "GRANT UPDATE ON sales_tender TO PUBLIC": "grant table sales_tender is not",
    f"GRANT SELECT ON sales_tender TO {ROLE} WITH GRANT OPTION": (
        "grant table sales_tender is not"
    ),
    f"GRANT UPDATE (amount) ON sales_tender TO {ROLE}": (
        "grant column sales_tender.amount was made by no migration"
    ),
    f"GRANT UPDATE ON SEQUENCE sales_tender_id_seq TO {ROLE}": (
        "grant sequence sales_tender_id_seq is not"
    ),
    f"GRANT CREATE ON SCHEMA public TO {ROLE}": "grant schema public is not",
    "GRANT TEMPORARY ON DATABASE {database} TO PUBLIC": "grant database is not",
    f"GRANT CREATE ON DATABASE {{database}} TO {ROLE}": "grant database is not",
    f"REVOKE INSERT ON sales_tender FROM {ROLE}": "grant table sales_tender is not",
    f"CREATE SCHEMA mine; GRANT USAGE ON SCHEMA mine TO {ROLE}": (
        "grant schema mine was made by no migration"
    ),
    "CREATE VIEW mine AS SELECT * FROM sales_tender;"
    f" GRANT UPDATE ON mine TO {ROLE}": "grant table mine was made by no migration",
    f"CREATE FUNCTION mine() RETURNS void LANGUAGE sql AS ''; GRANT EXECUTE ON"
    f" FUNCTION mine() TO {ROLE}": "grant function mine() was made by no migration",
    f"GRANT USAGE, CREATE ON SCHEMA public TO {ROLE};"
    f" ALTER TABLE sales_tender OWNER TO {ROLE}": (
        "grant ownership of table sales_tender was made by no migration"
    ),
    f"SET ROLE {ROLE};"
    " ALTER ROLE CURRENT_USER IN DATABASE {database} SET search_path = 'mine';"
    " RESET ROLE": "grant setting search_path was made by no migration",
}
# Each with the statement that takes it back: a superuser's is seen only once committed.
SUPERUSER_FAULTS = {
    f"GRANT pg_write_all_data TO {ROLE}": (
        f"REVOKE pg_write_all_data FROM {ROLE}",
        "grant role pg_write_all_data was made by no migration",
    ),
    f"ALTER ROLE {ROLE} BYPASSRLS": (
        f"ALTER ROLE {ROLE} NOBYPASSRLS",
        "grant attribute was made by no migration",
    ),
    f"GRANT SET ON PARAMETER session_replication_role TO {ROLE}": (
        f"REVOKE SET ON PARAMETER session_replication_role FROM {ROLE}",
        "grant setting session_replication_role was made by no migration",
    ),
    f"GRANT ALTER SYSTEM ON PARAMETER archive_command TO {ROLE}": (
        f"REVOKE ALTER SYSTEM ON PARAMETER archive_command FROM {ROLE}",
        "grant setting archive_command was made by no migration",
    ),
    "GRANT EXECUTE ON FUNCTION pg_read_file(text) TO PUBLIC": (
        "REVOKE EXECUTE ON FUNCTION pg_read_file(text) FROM PUBLIC",
        "grant function pg_read_file(text) was made by no migration",
    ),
    f"GRANT SELECT ON pg_authid TO {ROLE}": (
        f"REVOKE SELECT ON pg_authid FROM {ROLE}",
        "grant table pg_authid was made by no migration",
    ),
    f"ALTER ROLE {ROLE} SET session_preload_libraries = 'plpgsql'": (
        f"ALTER ROLE {ROLE} RESET session_preload_libraries",
        "grant setting session_preload_libraries was made by no migration",
    ),
}
IN_THE_CATALOGUE = {
    # A function in an extension is not looked at as the extension's own.
    "CREATE FUNCTION mine() RETURNS void LANGUAGE sql SECURITY DEFINER AS '';"
    " ALTER EXTENSION plpgsql ADD FUNCTION mine()": (
        "ALTER EXTENSION plpgsql DROP FUNCTION mine(); DROP FUNCTION mine()",
        "function mine() was made by no migration",
    ),
    "CREATE FUNCTION pg_catalog.mine() RETURNS void LANGUAGE sql SECURITY DEFINER"
    " AS ''": (
        "DROP FUNCTION pg_catalog.mine()",
        "function mine() was made by no migration",
    ),
    "CREATE SUBSCRIPTION mine CONNECTION 'dbname=mine' PUBLICATION mine"
    " WITH (connect = false)": (
        "ALTER SUBSCRIPTION mine SET (slot_name = NONE); DROP SUBSCRIPTION mine",
        "subscription mine was made by no migration",
    ),
    "UPDATE pg_class SET relhastriggers = false WHERE relname = 'sales_tender'": (
        "UPDATE pg_class SET relhastriggers = true WHERE relname = 'sales_tender'",
        "table sales_tender is not",
    ),
    "UPDATE pg_class SET relchecks = relchecks - 1 WHERE relname = 'sales_tender'": (
        "UPDATE pg_class SET relchecks = relchecks + 1 WHERE relname = 'sales_tender'",
        "table sales_tender is not",
    ),
    "UPDATE pg_class SET relhasindex = false WHERE relname = 'sales_receiptprint'": (
        "UPDATE pg_class SET relhasindex = true WHERE relname = 'sales_receiptprint'",
        "table sales_receiptprint is not",
    ),
    "UPDATE pg_index SET indisunique = false"
    " WHERE indexrelid = 'chain_never_forks'::regclass": (
        "UPDATE pg_index SET indisunique = true"
        " WHERE indexrelid = 'chain_never_forks'::regclass",
        "constraint sales_fiscaldocument.chain_never_forks is not",
    ),
}


def found(id: str) -> list[str]:
    """What the check finds; it does not fail."""
    (outcome,) = verify(only=[id])
    assert outcome.error == ""
    return [name for _, name in outcome.offenders]


def after(statement: str, id: str) -> list[str]:
    """What the check finds after the statement, which is undone."""
    with transaction.atomic(), connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(statement.replace("{database}", name))
        seen = found(id)
        transaction.set_rollback(True)
    return seen


def test_nothing_is_found_where_nothing_was_changed():
    assert found("I89") == []
    assert found("I90") == []


@pytest.mark.parametrize(
    ("id", "faults"), [("I89", GUARD_FAULTS), ("I90", GRANT_FAULTS)]
)
def test_whatever_is_done_to_a_guard_is_found(id, faults):
    seen = {fault: after(fault, id) for fault in faults}

    missed = {
        fault: seen[fault]
        for fault, said in faults.items()
        if not any(name.startswith(said) for name in seen[fault])
    }
    assert missed == {}


@contextmanager
def done_by_superuser(statement: str, undo: str) -> Iterator[None]:
    database = connection.settings_dict
    with psycopg.connect(
        host=database["HOST"],
        dbname=database["NAME"],
        user=SUPERUSER,
        autocommit=True,
    ) as superuser:
        for part in statement.split("; "):
            superuser.execute(part)
        try:
            yield
        finally:
            for part in undo.split("; "):
                superuser.execute(part)


@pytest.mark.parametrize("fault", SUPERUSER_FAULTS)
def test_what_a_superuser_gives_the_serving_role_is_found(fault):
    undo, said = SUPERUSER_FAULTS[fault]

    with done_by_superuser(fault, undo):
        seen = found("I90")

    assert any(name.startswith(said) for name in seen), seen


@pytest.mark.parametrize("fault", IN_THE_CATALOGUE)
def test_what_a_superuser_does_to_the_catalogue_is_found(fault):
    undo, said = IN_THE_CATALOGUE[fault]

    with done_by_superuser(fault, undo):
        seen = found("I89")

    assert any(name.startswith(said) for name in seen), seen


def test_a_session_in_which_no_trigger_runs_is_found():
    setting = "ON PARAMETER session_replication_role"
    grant, revoke = (
        f"GRANT SET {setting} TO {OWNER}",
        f"REVOKE SET {setting} FROM {OWNER}",
    )
    with done_by_superuser(grant, revoke):
        seen = after("SET LOCAL session_replication_role = replica", "I89")

    assert seen == ["setting session_replication_role was made by no migration"]


@pytest.mark.parametrize("owner", [{}, {"USER": ROLE}])
def test_where_one_role_does_both_it_may_do_everything(settings, owner):
    settings.DATABASE_OWNER = owner

    assert after(f"GRANT UPDATE ON sales_tender TO {ROLE}", "I90") == []
