"""Maker: books of a million sales in minutes, for whatever has to be quick with them.

One week is sold by the services (``seed.py``). SQL copies its rows for every other
week and outlet, with ids, uuids, numbers and times moved (``blocks.py``), and the
documents are written and chained again (``documents.py``). It needs a superuser's
connection: triggers and foreign keys are not called meanwhile, and everything is
checked at the end by ``verify_books``, which must find nothing.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from math import ceil

import psycopg

from tests.benchmark.bulk.blocks import (
    CUSTOMERS,
    OF_OUTLET,
    POINTS,
    Copying,
    Size,
    columns_of,
    copied_tables,
)
from tests.benchmark.bulk.documents import TABLE as DOCUMENTS
from tests.benchmark.bulk.documents import write_documents
from tests.benchmark.bulk.indexes import made_afterwards
from tests.benchmark.bulk.seed import DAYS, Seed, complete_week, sell_week

# Sales of a shift; a week has fourteen.
SALES_OF_SHIFT = (85, 105)
WEEKS_MAX = 52
# Two connections: more only wait for each other on two cores.
AT_ONCE = 2

_OPTIONS = (
    "-c session_replication_role=replica -c statement_timeout=0 -c lock_timeout=0"
    " -c idle_in_transaction_session_timeout=0 -c synchronous_commit=off"
    " -c work_mem=256MB -c maintenance_work_mem=512MB -c jit=off"
    " -c search_path=public,bulk"
)
_FACTS = """
    CREATE SCHEMA bulk;
    CREATE TABLE bulk.block (n int, outlet int, week int, customer int, earlier int);
    CREATE TABLE bulk.till AS
        SELECT till.*, (SELECT sum(total) FROM sales_zreport z
                        WHERE z.till_id = till.id) AS sold
        FROM pos_till till;
    CREATE TABLE bulk.z_document AS
        SELECT id, z_report_id FROM sales_fiscaldocument WHERE z_report_id IS NOT NULL;
    CREATE TABLE bulk.week_of AS
        SELECT customer_id, sum(points) AS points FROM customers_pointsentry
        WHERE id > {base} GROUP BY customer_id;
"""
_BALANCES = """
    UPDATE pos_till till SET
        last_sale_number = seed.last_sale_number * {weeks},
        last_refund_number = seed.last_refund_number * {weeks},
        last_z_number = seed.last_z_number * {weeks},
        last_chain_no = seed.last_chain_no * {weeks}
    FROM bulk.till seed
    WHERE (till.id - seed.id) % {stride} = 0;
    UPDATE pos_stockitem item SET on_hand = moved.quantity
    FROM (SELECT stock_item_id, sum(quantity) AS quantity FROM pos_stockmovement
          GROUP BY stock_item_id) moved
    WHERE moved.stock_item_id = item.id;
    UPDATE customers_customer customer SET points_balance = entered.points
    FROM (SELECT customer_id, sum(points) AS points FROM customers_pointsentry
          GROUP BY customer_id) entered
    WHERE entered.customer_id = customer.id;
    DELETE FROM sales_productmonth;
    INSERT INTO sales_productmonth (company_id, outlet_id, business_date, product_id,
        quantity, refunded_quantity, gross, discounts, total, net, cost, uncosted)
    SELECT company_id, outlet_id, date_trunc('month', business_date)::date, product_id,
        sum(quantity), sum(refunded_quantity), sum(gross), sum(discounts), sum(total),
        sum(net), sum(cost), sum(uncosted)
    FROM sales_productday GROUP BY 1, 2, 3, 4;
