"""CSV writer: rows that a spreadsheet shows and never carries out; pure."""

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal

from pos.core.money import format_plain

# What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# By which a spreadsheet knows that the file is in UTF-8.
BEGINNING = "\N{ZERO WIDTH NO-BREAK SPACE}"


class _Line:
    """What ``csv.writer`` writes to: gives each line back."""

    def write(self, line: str) -> str:
        return line


def write_csv(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield the lines of a file; numbers are plain, and a text is never a formula."""
    writer = csv.writer(_Line())
    yield BEGINNING
    for row in rows:
        yield writer.writerow([defuse(cell) for cell in row])


def defuse(cell: object) -> str:
    """Return the cell as a spreadsheet may have it.

    >>> defuse(Decimal("-5.00")), defuse("=1+1"), defuse(None)
    ('-5', "'=1+1", '')
    """
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return format_plain(cell)
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
