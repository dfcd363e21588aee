"""Lock-order guard: fails a test in which a service locks rows out of order.

An UPDATE or a DELETE locks its rows, too. Where they were not locked before, it
has its place in the order like any lock, and can be of one row only: the order in
which the database locks several is not known. A row that is inserted unless another
transaction has it is locked from then on: another who wants it waits. So are rows that
are added to where they are there, which takes an order of its own.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.sql import Composable

# A service that locks several of these takes them in this order, lowest key first.
LOCK_ORDER = (
    "pos_company",
    "pos_staffoutlet",
    "pos_limit",
    "pos_product",
    "pos_enrolmentcode",
    "pos_device",
    "sales_sale",
    "sales_saleline",
    "pos_till",
    "customers_customer",
    "pos_stockitem",
    "pos_audithead",
    "sales_productday",
    "sales_productmonth",
)

# Rows that are locked through their parent: a lock of it covers them.
PARENTS = {"sales_saleline": "sales_sale"}

CHANGING = re.compile(r'\b(?:(?<!KEY )UPDATE|DELETE FROM) "?(?P<table>\w+)"?')
CLAIMING = re.compile(
    r'INSERT INTO "(?P<table>\w+)".* ON CONFLICT DO NOTHING', re.DOTALL
)
# Rows that are inserted, or added to where they are there: locked either way, in the
# order in which they are selected.
ADDING = re.compile(
    r'INSERT INTO "(?P<table>\w+)".* ON CONFLICT (?P<key>\([\w, ]+\)) DO UPDATE',
    re.DOTALL,
)
ADDED_IN_ORDER = re.compile(
    r"\) AS added ORDER BY business_date, outlet_id, product_id ON CONFLICT"
)
LOCKING = re.compile(r"\bFOR (UPDATE|NO KEY UPDATE|SHARE|KEY SHARE)\b")
LOCKED = re.compile(
    r'(ORDER BY "(?P<key>\w+)"\."id" ASC( LIMIT 1)?|LIMIT 21)'  # 21: get()
    # In brackets where the time is read after the lock.
    r' FOR NO KEY UPDATE OF "(?P<table>\w+)"(\) AS locked)?$'
)


@contextmanager
def check_lock_order(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Fail on a lock that is taken out of order, or not through ``.locked()``."""
    with connection.execute_wrapper(_Guard(connection)):
        yield


@lru_cache(maxsize=2_000)
def _locks_and_changes(sql: str) -> tuple[bool, tuple[str, ...]]:
    """Whether the statement asks for locks; and the tables whose rows it changes."""
    if sql.startswith("SELECT") and LOCKING.search(sql):
        return True, ()
    return False, tuple(changed["table"] for changed in CHANGING.finditer(sql))


class _Guard:
    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.is_in_test_transaction = connection.in_atomic_block
        self.depth = len(connection.savepoint_ids)
        self.started_at: object = None
        self.held: list[tuple[str, object]] = []

    def __call__(
        self,
        execute: Callable[..., Any],
        composed: str | Composable,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        connection = context["connection"]
        is_composed = isinstance(composed, Composable)
        sql = composed.as_string(connection.connection) if is_composed else composed
        # Inside the test's own transaction a service starts with a savepoint.
        is_new_service = (
            self.is_in_test_transaction and len(connection.savepoint_ids) == self.depth
        )
        if is_new_service and sql.startswith("SAVEPOINT"):
            self.held = []
        result = execute(composed, params, many, context)
        if sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            return result  # their names differ each time: not worth caching
        locks, changed = _locks_and_changes(sql)
        claimed, added = CLAIMING.match(sql), ADDING.match(sql)
        if claimed and context["cursor"].rowcount == 1:
            self._check_change(claimed["table"], 1, connection)
        elif added:
            assert ADDED_IN_ORDER.search(sql), f"rows are added in no order: {sql}"
            self._notice_new_transaction(connection)
            self._add(added["table"], "added to")
        elif locks:
            self._check_lock(sql, tuple(params or ()), connection)
        # How many rows the parts of one statement changed, it does not say.
        rows = 2 if sql.startswith("WITH") else context["cursor"].rowcount
        for table in () if locks or added else changed:
            self._check_change(table, rows, connection)
        return result

    def _check_lock(
        self, sql: str, params: tuple[Any, ...], connection: BaseDatabaseWrapper
    ) -> None:
        found = LOCKED.search(sql)
        assert found, f"not taken through .locked(): {sql}"
        table = found["table"]
        assert found["key"] in {table, None}, f"not by its own key: {sql}"
        assert table in LOCK_ORDER, f"{table} has no place in the lock order"
        self._notice_new_transaction(connection)
        if (table, params) in self.held:
            return  # the same rows again
        self._add(table, params)

    def _check_change(
        self, table: str, rows: int, connection: BaseDatabaseWrapper
    ) -> None:
        if table not in LOCK_ORDER or not rows or not self._is_in_service(connection):
            return
        self._notice_new_transaction(connection)
        held = {name for name, _ in self.held}
        if held & {table, PARENTS.get(table)}:
            return
        assert rows == 1, f"{rows} rows of {table} are changed, and were not locked"
        self._add(table, "changed")

    def _is_in_service(self, connection: BaseDatabaseWrapper) -> bool:
        if self.is_in_test_transaction:
            return len(connection.savepoint_ids) > self.depth
        return connection.in_atomic_block

    def _notice_new_transaction(self, connection: BaseDatabaseWrapper) -> None:
        if self.is_in_test_transaction:
            return  # there is only one
        cursor = connection.connection.execute("SELECT transaction_timestamp()")
        started_at = cursor.fetchone()[0]
        if started_at != self.started_at:
            self.started_at, self.held = started_at, []

    def _add(self, table: str, rows: object) -> None:
        self.held.append((table, rows))
        places = [LOCK_ORDER.index(name) for name, _ in self.held]
        assert places == sorted(places), f"locked out of order: {self.held}"
