"""Blocks: copies of the week, by week and by outlet, and how a column is copied."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import psycopg

from sales.books.companies import list_references
from tests.benchmark.bulk.seed import DAYS, Seed

# Copied once for each outlet; tills count on from week to week.
OF_OUTLET = ("pos_outlet", "pos_till", "pos_stockitem")
# Only of the week that was sold: a copy of a chain would need other hashes.
OF_TRAIL = ("pos_auditentry", "pos_audithead", "pos_auditpersonal")
# Made of the days once all are there: a week may be of two months.
MONTHS = "sales_productmonth"
CUSTOMERS = "customers_customer"
POINTS = "customers_pointsentry"
# Every tenth week the same customers come to an outlet.
GROUPS = 10

WEEK = timedelta(days=DAYS)


@dataclass(frozen=True, slots=True)
class Size:
    """So many outlets, each with so many weeks."""

    outlets: int
    weeks: int

    @property
    def blocks(self) -> int:
        return self.outlets * self.weeks

    def number(self, *, outlet: int, week: int) -> int:
        """The number of the block; they run by time, the week that was sold is 0."""
        return week * self.outlets + outlet

    def rows(self) -> Iterator[tuple[int, int, int, int, int]]:
        """Number, outlet, week, customers (the block in which they first came) and
        how many weeks those have bought in before, of each block."""
        for week in range(self.weeks):
            for outlet in range(self.outlets):
                customers = self.number(outlet=outlet, week=week % GROUPS)
                number = self.number(outlet=outlet, week=week)
                yield number, outlet, week, customers, week // GROUPS


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, with its type and default as the catalogue prints them."""

    name: str
    type: str
    default: str


def columns_of(cursor: psycopg.Cursor, table: str) -> list[Column]:
    """The table's columns but for generated ones, in order."""
    cursor.execute(
        "SELECT attname, format_type(atttypid, atttypmod),"
        " coalesce(pg_get_expr(adbin, adrelid), '')"
        " FROM pg_attribute LEFT JOIN pg_attrdef"
        " ON adrelid = attrelid AND adnum = attnum"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' ORDER BY attnum",
        [table],
    )
    return [Column(*row) for row in cursor.fetchall()]


def copied_tables(seed: Seed) -> list[str]:
    """Tables that got rows in the week, but for what a shop has once."""
    return [
        table
        for table, last in seed.after.items()
        if last > seed.before[table]
        and table not in {*OF_OUTLET, *OF_TRAIL, MONTHS, CUSTOMERS}
    ]


def moved_uuid(uuid: str, block: str) -> str:
    """SQL for a uuid's copy in a block: by time, like those that the shop makes."""
    return (
        f"(lpad(to_hex({block}), 12, '0')"
        f" || substr(replace({uuid}::text, '-', ''), 13))::uuid"
    )


class Copying:
    """What SQL makes of each column; what it does not know, it copies.

    ``own`` are expressions for columns that count on or have a code in them, over
    the row ``seed``, its ``block`` and, for tables with a till, the seed's ``till``.
    """

    def __init__(self, seed: Seed) -> None:
        self.seed = seed
        self.copied = set(copied_tables(seed))
        self.targets = {(own, column): to for own, column, to in list_references()}

    def expression(self, table: str, column: Column, *, level: str = "n") -> str:
        """``level``: 'n' of a block's rows, 'outlet' or 'customer'."""
        name, place = f"seed.{column.name}", f"block.{level}"
        if column.name == "id":
            return f"seed.id + {place} * {self.seed.stride}"
        if own := OWN.get((table, column.name)):
            return own.replace("{stride}", str(self.seed.stride))
        if copy := self._copy_of(self.targets.get((table, column.name), "")):
            return f"{name} + {copy} * {self.seed.stride}"
        if column.type == "uuid":
            return moved_uuid(name, place)
        is_written_now = (
            "now" in column.default.lower() or "timestamp" in column.default
        )
        if column.type.startswith("timestamp") and not is_written_now:
            return f"{name} + block.week * interval '{DAYS} days'"
        if column.type == "date" and level == "n":
            return f"{name} + block.week * {DAYS}"
        return name

    def _copy_of(self, target: str) -> str:
        """Which copy of a row of that table a row of a block names; '' for the one."""
        if target in OF_OUTLET:
            return "block.outlet"
        if target == CUSTOMERS:
            return "block.customer"
        return "block.n" if target in self.copied else ""


_CODE = "(till.code::int + 2 * block.outlet)::text"


def _receipt(number: str, letter: str, counted: str) -> str:
    counting = f"({number} + block.week * {counted})::text"
    return f"{_CODE} || {letter} || lpad({counting}, 6, '0')"


_OF_KIND = (
    "(CASE seed.kind WHEN 'sale' THEN till.last_sale_number"
    " ELSE till.last_refund_number END)"
)
_SALE_LETTER = "CASE seed.kind WHEN 'sale' THEN '-S-' ELSE '-R-' END"

# The answer to an act names the act, and the line that it was about.
_ANSWER = (
    "seed.result || jsonb_build_object('id', {id}) || CASE"
    " WHEN seed.result ->> 'line' IS NULL THEN '{{}}'"
    " ELSE jsonb_build_object('line', {line}) END"
).format(
    id=moved_uuid("seed.uid", "block.n"),
    line=moved_uuid("(seed.result ->> 'line')", "block.n"),
)

OWN: dict[tuple[str, str], str] = {
    ("sales_saleoperation", "result"): _ANSWER,
    # Each week in its turn, as in a shop: by this its list is read.
    ("sales_saleoperation", "recorded_at"): "seed.recorded_at"
    " - ((SELECT max(week) FROM bulk.block) - block.week)"
    f" * interval '{DAYS} days'",
    ("pos_outlet", "code"): "seed.code || block.outlet",
    ("pos_outlet", "name"): "seed.name || ' ' || block.outlet",
    ("pos_till", "code"): "(seed.code::int + 2 * block.outlet)::text",
    ("pos_till", "last_audit_no"): "0",
    ("pos_till", "audit_head"): "repeat('0', 64)",
    ("pos_till", "name"): "'Till ' || (seed.code::int + 2 * block.outlet)",
    ("customers_customer", "code"): "seed.code || '-' || block.customer",
    ("customers_customer", "email"): "block.customer || '.' || seed.email",
    ("customers_customer", "phone"): "overlay(seed.phone PLACING"
    " lpad((block.customer * 37 % 1000)::text, 3, '0') FROM 5)",
    (POINTS, "balance_after"): "seed.balance_after"
    " + coalesce(block.earlier * week_of.points, 0)",
    ("sales_sale", "number"): f"seed.number + block.week * {_OF_KIND}",
    ("sales_sale", "receipt_number"): "CASE WHEN seed.number IS NOT NULL THEN "
    + _receipt("seed.number", _SALE_LETTER, _OF_KIND)
    + " END",
    ("sales_zreport", "number"): "seed.number + block.week * till.last_z_number",
    ("sales_zreport", "report_number"): _receipt(
        "seed.number", "'-Z-'", "till.last_z_number"
    ),
    ("sales_zreport", "grand_total"): "seed.grand_total + block.week * till.sold",
    # The document was written before, with the figures of this block.
    ("sales_zreport", "figures"): "(SELECT link.text::jsonb -> 'figures'"
    " FROM bulk.z_document own, sales_fiscaldocument link"
    " WHERE own.z_report_id = seed.id AND link.id = own.id + block.n * {stride})",
}
