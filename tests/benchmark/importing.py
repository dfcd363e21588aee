"""Importing: how long a line of a file takes, beside ``COPY`` of the same rows."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from customers.models import Customer, PointsEntry
from customers.registration.customer_file import read_customers
from customers.registration.customer_import import import_customers
from pos.catalogue.product_file import read_own_columns
from pos.catalogue.product_import import import_products
from pos.core.clock import database_now
from pos.core.csv_reader import read_table
from pos.core.ids import uuid7
from pos.models import (
    Barcode,
    Category,
    Outlet,
    Product,
    StaffMember,
    StockItem,
    StockMovement,
)
from tests.benchmark.bulk.rows import next_keys
from tests.benchmark.figures import table

CATEGORIES = 12
COLUMNS = "COPY (SELECT {columns} FROM {table} WHERE id >= %s) TO STDOUT"


@dataclass(frozen=True)
class ImportFigures:
    """Milliseconds a line; ``longest_ms`` is that of the longest transaction.

    ``client_ms`` is processor time of the import, without that of the server.
    """

    lines: int
    read_ms: float
    import_ms: float
    client_ms: float
    again_ms: float
    copy_ms: float
    longest_ms: float
    statements: float

    @property
    def ratio(self) -> float:
        """How many times as long as ``COPY`` the import takes."""
        return self.import_ms / self.copy_ms


class Counter:
    """Counts the statements of a connection."""

    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute: Any, *arguments: Any) -> Any:
        self.statements += 1
        return execute(*arguments)


def time_imports(*, lines: int) -> dict[str, ImportFigures]:
    """Import so many new products and customers, and read each file again."""
    outlet = Outlet.objects.select_related("company").earliest("pk")
    actor = StaffMember.objects.get()
    return {
        "products": _time(
            _product_lines(lines),
            read=lambda content: read_own_columns(
                read_table(content), places=outlet.company.currency_places
            ),
            service=lambda **options: import_products(
                outlet=outlet, actor=actor, **options
            ),
            rows=lambda: _product_rows(lines, outlet, actor),
        ),
        "customers": _time(
            _customer_lines(lines),
            read=lambda content: read_customers(read_table(content)),
            service=lambda **options: import_customers(
                company=outlet.company, actor=actor, **options
            ),
            rows=lambda: _customer_rows(lines, outlet, actor),
        ),
    }


def imports_text(figures: dict[str, ImportFigures]) -> str:
    """One table, a row for each kind of file."""
    lines = next(iter(figures.values())).lines
    head = [f"{lines:,} lines, ms a line", "read", "import", "client", "again", "COPY"]
    return table(
        [*head, "import / COPY", "statements", "longest ms"],
        [
            [
                *(name, f"{of.read_ms:.3f}", f"{of.import_ms:.3f}"),
                f"{of.client_ms:.3f}",
                *(f"{of.again_ms:.3f}", f"{of.copy_ms:.3f}", f"{of.ratio:.1f}"),
                *(f"{of.statements:.2f}", f"{of.longest_ms:.0f}"),
            ]
            for name, of in figures.items()
        ],
    )


def _time(
    text: str,
    *,
    read: Callable[[bytes], Any],
    service: Callable[..., Any],
    rows: Callable[[], Sequence[tuple[type[Model], list[Any]]]],
) -> ImportFigures:
    began = time.perf_counter()
    file = read(text.encode())
    lines = len(file.lines)
    read_ms = (time.perf_counter() - began) * 1000 / lines
    counter, moments = Counter(), [time.perf_counter()]
    began, used = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(counter):
        result = service(
            file=file, progress=lambda _: moments.append(time.perf_counter())
        )
    import_ms = (time.perf_counter() - began) * 1000 / lines
    client_ms = (time.process_time() - used) * 1000 / lines
    if (result.created, result.problems) != (lines, []):
        raise AssertionError(f"not all lines are new: {result}")
    began = time.perf_counter()
    if service(file=file).unchanged != lines:
        raise AssertionError("read again, the file changes something")
    again_ms = (time.perf_counter() - began) * 1000 / lines
    # The first comes after all lines are validated, without a lock.
    between = [b - a for a, b in zip(moments[1:], moments[2:], strict=False)]
    return ImportFigures(
        lines=lines,
        read_ms=read_ms,
        import_ms=import_ms,
        client_ms=client_ms,
        again_ms=again_ms,
        copy_ms=_time_copy(rows) * 1000 / lines,
        longest_ms=max(between, default=0) * 1000,
        statements=counter.statements / lines,
    )


def _time_copy(
    make_rows: Callable[[], Sequence[tuple[type[Model], list[Any]]]],
) -> float:
    """Return the seconds of ``COPY`` of these rows, as text that is ready."""
    texts = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        for model, rows in make_rows():
            fields = [f for f in model._meta.concrete_fields if not f.generated]
            columns = ", ".join(field.column for field in fields)
            into = f"COPY {model._meta.db_table} ({columns}) FROM STDIN"
            with cursor.copy(into) as copy:
                for row in rows:
                    copy.write_row([getattr(row, field.attname) for field in fields])
            wanted = COLUMNS.format(columns=columns, table=model._meta.db_table)
            with cursor.copy(wanted, [rows[0].pk]) as copy:
                texts.append((into, b"".join(bytes(part) for part in copy)))
        transaction.set_rollback(True)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        began = time.perf_counter()
        for into, text in texts:
            with cursor.copy(into) as copy:
                copy.write(text)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    return took


def _product_lines(count: int) -> str:
    head = "sku,name,second_name,category,price,cost,tax_code,barcodes,stock\n"
    return head + "".join(
        f"IMP-{n:05d},Imported product {n:05d},进口 {n},Shelf {n % CATEGORIES},"
        f"{2 + n % 1750 / 100:.2f},{1 + n % 950 / 100:.2f},SR,IB{n:06d},{n % 97}\n"
        for n in range(count)
    )


def _customer_lines(count: int) -> str:
    return "code,name,email,phone,birthday,points\n" + "".join(
        f"IM{n:06d},Imported Customer {n:06d},imported{n:06d}@example.com,"
        f"+659{n:07d},1990-08-09,{n % 500}\n"
        for n in range(count)
    )


def _product_rows(
    count: int, outlet: Outlet, actor: StaffMember
) -> list[tuple[type[Model], list[Any]]]:
    company, now = outlet.company, database_now()
    category = Category.objects.of_company(company.pk).earliest("pk")
    products = [
        Product(
            id=key,
            company=company,
            sku=f"COPY-{n:05d}",
            name=f"Imported product {n:05d}",
            second_name=f"进口 {n}",
            category=category,
            price=Decimal(200 + n % 1750) / 100,
            cost=Decimal(100 + n % 950) / 100,
        )
        for n, key in enumerate(next_keys("pos_product", count))
    ]
    barcodes = [
        Barcode(id=key, company=company, product=product, code=f"CB{n:06d}")
        for n, (key, product) in enumerate(_keyed("pos_barcode", products))
    ]
    items = [
        StockItem(id=key, company=company, outlet=outlet, product=product, on_hand=7)
        for key, product in _keyed("pos_stockitem", products)
    ]
    movements = [
        StockMovement(
            id=key,
            company=company,
            stock_item=item,
            kind=StockMovement.Kind.COUNT,
            quantity=7,
            counted=7,
            reason="Imported from a file",
            source=uuid7(),
            staff_member=actor,
            moved_at=now,
            recorded_at=now,
        )
        for key, item in _keyed("pos_stockmovement", items)
    ]
    return [
        (Product, products),
        (Barcode, barcodes),
        (StockItem, items),
        (StockMovement, movements),
    ]


def _customer_rows(
    count: int, outlet: Outlet, actor: StaffMember
) -> list[tuple[type[Model], list[Any]]]:
    now = database_now()
    customers = [
        Customer(
            id=key,
            company=outlet.company,
            code=f"CM{n:06d}",
            name=f"Imported Customer {n:06d}",
            email=f"copied{n:06d}@example.com",
            # As its column has it: a number is parsed when it is set.
            phone="",
            points_balance=n % 500 or 1,
            registered_at=now,
        )
        for n, key in enumerate(next_keys("customers_customer", count))
    ]
    entries = [
        PointsEntry(
            id=key,
            company=outlet.company,
            customer=customer,
            kind=PointsEntry.Kind.ADJUST,
            points=customer.points_balance,
            balance_after=customer.points_balance,
            source=uuid7(),
            reason="Imported balance",
            staff_member=actor,
            entered_at=now,
            recorded_at=now,
        )
        for key, customer in _keyed("customers_pointsentry", customers)
    ]
    return [(Customer, customers), (PointsEntry, entries)]


def _keyed(of: str, rows: Sequence[Any]) -> Iterable[tuple[int, Any]]:
    """Pair each row with a new primary key of the table."""
    return zip(next_keys(of, len(rows)), rows, strict=True)
