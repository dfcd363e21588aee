"""Documents: the week's canonical texts again for each block, chained by till."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import psycopg
from psycopg.rows import dict_row

from pos.core.chains import CHAIN_START, chain_hash
from sales.checkout.fiscal_text import write_canonical
from tests.benchmark.bulk.blocks import WEEK, Size
from tests.benchmark.bulk.seed import Seed

TABLE = "sales_fiscaldocument"

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_RECEIPT = re.compile(r"(\d+)-([SRZ])-(\d{6,})")
# Where a text differs from block to block, while it is taken apart. An integer's
# place loses its quotes.
_PLACE = re.compile(r'"⟦int (\d+)⟧"|⟦(\d+)⟧')
_SHARED = frozenset({"gst", "cashier", "closed_by", "approved_by"})

# What is at a place, by the outlet, the week and the number of the block.
Writes = Callable[[int, int, int], str]


@dataclass(frozen=True, slots=True)
class SeedTill:
    """A till at the end of the week, with the names in its documents."""

    id: int
    code: str
    sales: int
    refunds: int
    z_reports: int
    chain: int
    sold: Decimal

    def code_at(self, outlet: int) -> str:
        return str(int(self.code) + 2 * outlet)

    def counted(self, letter: str) -> int:
        return {"S": self.sales, "R": self.refunds, "Z": self.z_reports}[letter]


class Text:
    """One document's text, taken apart into what stays and what each block writes."""

    def __init__(self, text: str, till: SeedTill) -> None:
        self.till = till
        self.places: list[Writes] = []
        document = json.loads(text)
        del document["v"]
        marked = write_canonical(self._mark(document))
        self.parts: list[str | Writes] = []
        end = 0
        for place in _PLACE.finditer(marked):
            self.parts.append(marked[end : place.start()])
            self.parts.append(self.places[int(place[1] or place[2])])
            end = place.end()
        self.parts.append(marked[end:])
        if self.written(0, 0, 0) != text:
            raise ValueError("the text does not come back as it was")

    def written(self, outlet: int, week: int, number: int) -> str:
        return "".join(
            [
                part if isinstance(part, str) else part(outlet, week, number)
                for part in self.parts
            ]
        )

    def _mark(self, value: object, key: str = "") -> object:
        if key in _SHARED:
            return value
        if isinstance(value, dict):
            return {name: self._mark(own, name) for name, own in value.items()}
        if key == "till":
            return [self._place(self._code), self._place(self._till_name)]
        if key == "outlet":
            code, name = value
            return [
                self._place(lambda o, w, n: f"{code}{o}" if o else code),
                self._place(lambda o, w, n: f"{name} {o}" if o else name),
            ]
        if isinstance(value, list):
            return [self._mark(own) for own in value]
        if key == "chain_no":
            chain = self.till.chain
            return self._place(lambda o, w, n: str(value + w * chain), kind="int ")
        if key in {"grand_total", "grand_total_before"}:
            before, sold = Decimal(value), self.till.sold
            return self._place(lambda o, w, n: f"{before + w * sold:.3f}")
        return self._mark_text(value) if isinstance(value, str) else value

    def _mark_text(self, value: str) -> str:
        if _UUID.fullmatch(value):
            return self._place(lambda o, w, n: moved_uuid(value, n))
        if _TIME.match(value):
            at = datetime.fromisoformat(value)
            return self._place(lambda o, w, n: (at + w * WEEK).isoformat())
        if _DATE.fullmatch(value):
            day = date.fromisoformat(value)
            return self._place(lambda o, w, n: (day + w * WEEK).isoformat())
        if receipt := _RECEIPT.fullmatch(value):
            _, letter, number = receipt.groups()
            first, counted = int(number), self.till.counted(letter)
            return self._place(
                lambda o, w, n: (
                    f"{self.till.code_at(o)}-{letter}-{first + w * counted:06d}"
                )
            )
        return value

    def _code(self, outlet: int, week: int, number: int) -> str:
        return self.till.code_at(outlet)

    def _till_name(self, outlet: int, week: int, number: int) -> str:
        return f"Till {self.till.code_at(outlet)}"

    def _place(self, writes: Writes, *, kind: str = "") -> str:
        self.places.append(writes)
        return f"⟦{kind}{len(self.places) - 1}⟧"


def moved_uuid(uuid: str, block: int) -> str:
    """The uuid of the same thing in another block; SQL says it alike (blocks.py)."""
    if not block:
        return uuid
    start = f"{block:012x}"
    return f"{start[:8]}-{start[8:]}{uuid[13:]}"


def write_documents(
    connection: psycopg.Connection, seed: Seed, size: Size
) -> dict[tuple[int, int], str]:
    """Append every block's documents; return the last hash by till and outlet."""
    tills = seed_tills(connection)
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(f"SELECT * FROM {TABLE} ORDER BY till_id, chain_no")  # noqa: S608
        rows = [
            (row, Text(row["text"], tills[row["till_id"]])) for row in cursor.fetchall()
        ]
    names = list(rows[0][0])
    heads = {
        (till, outlet): CHAIN_START for till in tills for outlet in range(size.outlets)
    }
    heads |= {(row["till_id"], 0): row["hash"] for row, _ in rows}
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {TABLE} ({', '.join(names)}) FROM STDIN") as copy,
    ):
        for row in _rows(rows, tills, heads, seed, size):
            copy.write_row([row[name] for name in names])
    return heads


def _rows(rows, tills, heads, seed: Seed, size: Size) -> Iterator[dict[str, object]]:
    for number, outlet, week, *_ in list(size.rows())[1:]:
        move = number * seed.stride
        for row, text in rows:
            head = (row["till_id"], outlet)
            written = text.written(outlet, week, number)
            previous, heads[head] = heads[head], chain_hash(heads[head], written)
            yield row | {
                "id": row["id"] + move,
                "till_id": row["till_id"] + outlet * seed.stride,
                "chain_no": row["chain_no"] + week * tills[row["till_id"]].chain,
                "sale_id": row["sale_id"] and row["sale_id"] + move,
                "z_report_id": row["z_report_id"] and row["z_report_id"] + move,
                "text": written,
                "previous_hash": previous,
                "hash": heads[head],
            }


def seed_tills(connection: psycopg.Connection) -> dict[int, SeedTill]:
    """The seed's two tills, by id."""
    found = connection.execute(
        "SELECT till.id, till.code, last_sale_number, last_refund_number,"
        " last_z_number, last_chain_no, z.sold FROM pos_till till"
        " JOIN (SELECT till_id, sum(total) AS sold FROM sales_zreport GROUP BY till_id)"
        " z ON z.till_id = till.id"
    )
    return {row[0]: SeedTill(*row) for row in found.fetchall()}
