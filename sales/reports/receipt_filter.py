"""Receipt filter: which receipts an address asks for, and which figure they make.

Whatever an address says, a filter comes of it: what makes no sense, or is another
company's, is left out, and a sentence says so.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, OuterRef, QuerySet, Value
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from customers.models import Customer
from pos.core.localized_names import name_in_language
from pos.models import Category, Company, Product, StaffMember, TaxCode
from pos.models.tender_kind import KIND_MAX
from pos.models.voucher import is_known_kind, name_kind
from sales.models import Sale, ShiftReason
from sales.reports.links import NONE
from sales.reports.reading import HOURS, PRODUCTS, REASONS, TAXES, TENDERS
from sales.reports.receipt_figures import (
    FIGURES,
    ReceiptFigure,
    Source,
    find_figure,
    usual_figure,
)
from sales.reports.words import name_reason
from sales.shifts.sums import Sums

# A rate of tax, with no more places than its column has.
RATE = re.compile(r"\d(?:\.\d{1,5})?", re.ASCII)
SUMS: Mapping[Source, Sums] = {
    Source.HOURS: HOURS,
    Source.PRODUCTS: PRODUCTS,
    Source.TAXES: TAXES,
    Source.TENDERS: TENDERS,
    Source.REASONS: REASONS,
}
# What each source can be narrowed down to; a source is that of the first key it has.
KEYS: Mapping[Source, tuple[str, ...]] = {
    Source.REASONS: ("what", "reason", "cashier", "weekday"),
    Source.TENDERS: ("tender", "weekday"),
    Source.TAXES: ("tax", "rate", "kind", "weekday"),
    Source.PRODUCTS: ("product", "category", "weekday"),
    Source.CUSTOMERS: ("customer", "kind", "weekday"),
    Source.HOURS: ("hour", "weekday", "cashier", "kind"),
}
# Figures of which a report has the mean.
MEANS = frozenset({"total", "receipts"})
CHOOSING = {
    "what": Source.REASONS,
    "tender": Source.TENDERS,
    "tax": Source.TAXES,
    "rate": Source.TAXES,
    "product": Source.PRODUCTS,
    "category": Source.PRODUCTS,
    "customer": Source.CUSTOMERS,
}
_OF = {"cashier": "cashier_id", "tender": "kind", "tax": "tax_code", "rate": "tax_rate"}
_OF |= {"kind": "document", "product": "product_id"}
_MODELS: Mapping[str, Any] = {
    "product": Product,
    "category": Category,
    "cashier": StaffMember,
    "customer": Customer,
}


@dataclass(frozen=True, slots=True)
class ReceiptFilter:
    """What a figure is narrowed down to, and which figure it is.

    ``values`` has the keys of an address that count, as values; ``query`` the same as
    texts. ``products`` are the ids of one product or of a category's. ``words`` say in
    order what it is of, for people.
    """

    source: Source
    figure_name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    products: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def figure(self) -> ReceiptFigure:
        return FIGURES[self.source][self.figure_name]

    @property
    def is_mean(self) -> bool:
        """Whether the report has the mean of its days, and not their sum."""
        return "per" in self.query

    @property
    def report(self) -> str:
        """The report that has the figure."""
        if self.source == Source.HOURS and "cashier" in self.values:
            return "staff"
        if self.source == Source.HOURS and not {"hour", "weekday"} & {*self.values}:
            return "days"
        if "category" in self.values:
            return "categories"
        return str(self.source)

    @property
    def where(self) -> dict[str, Any]:
        """The same for the roll-up, by its columns; not the products of a category."""
        own = {name: value for name, value in self.values.items() if name != "category"}
        found = {_OF.get(name, name): value for name, value in own.items()}
        if self.source == Source.REASONS and "cashier_id" in found:
            found["person_id"] = found.pop("cashier_id")
        return found


def read_filter(
    query: Mapping[str, str],
    *,
    company: Company,
    sees_margin: bool,
    sees_staff: bool,
) -> ReceiptFilter:
    """Return what an address asks for; one statement where it names a row by its uid.

    Who does not see figures of staff members may not ask for one person's: ``cashier``
    is left out. Keys are hour, weekday, product, category, cashier, customer, tender,
    tax, rate, what, reason, kind and figure. ``of`` names the source where no key of it
    is given, as for the sum of all tenders; ``per`` asks for a mean by day.
    """
    notes: list[str] = []
    given, wrong = _read_values(query, company)
    is_of_staff = "cashier" in given and not sees_staff
    if is_of_staff:
        del given["cashier"]
    named = _find_rows(given, company)
    if wrong or any(key in _MODELS and key not in named for key in given):
        notes.append(_("Something in the address names nothing, and was left out."))
    values = {
        key: named[key].value if key in named else value
        for key, value in given.items()
        if key in named or key not in _MODELS
    }
    source = _choose_source(query, values)
    if source == Source.HOURS and values.keys() == {"kind"} | ({*values} & {"weekday"}):
        # By hour, the roll-up has the net and tax of sales and refunds together.
        source = Source.TAXES if query.get("figure") in {"net", "tax"} else source
    values, left_out = _fit(source, values)
    left_out = left_out or is_of_staff
    name = find_figure(source, query.get("figure", ""))
    figure = FIGURES[source].get(name)
    if figure is None or (figure.is_margin and not sees_margin):
        left_out = left_out or bool(query.get("figure"))
        name = usual_figure(source)
    if source in {Source.HOURS, Source.CUSTOMERS} and "kind" in values:
        name, is_other = _fit_kind(source, name, values.pop("kind"))
        left_out = left_out or is_other
    is_mean = _is_mean(query, source, values, name)
    if left_out or (query.get("per") and not is_mean):
        notes.append(
            _("No report has this figure so narrowed down. This is the nearest.")
        )
    return ReceiptFilter(
        source=source,
        figure_name=name,
        values=values,
        query=_write(query, values, source, name) | ({"per": "day"} if is_mean else {}),
        products=_list_products(values, named),
        words=tuple(_describe(values, named, company)),
        notes=tuple(notes),
    )


def _read_values(
    query: Mapping[str, str], company: Company
) -> tuple[dict[str, Any], bool]:
    """Return what can be read, and whether something could not."""
    found: dict[str, Any] = {}
    is_wrong = False
    for key, read in READERS.items():
        text = query.get(key, "").strip()
        if not text and not (key == "reason" and key in query):
            continue
        value = read(text)
        if value is None:
            is_wrong = True
        else:
            found[key] = value
    if "tender" in found and not is_known_kind(found["tender"], company):
        del found["tender"]
        is_wrong = True
    return found, is_wrong


def _read_uid(text: str) -> UUID | str | None:
    if text == NONE:
        return NONE
    try:
        return UUID(text)
    except ValueError:
        return None


def _read_number(text: str, least: int, most: int) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) < 4
    return int(text) if is_number and least <= int(text) <= most else None


def _read_rate(text: str) -> Decimal | None:
    return Decimal(text) if RATE.fullmatch(text) else None


# What an address can be narrowed down by, each with how its text is read.
READERS: Mapping[str, Any] = {
    "hour": lambda text: _read_number(text, 0, 23),
    "weekday": lambda text: _read_number(text, 1, 7),
    **dict.fromkeys(_MODELS, _read_uid),
    "tender": lambda text: text if len(text) <= KIND_MAX else None,
    "tax": lambda text: text if text in TaxCode.values else None,
    "rate": _read_rate,
    "what": lambda text: text if text in ShiftReason.What.values else None,
    "reason": lambda text: text,
    "kind": lambda text: text if text in Sale.Kind.values else None,
}


@dataclass(frozen=True, slots=True)
class _Named:
    """A row that was named by its uid: its id, what people call it, its products."""

    value: Any
    name: str
    products: tuple[int, ...] = ()


def _find_rows(given: Mapping[str, Any], company: Company) -> dict[str, _Named]:
    """Return the rows of the company that were named, of all kinds in one statement."""
    names = {"category": _("No category"), "customer": _("No customer")}
    found = {key: _Named(NONE, names[key]) for key in names if given.get(key) == NONE}
    wanted = [
        _select_row(key, given[key], company)
        for key in _MODELS
        if isinstance(given.get(key), UUID)
    ]
    if "category" in found:
        wanted.append(_select_uncategorized(company))
    if not wanted:
        return found
    for key, pk, name, second, products in wanted[0].union(*wanted[1:], all=True):
        value = pk or NONE
        shown = name_in_language(name, second) or found[key].name
        own = (pk,) if key == "product" else ()
        found[key] = _Named(value, shown, tuple(products or own))
    return found


def _select_row(key: str, uid: UUID, company: Company) -> QuerySet[Any]:
    products: Any = Value(None, output_field=ArrayField(BigIntegerField()))
    if key == "category":
        of_category = Product.objects.of_company(company.pk).order_by()
        products = ArraySubquery(
            of_category.filter(category=OuterRef("pk")).values("pk")
        )
    has_second = key in {"product", "category"}
    return (
        _MODELS[key]
        .objects.filter(company=company, uid=uid)
        .order_by()
        .values_list(
            *(Value(key), F("pk"), F("name")),
            F("second_name") if has_second else Value(""),
            products,
        )
    )


def _select_uncategorized(company: Company) -> QuerySet[Any]:
    products = Product.objects.of_company(company.pk).filter(category=None)
    return (
        Company.objects.filter(pk=company.pk)
        .order_by()
        .values_list(
            *(Value("category"), F("pk") - F("pk"), Value(""), Value("")),
            ArraySubquery(products.order_by().values("pk")),
        )
    )


def _choose_source(query: Mapping[str, str], values: Mapping[str, Any]) -> Source:
    asked = query.get("of", "")
    # Reasons of different kinds come to no sum.
    if asked in {*Source} - {Source.REASONS}:
        return Source(asked)
    for key, source in CHOOSING.items():
        if key in values:
            return source
    return Source.HOURS


def _fit(source: Source, values: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Leave out what the source has no sums by; say whether there was any."""
    fitting = {key: values[key] for key in KEYS[source] if key in values}
    return fitting, fitting.keys() != values.keys()


