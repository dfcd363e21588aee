"""Implementations: three ways to finalize the same kind of sale, on one schema."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from pos.models import StaffMember
from sales.checkout.finalize import finalize_sale
from sales.checkout.settlement import TenderInput
from sales.models import Tender
from tests.benchmark.baskets import TENDERED
from tests.benchmark.one_statement import OneStatement
from tests.benchmark.round_trips import RoundTrips


class Counting:
    """Passes statements on to a connection, and counts them."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self.count = 0

    def cursor(self) -> "Counting":
        self._cursor = self.connection.cursor()
        return self

    def execute(self, *arguments: Any) -> psycopg.Cursor:
        self.count += 1
        return self._cursor.execute(*arguments)


@dataclass(frozen=True)
class Implementation:
    """A way to finalize: ``finalize`` and ``count`` both finish the sale.

    ``count`` returns how many statements it took, as its kind counts them.
    """

    finalize: Callable[[UUID], None]
    count: Callable[[UUID], int]


def implementations(raw: psycopg.Connection) -> dict[str, Implementation]:
    """Each by its name in the report; the bare ones use the bare connection."""
    actor = StaffMember.objects.get()
    actor.get_all_permissions()  # read once, by the view, before the service
    facts = {"company": actor.company_id, "cashier": (actor.pk, actor.uid)}
    tenders = [TenderInput(Tender.Kind.CASH, TENDERED)]

    def service(uid: UUID) -> None:
        finalize_sale(uid=uid, tenders=tenders, actor=actor)

    def bare(kind: type[RoundTrips] | type[OneStatement]) -> Implementation:
        way = kind(raw, **facts)

        def count(uid: UUID) -> int:
            counting = Counting(raw)
            kind(counting, **facts).finalize(uid, TENDERED)
            return counting.count

        return Implementation(lambda uid: way.finalize(uid, TENDERED), count)

    return {
        "service": Implementation(service, lambda uid: _count_queries(service, uid)),
        "round trips": bare(RoundTrips),
        "one statement": bare(OneStatement),
    }


def bare_connection() -> psycopg.Connection:
    """A connection to Django's database without Django, in autocommit."""
    database = connection.settings_dict
    return psycopg.connect(
        host=database["HOST"],
        user=database["USER"],
        dbname=database["NAME"],
        autocommit=True,
        prepare_threshold=database["OPTIONS"]["prepare_threshold"],
    )


def _count_queries(finalize: Callable[[UUID], None], uid: UUID) -> int:
    count = 0

    def counted(execute: Callable, *arguments: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*arguments)

    with connection.execute_wrapper(counted):
        finalize(uid)
    return count
