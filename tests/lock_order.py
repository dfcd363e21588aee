"""The guard of the lock order: it judges each outermost service call."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

LOCKING = re.compile(r"\bFOR (UPDATE|NO KEY UPDATE|SHARE|KEY SHARE)\b")
LOCKED = re.compile(
    r'(ORDER BY "(?P<key>\w+)"\."id" ASC( LIMIT 1)?|LIMIT 21)'  # 21: get()
    r' FOR NO KEY UPDATE OF "(?P<table>\w+)"$'
)


@contextmanager
def judged_locks(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Fail on a lock that is taken out of turn, or not in the house's way."""
    with connection.execute_wrapper(_Judge(len(connection.savepoint_ids))):
        yield


class _Judge:
    def __init__(self, depth: int) -> None:
        self.depth = depth
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
        if sql.startswith("SAVEPOINT") and len(connection.savepoint_ids) == self.depth:
            self.held = []
        result = execute(sql, params, many, context)
        if sql.startswith("SELECT") and LOCKING.search(sql):
            self._judge(sql, tuple(params or ()), connection)
        return result

    def _judge(
        self, sql: str, params: tuple[Any, ...], connection: BaseDatabaseWrapper
    ) -> None:
        found = LOCKED.search(sql)
        assert found, f"not taken through .locked(): {sql}"
        table = found["table"]
        assert found["key"] in {table, None}, f"not by its own key: {sql}"
        assert table in HOUSE_ORDER, f"{table} has no place in the lock order"
        cursor = connection.connection.execute("SELECT transaction_timestamp()")
        moment = cursor.fetchone()[0]
        if moment != self.moment:
            self.moment, self.held = moment, []
        if (table, params) in self.held:
            return  # the same rows again
        self.held.append((table, params))
        places = [HOUSE_ORDER.index(name) for name, _ in self.held]
        assert places == sorted(places), f"locked out of order: {self.held}"
