"""Shopify file: its product export, in which each variant is a product.

Its rows are variants and pictures of products; what all variants share is in the
first row of a handle.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import partial
from html.parser import HTMLParser

from django.utils.text import slugify
from django.utils.translation import gettext as _

from pos.catalogue.product_file import (
    ProductFile,
    Reader,
    read_barcodes,
    read_description,
    read_money,
    read_stock,
    read_text,
)
from pos.core.csv_reader import Problem, Row, Table
from pos.core.text import CODE_MAX
from pos.models import Product, TaxCode

OPTIONS = ("Option1 Value", "Option2 Value", "Option3 Value")
OF_A_VARIANT = ("Variant SKU", "Variant Price", *OPTIONS)
# What Shopify calls the only variant of a product without options.
ONLY_VARIANT = "Default Title"
# The tracker of stock that is not counted.
NO_ONE = "no one"

Cells = Mapping[str, str]


def is_shopify(table: Table) -> bool:
    return {"Handle", "Title", "Variant Price"} <= set(table.columns)


def read_shopify(table: Table, *, places: int) -> ProductFile:
    """Read each variant as a product; ``places`` are those of the currency."""
    file = ProductFile(problems=list(table.problems))
    columns = _columns(places)
    parents: dict[str, Row] = {}
    pictures = 0
    for row in table.rows:
        handle = row.cells["Handle"]
        if not handle:
            file.problems.append(Problem(row.line, _("Handle: is empty.")))
            continue
        parent = parents.setdefault(handle, row)
        if row is not parent and not _has(row.cells, *OF_A_VARIANT):
            pictures += 1
        elif parent.cells.get("Gift Card", "").lower() == "true":
            text = _("Line %(line)d: a gift card is not a product; skipped.")
            file.notices.append(text % {"line": row.line})
        elif not _has(row.cells, "Variant Price"):
            file.problems.append(Problem(row.line, _("Variant Price: is empty.")))
        elif not _has(parent.cells, "Title"):
            file.problems.append(Problem(row.line, _("Title: is empty.")))
        else:
            file.read_line(row.line, _variant(file, row, parent.cells), columns)
    if pictures:
        text = _("Rows with pictures only, skipped: %(count)d.")
        file.notices.append(text % {"count": pictures})
    file.refuse_repeats()
    return file


def _has(cells: Cells, *columns: str) -> bool:
    return any(cells.get(column) for column in columns)


def _columns(places: int) -> dict[str, tuple[str, Reader]]:
    money = partial(read_money, places=places)
    return {
        "Variant SKU": ("sku", read_text),
        "Title": ("name", read_text),
        "Body (HTML)": ("description", read_description),
        "Type": ("category", read_text),
        "Variant Price": ("price", money),
        "Cost per item": ("cost", money),
        "Variant Barcode": ("barcodes", read_barcodes),
        "Variant Inventory Tracker": ("is_tracked", _is_tracked),
        "Variant Inventory Policy": ("when_out", _when_out),
        "Variant Inventory Qty": ("stock", read_stock),
        "Variant Taxable": ("tax_code", str),
        "Status": ("is_active", _is_active),
    }


def _variant(file: ProductFile, row: Row, parent: Cells) -> dict[str, str]:
    """Return the cells of one variant, together with those of its product."""
    cells = dict(row.cells)
    options = [cells.get(column, "") for column in OPTIONS]
    options = [option for option in options if option and option != ONLY_VARIANT]
    cells["Title"] = " - ".join(filter(None, [parent["Title"], " / ".join(options)]))
    for column in ("Type", "Status"):
        cells[column] = parent.get(column, "")
    cells["Body (HTML)"] = plain_text(parent.get("Body (HTML)", ""))
    # Shopify adds an apostrophe, so that spreadsheets do not round these.
    for column in ("Variant SKU", "Variant Barcode"):
        cells[column] = cells.get(column, "").lstrip("'").strip()
    if not cells["Variant SKU"]:
        cells["Variant SKU"] = _make_sku(row.cells["Handle"], options)
    _clean_stock(cells, file, row.line)
    _clean_tax(cells, file, row.line)
    return cells


def _clean_stock(cells: dict[str, str], file: ProductFile, line: int) -> None:
    """Leave out stock that is not tracked, and read stock below zero as zero."""
    if not cells.get("Variant Inventory Tracker"):
        cells["Variant Inventory Tracker"] = NO_ONE
        cells["Variant Inventory Qty"] = ""
    stock = cells.get("Variant Inventory Qty", "")
    if stock.startswith("-") and stock[1:].isdecimal():
        text = _("Line %(line)d: stock %(stock)s was read as 0.")
        file.notices.append(text % {"line": line, "stock": stock[:20]})
        cells["Variant Inventory Qty"] = "0"


def _clean_tax(cells: dict[str, str], file: ProductFile, line: int) -> None:
    """Read a variant that is not taxable as zero-rated: Shopify gives no reason."""
    is_taxable = cells.get("Variant Taxable", "").lower() != "false"
    cells["Variant Taxable"] = "" if is_taxable else TaxCode.ZR.value
    if not is_taxable:
        text = _("Line %(line)d: not taxable, read as zero-rated (ZR).")
        file.notices.append(text % {"line": line})


def _is_tracked(tracker: str) -> bool:
    return tracker != NO_ONE


def _when_out(policy: str) -> str:
    if policy.lower() == "continue":
        return Product.WhenOut.ALLOW.value
    return Product.WhenOut.REFUSE.value


def _is_active(status: str) -> bool:
    return status.lower() == "active"


def _make_sku(handle: str, options: list[str]) -> str:
    """Return an SKU that is the same each time, of at most CODE_MAX characters."""
    words = slugify(" ".join([handle, *options]), allow_unicode=True)
    if len(words) <= CODE_MAX:
        return words
    rest = hashlib.sha256(words.encode()).hexdigest()[:8]
    return f"{words[: CODE_MAX - 9]}-{rest}"


def plain_text(html: str) -> str:
    """Return the words of a piece of HTML, a paragraph a line.

    >>> plain_text("<p>Soft <b>cotton</b></p><ul><li>S &amp; M</li></ul>")
    'Soft cotton\\nS & M'
    """
    words = _Words()
    words.feed(html)
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.parts).split("\n"))
    return "\n".join(line for line in lines if line)


class _Words(HTMLParser):
    BREAKS = re.compile(r"br|p|div|li|ul|ol|tr|table|h[1-6]")
    HIDDEN = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in self.HIDDEN
        if self.BREAKS.fullmatch(tag):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        if self.BREAKS.fullmatch(tag):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            # Space between words, not the line breaks of the source.
            self.parts.append(data.replace("\n", " "))