def _fit_kind(source: Source, name: str, kind: str) -> tuple[str, bool]:
    """Return the figure of sales or of refunds alone, and whether it is another one."""
    figure = FIGURES[source][name]
    if figure.document:
        return name, figure.document != kind
    of_kind = "sold" if kind == Sale.Kind.SALE else "refunds"
    return of_kind, name != "total"


def _is_mean(
    query: Mapping[str, str], source: Source, values: Mapping[str, Any], name: str
) -> bool:
    """Whether the mean of the days of a weekday is asked for, as sales by hour have."""
    is_of_hours = source == Source.HOURS and name in MEANS and "weekday" in values
    return is_of_hours and query.get("per") == "day"


def _list_products(
    values: Mapping[str, Any], named: Mapping[str, _Named]
) -> tuple[int, ...]:
    """Return the products of both; a product of another category is in neither."""
    lists = [{*named[key].products} for key in ("product", "category") if key in values]
    return tuple(sorted(set.intersection(*lists))) if lists else ()


def _describe(
    values: Mapping[str, Any], named: Mapping[str, _Named], company: Company
) -> Iterator[str]:
    for key, value in values.items():
        named_one = named.get(key)
        yield named_one.name if named_one else _describe_one(key, value, company)


def _describe_one(key: str, value: Any, company: Company) -> str:
    words: Mapping[str, Any] = {
        "hour": lambda: (
            _("%(hour)s to %(until)s")
            % {"hour": f"{value:02d}:00", "until": f"{value:02d}:59"}
        ),
        "weekday": lambda: str(WEEKDAYS[value - 1]),
        "tender": lambda: name_kind(value, company),
        "tax": lambda: TaxCode(value).label,
        "rate": lambda: f"{(value * 100).normalize():f} %",
        "what": lambda: ShiftReason.What(value).label,
        "reason": lambda: name_reason(value),
        "kind": lambda: Sale.Kind(value).label,
    }
    text = str(words[key]())
    return text[:1].upper() + text[1:]


def _write(
    query: Mapping[str, str], values: Mapping[str, Any], source: Source, name: str
) -> dict[str, str]:
    """The filter as fields of an address."""
    chosen = {key: query.get(key, "").strip() for key in values}
    is_of = any(CHOOSING.get(key) == source for key in values)
    own = {} if is_of or source == Source.HOURS else {"of": str(source)}
    return {**chosen, **own, "figure": name}