"""


def make_books(
    conninfo: str,
    *,
    sales: int,
    today: date,
    sales_of_shift: tuple[int, int] = SALES_OF_SHIFT,
    weeks_max: int = WEEKS_MAX,
) -> int:
    """Make at least so many sales in an empty, migrated database; return how many.

    ``conninfo`` connects a superuser to the database that Django uses. The last
    week ends before ``today``. Every shift is closed.
    """
    week_sales = 14 * sum(sales_of_shift) // 2
    size = _size(ceil(sales / week_sales), weeks_max)
    monday = today - timedelta(days=today.weekday() + size.weeks * DAYS)
    seed = sell_week(monday=monday, sales_of_shift=sales_of_shift)
    with psycopg.connect(conninfo, options=_OPTIONS, autocommit=True) as connection:
        with connection.cursor() as cursor:
            seed = complete_week(cursor, seed, weeks=size.weeks)
            _prepare(cursor, seed, size)
        _copy(connection, conninfo, seed, size)
        connection.execute("DROP SCHEMA bulk CASCADE")
    return seed.sales * size.blocks


def _size(blocks: int, weeks_max: int) -> Size:
    outlets = ceil(blocks / weeks_max)
    return Size(outlets, ceil(blocks / outlets))


def _prepare(cursor: psycopg.Cursor, seed: Seed, size: Size) -> None:
    cursor.execute(_FACTS.format(base=seed.before[POINTS]))
    with cursor.copy("COPY bulk.block FROM STDIN") as copy:
        for row in size.rows():
            copy.write_row(row)
    cursor.execute("ANALYZE bulk.block; ANALYZE bulk.till; ANALYZE bulk.week_of")


def _copy(
    connection: psycopg.Connection, conninfo: str, seed: Seed, size: Size
) -> None:
    copied = [table for table in copied_tables(seed) if table != DOCUMENTS]
    tables = [*copied, DOCUMENTS, CUSTOMERS]
    with connection.cursor() as cursor:
        inserts = [_insert(cursor, seed, table) for table in copied]
        small = [
            *(_insert_outlets(cursor, seed, table) for table in OF_OUTLET),
            _insert_customers(cursor, seed),
            _insert(cursor, seed, POINTS, first=True),
        ]
    # The figures of Z reports come from their documents.
    late = [insert for insert in inserts if insert.startswith("INSERT INTO sales_zr")]
    with made_afterwards(connection, tables) as indexes:
        with ThreadPoolExecutor(1) as beside:
            writing = beside.submit(
                _run, conninfo, [*small, *(i for i in inserts if i not in late)]
            )
            heads = write_documents(connection, seed, size)
            writing.result()
        _run(conninfo, late)
        _run_at_once(conninfo, indexes)
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES.format(weeks=size.weeks, stride=seed.stride))
        cursor.executemany(
            "UPDATE pos_till SET chain_head = %s WHERE id = %s",
            [(h, till + outlet * seed.stride) for (till, outlet), h in heads.items()],
        )
        for table in [*tables, *OF_OUTLET]:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id))"  # noqa: S608
                f" FROM {table}"
            )
    _run_at_once(conninfo, [f"VACUUM (ANALYZE) {table}" for table in tables])
    _run(conninfo, [f"ANALYZE {table}" for table in OF_OUTLET])


def _insert(
    cursor: psycopg.Cursor, seed: Seed, table: str, *, first: bool = False
) -> str:
    """The week's rows again for every block; ``first``, what was before the week."""
    copying, columns = Copying(seed), columns_of(cursor, table)
    names = {column.name for column in columns}
    joins = ""
    if "till_id" in names:
        joins += " JOIN bulk.till ON till.id = seed.till_id"
    if table == POINTS:
        joins += " LEFT JOIN bulk.week_of ON week_of.customer_id = seed.customer_id"
    rows = f"id > {seed.before[table]} AND id <= {seed.after[table]}"
    if first:
        rows = f"id <= {seed.before[table]} AND block.customer = block.n"
    # Block by block, so that nothing has to be sorted to have its place by time.
    return _statement(
        table,
        {column.name: copying.expression(table, column) for column in columns},
        "(SELECT * FROM bulk.block ORDER BY n) block"
        f" CROSS JOIN LATERAL (SELECT * FROM {table}"  # noqa: S608
        f" WHERE block.n > 0 AND {rows} ORDER BY id OFFSET 0) seed{joins}",
    )


def _insert_outlets(cursor: psycopg.Cursor, seed: Seed, table: str) -> str:
    copying = Copying(seed)
    return _statement(
        table,
        {
            column.name: copying.expression(table, column, level="outlet")
            for column in columns_of(cursor, table)
        },
        f"{table} seed CROSS JOIN bulk.block WHERE block.week = 0 AND block.outlet > 0",
    )


def _insert_customers(cursor: psycopg.Cursor, seed: Seed) -> str:
    copying = Copying(seed)
    return _statement(
        CUSTOMERS,
        {
            column.name: copying.expression(CUSTOMERS, column, level="customer")
            for column in columns_of(cursor, CUSTOMERS)
        },
        f"{CUSTOMERS} seed CROSS JOIN bulk.block"
        " WHERE block.customer = block.n AND block.n > 0",
    )


def _statement(table: str, columns: dict[str, str], source: str) -> str:
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE"  # noqa: S608
        f" SELECT {', '.join(columns.values())} FROM {source}"
    )


def _run(conninfo: str, statements: Iterable[str]) -> None:
    with psycopg.connect(conninfo, options=_OPTIONS, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _run_at_once(conninfo: str, statements: Iterable[str]) -> None:
    """Run the statements on two connections, each when it has done its last."""
    # One iterator for both of them.
    waiting = iter(list(statements))

    def work() -> None:
        with psycopg.connect(conninfo, options=_OPTIONS, autocommit=True) as own:
            for statement in waiting:
                own.execute(statement)

    with ThreadPoolExecutor(AT_ONCE) as workers:
        for worker in [workers.submit(work) for _ in range(AT_ONCE)]:
            worker.result()
