"""Books: what the database says, compared with the model."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection

from tests.simulation import figures
from tests.simulation.figures import compare_figures, note_finished
from tests.simulation.rows import FINALIZED, PlainLine, PlainSale, PlainShift
from tests.simulation.statements import FACTS, SUMS
from tests.simulation.world import DisagreementError, World

Facts = dict[tuple[str, str], dict[str, Any]]


def compare_changed(world: World) -> None:
    """Raise DisagreementError unless the rows the step changed equal the model."""
    note_finished(world)
    plain = world.plain
    opened = [
        shift.uid
        for code in world.changed_tills
        if (shift := plain.tills[code].shift) is not None
    ]
    _compare(
        world,
        sales=world.changed_sales,
        goods=[sku for sku in world.changed_goods if sku in plain.stock],
        customers=world.changed_customers,
        tills=world.changed_tills,
        shifts=world.changed_shifts.union(opened),
    )


def compare_all(world: World) -> None:
    """The same for all rows, and that there are no others."""
    plain = world.plain
    _compare(
        world,
        sales=plain.sales,
        goods=plain.stock,
        customers=plain.points,
        tills=plain.tills,
        shifts=plain.shifts,
    )
    [(said,)] = _ask(world, SUMS)
    found = list(_find_differences("all of them", json.loads(said), _sums(world)))
    if found:
        raise DisagreementError(found)
    compare_figures(
        world,
        closed=_ask(world, figures.BOOKS),
        sold=_ask(world, figures.PRODUCTS),
    )


def _compare(world: World, **names: Iterable[Any]) -> None:
    """Read these facts from the books, and compare them with the model."""
    check_deferred_constraints()
    given = {kind: sorted(map(str, some)) for kind, some in names.items()}
    books: Facts = {
        (kind, name): json.loads(facts)
        for kind, name, facts in _ask(world, FACTS, **given)
    }
    model = _model(world, given)
    found = [
        difference
        for kind, name in model.keys() | books.keys()
        for difference in _find_differences(
            f"{kind} {name}",
            books.get((kind, name), {}),
            model.get((kind, name), {}),
        )
    ]
    if found:
        raise DisagreementError(sorted(found))


def check_deferred_constraints() -> None:
    """Check every deferred constraint now, as COMMIT would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _ask(world: World, statement: str, **given: list[str]) -> list[tuple[Any, ...]]:
    about = {
        "company": world.shop.company.pk,
        "scale": 10**world.plain.rules.places,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, about | given)
        return cursor.fetchall()


def _find_differences(
    what: str, books: dict[str, Any], model: dict[str, Any]
) -> Iterable[str]:
    for name in sorted(books.keys() | model.keys()):
        said, expected = books.get(name), model.get(name)
        if said != expected:
            yield f"{what}, {name}: {said}, by the model {expected}"


# --- the model's side ---------------------------------------------------------


def _model(world: World, given: dict[str, list[str]]) -> Facts:
    plain = world.plain
    return (
        {("sale", uid): _sale(plain.sales[UUID(uid)]) for uid in given["sales"]}
        | {("product", sku): {"on hand": plain.stock[sku]} for sku in given["goods"]}
        | {
            ("customer", code): {"points": plain.points[code]}
            for code in given["customers"]
        }
        | {
            ("till", code): {
                "sales": plain.tills[code].sales,
                "refunds": plain.tills[code].refunds,
                "Z reports": plain.tills[code].z_reports,
                "documents": plain.tills[code].documents,
            }
            for code in given["tills"]
        }
        | {
            ("shift", uid): _shift(world, plain.shifts[UUID(uid)])
            for uid in given["shifts"]
        }
    )


def _sale(sale: PlainSale) -> dict[str, Any]:
    return {
        "kind": sale.kind,
        "status": sale.status,
        "till": sale.till,
        "customer": sale.customer,
        "revision": sale.revision,
        "seq": sale.seq,
        "line count": len(sale.active_lines),
        "total": sale.total,
        "net": sale.net,
        "deposits": sale.deposits,
        "rounding": sale.rounding,
        "points": sale.points,
        "points value": sale.points_value,
        "number": sale.number,
        "shift": str(sale.shift) if sale.shift else None,
        "original": str(sale.original) if sale.original else None,
        "lines": [_line(line) for line in sale.active_lines],
        "exchanged for": str(sale.exchanged_for) if sale.exchanged_for else None,
        "tenders": [
            [
                tender.kinds[0],
                tender.kind,
                tender.tendered,
                tender.change,
                tender.is_pending,
                tender.is_alternative_method,
                tender.is_confirmed,
            ]
            for tender in sale.tenders
        ],
        "held": sale.held,
        "parts": [[*part.handed, part.event] for part in sale.parts],
        "points entries": sale.entries,
    }


def _line(line: PlainLine) -> list[Any]:
    priced = line.priced
    return [
        line.position,
        line.product.sku,
        priced.quantity,
        priced.price,
        priced.listed,
        priced.line_off,
        priced.sale_off,
        priced.points_off,
        priced.total,
        priced.net,
        line.returned,
        line.returned_total,
    ]


def _shift(world: World, shift: PlainShift) -> dict[str, Any]:
    return {
        "till": shift.till,
        "counted": shift.counted,
        "expected": None if shift.is_open else shift.cash,
        "cash": shift.cash,
        "Z report": None if shift.is_open else _z_report(world, shift),
    }


def _z_report(world: World, shift: PlainShift) -> dict[str, Any]:
    done = world.plain.of_shift(shift)
    refunds = [sale for sale in done if sale.is_refund]
    entries = [sale.entries for sale in done]
    tenders: dict[str, int] = {}
    for sale in done:
        for tender in sale.tenders:
            tenders |= {kind: tenders.get(kind, 0) for kind in tender.kinds}
            tenders[tender.kind] += tender.amount

    def points(*kinds: str) -> int:
        return sum(entry.get(kind, 0) for entry in entries for kind in kinds)

    return {
        "number": shift.z_number,
        "total": sum(sale.total for sale in done),
        "tax": sum(sale.total - sale.net for sale in done),
        "rounding": sum(sale.rounding for sale in done),
        "deposits": [
            sum(sale.deposits for sale in done if not sale.is_refund),
            sum(sale.deposits for sale in refunds),
        ],
        "grand total": shift.grand_total,
        "refunded": sum(sale.total for sale in refunds),
        "points": {
            "earned": points("earn", "reverse"),
            "redeemed": -points("redeem"),
        },
        "sales": len(done) - len(refunds),
        "refunds": len(refunds),
        "voids": shift.voids,
        "tenders": tenders,
        "part payments": shift.parts,
    }


def _sums(world: World) -> dict[str, Any]:
    plain = world.plain
    done = world.sales(FINALIZED)
    ledgers = (
        "operations",
        "tenders",
        "confirmations",
        "corrections",
        "points",
        "stock",
        "counts",
        "movements",
        "part payments",
    )
    return {name: plain.rows.get(name, 0) for name in ledgers} | {
        "sales": len(plain.sales),
        "documents": sum(till.documents for till in plain.tills.values()),
        "shifts": len(plain.shifts),
        "turnover": sum(sale.total for sale in done),
        "tax": sum(sale.total - sale.net for sale in done),
    }
