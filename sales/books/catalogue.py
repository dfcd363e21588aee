"""Checks of the database: its constraints and triggers are in place and active."""

from django.db.models import Model

from sales.books.check import Check
from sales.books.companies import list_owned_models, list_references, list_tables

# Tables whose rows may change. Every other table of a company only grows.
MASTER_DATA = frozenset(
    {
        "customers_customer",
        "customers_loyaltyprogramme",
        "pos_audithead",
        "pos_attempt",
        "pos_attemptalarm",
        "pos_barcode",
        "pos_category",
        "pos_closedperiod",
        "pos_containerdeposit",
        "pos_limit",
        "pos_outlet",
        "pos_pin",
        "pos_product",
        "pos_restriction",
        "pos_role",
        "pos_staffmember",
        "pos_staffoutlet",
        "pos_stockitem",
        "pos_taxrate",
        "pos_till",
        "pos_voucherexclusion",
        "pos_voucherkind",
    }
)
# Rows of these change until they are finished, and never after. Personal values change
# once, when they are erased, also in the history of a field; a device until it is
# revoked; a code until it is used.
FINISHED_ONE_DAY = frozenset(
    {
        "pos_auditpersonal",
        "pos_device",
        "pos_enrolmentcode",
        "pos_fieldchange",
        "sales_sale",
        "sales_saleline",
        "sales_shift",
    }
)
# Worked out from other rows when a shift is closed; the owner of the tables can make
# them again.
DERIVED = frozenset(
    {
        "sales_productday",
        "sales_productmonth",
        "sales_shifthour",
        "sales_shiftreason",
        "sales_shifttax",
        "sales_shifttender",
    }
)


def list_ledgers() -> list[str]:
    """Return tables whose rows are only ever added."""
    return sorted(set(list_tables()) - MASTER_DATA - FINISHED_ONE_DAY - DERIVED)


def _format_rows(*rows: tuple[str, ...]) -> str:
    """Rows of texts as SQL; they are names of our own tables and columns."""
    return ", ".join(
        "({})".format(", ".join(f"'{text}'" for text in row)) for row in rows
    )


def _list_constraints(model: type[Model]) -> list[tuple[str, str]]:
    table = model._meta.db_table
    return [(table, constraint.name) for constraint in model._meta.constraints]


CHECKS = (
    Check(
        "I53",
        "No trigger is switched off, no constraint waits to be validated and no index"
        " is unfit.",
        """
        SELECT NULL::bigint, fault.name
        FROM (
            SELECT conrelid::regclass || ' ' || conname AS name
            FROM pg_constraint
            WHERE NOT convalidated AND connamespace = current_schema()::regnamespace
            UNION ALL
            SELECT tgrelid::regclass || ' ' || tgname
            FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
            WHERE tgenabled <> 'O' AND relnamespace = current_schema()::regnamespace
            UNION ALL
            SELECT indrelid::regclass || ' ' || indexrelid::regclass
            FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
            WHERE NOT indisvalid AND relnamespace = current_schema()::regnamespace
        ) fault
        """,
    ),
    Check(
        "I54",
        "Every table of a company has UNIQUE (company_id, id), and every key between"
        " two of them holds the company.",
        f"""
        SELECT NULL::bigint, fault.name
        FROM (
            SELECT conrelid::regclass || ' ' || conname AS name
            FROM pg_constraint
            WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
                AND 2 = (SELECT count(*) FROM pg_attribute
                         WHERE attname = 'company_id' AND NOT attisdropped
                             AND attrelid IN (conrelid, confrelid)
                             AND (attrelid <> confrelid OR conrelid <> confrelid))
                AND NOT EXISTS (SELECT FROM pg_attribute
                                WHERE attrelid = conrelid AND attname = 'company_id'
                                    AND attnum = ANY (conkey))
            UNION ALL
            SELECT wanted.own || ' ' || wanted.name
            FROM (VALUES {_format_rows(*list_references())}) wanted (own, name, target)
            WHERE NOT EXISTS (
                SELECT FROM pg_constraint
                WHERE contype = 'f' AND conrelid = to_regclass(wanted.own)
                    AND pg_get_constraintdef(oid) LIKE format(
                        'FOREIGN KEY (company_id, %s) REFERENCES %s(company_id, id)%%',
                        wanted.name, wanted.target))
            UNION ALL
            SELECT wanted.own || ' UNIQUE (company_id, id)'
            FROM (VALUES {_format_rows(*((table,) for table in list_tables()))})
                wanted (own)
            WHERE NOT EXISTS (
                SELECT FROM pg_constraint
                WHERE contype = 'u' AND conrelid = to_regclass(wanted.own)
                    AND pg_get_constraintdef(oid) = 'UNIQUE (company_id, id)')
        ) fault
        """,  # noqa: S608  names of our own tables
    ),
    Check(
        "I67",
        "Every ledger has its triggers against UPDATE, DELETE and TRUNCATE, and so has"
        " what is finished one day.",
        f"""
        SELECT NULL::bigint, guarded.name || ' ' || event.name
        FROM (VALUES {
            _format_rows(
                *((table, "always") for table in list_ledgers()),
                *((table, "finished") for table in sorted(FINISHED_ONE_DAY)),
            )
        }) guarded (name, moment)
        CROSS JOIN (VALUES ('UPDATE', 16), ('DELETE', 8), ('TRUNCATE', 32))
            event (name, bit)
        WHERE NOT EXISTS (
            SELECT FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
            WHERE tgrelid = to_regclass(guarded.name) AND tgtype::int & event.bit <> 0
                AND tgtype::int & 2 <> 0 AND proname LIKE 'forbid_change%'
                AND (tgqual IS NULL OR guarded.moment = 'finished'))
        """,  # noqa: S608  names of our own tables
    ),
    Check(
        "I68",
        "Every constraint that the models declare is in the database.",
        f"""
        SELECT NULL::bigint, declared.own || ' ' || declared.name
        FROM (VALUES {
            _format_rows(
                *(
                    pair
                    for model in list_owned_models()
                    for pair in _list_constraints(model)
                )
            )
        }) declared (own, name)
        WHERE NOT EXISTS (SELECT FROM pg_constraint
                          WHERE conname = declared.name
                              AND conrelid = to_regclass(declared.own))
            AND NOT EXISTS (SELECT FROM pg_index
                            WHERE indexrelid = to_regclass(declared.name)
                                AND indrelid = to_regclass(declared.own)
                                AND indisunique)
        """,  # noqa: S608  names of our own constraints
    ),
)
