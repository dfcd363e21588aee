"""CSV writer: rows that a spreadsheet shows and never carries out; pure."""

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal

from pos.core.money import format_plain

# What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
# By which a spreadsheet knows that the file is in UTF-8.
BEGINNING = "\N{ZERO WIDTH NO-BREAK SPACE}"


class Figure(str):
    """A figure or a date as it is written: never a text, also not with a minus."""

    __slots__ = ()


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

    >>> defuse(Decimal("-5.00")), defuse(Figure("-5.00")), defuse("=1+1"), defuse(None)
    ('-5', '-5.00', "'=1+1", '')
    """
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return format_plain(cell)
    text = str(cell)
    is_text = not isinstance(cell, Figure)
    return f"'{text}" if is_text and text.startswith(FORMULA) else text


def restore(cell: str) -> str:
    """Return the text that ``defuse`` was given, from what it made of it.

    >>> restore("'=1+1"), restore("'tis"), restore("-5.00")
    ('=1+1', "'tis", '-5.00')
    """
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell
