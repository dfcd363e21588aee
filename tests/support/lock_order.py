"""The guard of the lock order: it judges each outermost service call.

An UPDATE or a DELETE locks its rows, too. Where they were not locked before, it
takes its turn like any lock, and can be of one row only: of several, nobody could
say which comes first.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

# Whoever locks several of these takes them in this order, lowest key first.
HOUSE_ORDER = (
    "pos_company",
    "pos_product",
    "sales_sale",
    "sales_saleline",
    "pos_till",
    "customers_customer",
    "pos_stockitem",
)

# Rows that are nobody's but a parent's: who holds that has these.
GUARDIANS = {"sales_saleline": "sales_sale"}

CHANGING = re.compile(r'\b(?:(?<!KEY )UPDATE|DELETE FROM) "?(?P<table>\w+)"?')
LOCKING = re.compile(r"\bFOR (UPDATE|NO KEY UPDATE|SHARE|KEY SHARE)\b")
LOCKED = re.compile(
    r'(ORDER BY "(?P<key>\w+)"\."id" ASC( LIMIT 1)?|LIMIT 21)'  # 21: get()
    r' FOR NO KEY UPDATE OF "(?P<table>\w+)"$'
)


@contextmanager
def check_lock_order(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Fail on a lock that is taken out of turn, or not in the house's way."""
    with connection.execute_wrapper(_Judge(connection)):
        yield


@lru_cache(maxsize=2_000)
def _what_it_takes(sql: str) -> tuple[bool, str]:
    """Whether the statement asks for locks; and the table whose rows it changes."""
    if sql.startswith("SELECT") and LOCKING.search(sql):
        return True, ""
    changed = CHANGING.search(sql)
    return False, changed["table"] if changed else ""


class _Judge:
    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.is_in_a_tests_own = connection.in_atomic_block
        self.depth = len(connection.savepoint_ids)
        self.moment: object = None
        self.held: list[tuple[str, object]] = []

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        connection = context["connection"]
        # Inside a test's own transaction a service begins with a savepoint.
        begins = self.is_in_a_tests_own and len(connection.savepoint_ids) == self.depth
        if begins and sql.startswith("SAVEPOINT"):
            self.held = []
        result = execute(sql, params, many, context)
        if sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            return result  # each has a name of its own, that nothing remembers
        locks, changed = _what_it_takes(sql)
        if locks:
            self._validate(sql, tuple(params or ()), connection)
        elif changed:
            self._validate_change(changed, context["cursor"].rowcount, connection)
        return result

    def _validate(
        self, sql: str, params: tuple[Any, ...], connection: BaseDatabaseWrapper
    ) -> None:
        found = LOCKED.search(sql)
        assert found, f"not taken through .locked(): {sql}"
        table = found["table"]
        assert found["key"] in {table, None}, f"not by its own key: {sql}"
        assert table in HOUSE_ORDER, f"{table} has no place in the lock order"
        self._forget_the_last_transaction(connection)
        if (table, params) in self.held:
            return  # the same rows again
        self._take_turn(table, params)

    def _validate_change(
        self, table: str, rows: int, connection: BaseDatabaseWrapper
    ) -> None:
        if (
            table not in HOUSE_ORDER
            or not rows
            or not self._is_in_a_service(connection)
        ):
            return
        self._forget_the_last_transaction(connection)
        held = {name for name, _ in self.held}
        if held & {table, GUARDIANS.get(table)}:
            return
        assert rows == 1, f"{rows} rows of {table} are changed, and were not locked"
        self._take_turn(table, "changed")

    def _is_in_a_service(self, connection: BaseDatabaseWrapper) -> bool:
        if self.is_in_a_tests_own:
            return len(connection.savepoint_ids) > self.depth
        return connection.in_atomic_block

    def _forget_the_last_transaction(self, connection: BaseDatabaseWrapper) -> None:
        if self.is_in_a_tests_own:
            return  # it is the only one
        cursor = connection.connection.execute("SELECT transaction_timestamp()")
        moment = cursor.fetchone()[0]
        if moment != self.moment:
            self.moment, self.held = moment, []

    def _take_turn(self, table: str, rows: object) -> None:
        self.held.append((table, rows))
        places = [HOUSE_ORDER.index(name) for name, _ in self.held]
        assert places == sorted(places), f"locked out of order: {self.held}"
