"""Manifest: what a backup holds, to be compared with what was restored from it."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Self

from django.db.backends.base.base import BaseDatabaseWrapper

from config.program import read_version

FORMAT = 1
# What is counted, by its name in sentences. Of an older version a table may be missing.
COUNTED = {
    "sales": "SELECT count(*) FROM sales_sale WHERE finalized_at IS NOT NULL",
    "tenders": "SELECT count(*) FROM sales_tender",
    "points entries": "SELECT count(*) FROM customers_pointsentry",
}
HEADS = """
SELECT company.code, till.code, till.last_chain_no, till.chain_head
FROM pos_till till JOIN pos_company company ON company.id = till.company_id
ORDER BY company.code, till.code
"""
# An outlet without a time zone has its company's.
NEWEST = """
SELECT sale.receipt_number,
    sale.finalized_at
        AT TIME ZONE coalesce(nullif(outlet.time_zone, ''), company.time_zone)
FROM sales_sale sale
JOIN pos_till till ON till.id = sale.till_id
JOIN pos_outlet outlet ON outlet.id = till.outlet_id
JOIN pos_company company ON company.id = sale.company_id
WHERE sale.finalized_at IS NOT NULL
ORDER BY sale.finalized_at DESC, sale.id DESC LIMIT 1
"""


class ManifestError(Exception):
    """What is no manifest, in a sentence."""


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The last link of a till's chain."""

    company: str
    till: str
    chain_no: int
    hash: str

    def __str__(self) -> str:
        return f"{self.company} {self.till}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the books came to at the moment of the backup.

    ``newest_sale`` is its receipt number and its time at the outlet, or empty;
    ``sha256`` and ``size`` are those of the dump as it is in the file, to be verified
    without the private key; ``encrypted_to`` is the public one, or empty.
    """

    made_at: str
    version: str
    server: str
    migrations: list[str]
    counts: dict[str, int]
    chain_heads: list[ChainHead]
    newest_sale: str
    sha256: str = ""
    size: int = 0
    encrypted_to: str = ""

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Read what ``as_json`` wrote, or raise ManifestError."""
        try:
            said = json.loads(content)
            form = said.pop("format")
            if form == FORMAT:
                heads = [ChainHead(**head) for head in said.pop("chain_heads")]
                return cls(chain_heads=heads, **said)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise ManifestError("its manifest cannot be read") from None
        raise ManifestError(
            f"its format is {form}, and this version reads {FORMAT}: restore it with"
            " the version of the programs that made it, or a newer one"
        )

    def as_json(self) -> bytes:
        return json.dumps({"format": FORMAT} | asdict(self), indent=2).encode()

    def find_differences(self, restored: Self) -> Iterator[str]:
        """Yield in a sentence each thing that was not restored as it was."""
        for name, count in self.counts.items():
            found = restored.counts.get(name, 0)
            if found != count:
                yield f"{found:,} {name} were restored, and {count:,} were backed up."
        found_heads = {str(head): head for head in restored.chain_heads}
        for head in self.chain_heads:
            found_head = found_heads.get(str(head))
            if found_head is None:
                yield f"The chain of till {head} is missing."
            elif found_head != head:
                yield (
                    f"The chain of till {head} ends with {found_head.chain_no}, and in"
                    f" the backup with {head.chain_no} {head.hash[:8]}."
                )


def read_manifest(connection: BaseDatabaseWrapper) -> Manifest:
    """Read what the database has now; in a snapshot, if the caller has one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp(), current_setting('server_version')")
        made_at, server = cursor.fetchone()
        cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
        migrations = [name for (name,) in cursor.fetchall()]
        counts = {}
        for name, query in COUNTED.items():
            cursor.execute(query)
            counts[name] = cursor.fetchone()[0]
        cursor.execute(HEADS)
        heads = [ChainHead(*row) for row in cursor.fetchall()]
        cursor.execute(NEWEST)
        newest = cursor.fetchone()
    return Manifest(
        made_at=made_at.isoformat(timespec="seconds"),
        version=read_version(),
        server=server,
        migrations=migrations,
        counts=counts,
        chain_heads=heads,
        newest_sale=f"{newest[0]} of {newest[1]:%H:%M on %Y-%m-%d}" if newest else "",
    )
