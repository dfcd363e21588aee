"""Checks between companies: no row names a row of another company."""

from collections import defaultdict
from collections.abc import Iterator

from django.apps import apps
from django.db.models import ForeignKey, Model

from sales.books.check import Check

OUR_APPS = ("pos", "customers", "sales")


def list_owned_models() -> list[type[Model]]:
    """Return every model whose rows belong to a company."""
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in OUR_APPS
        and any(field.name == "company" for field in model._meta.fields)
    ]


def list_tables() -> list[str]:
    """Return the table of each of them."""
    return sorted(model._meta.db_table for model in list_owned_models())


def list_references() -> Iterator[tuple[str, str, str]]:
    """Yield table, column and referenced table, where both belong to a company."""
    owned = list_owned_models()
    for model in owned:
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model in owned:
                target = field.related_model._meta.db_table
                yield model._meta.db_table, field.column, target


def _make_crossing_sql() -> str:
    """Return the statement that reads every reference of every table once."""
    columns_of = defaultdict(list)
    for table, column, target in list_references():
        columns_of[table].append((column, target))
    parts = []
    for table, columns in columns_of.items():
        joins = " ".join(
            f"LEFT JOIN {target} t{n} ON t{n}.id = own.{column}"
            for n, (column, target) in enumerate(columns)
        )
        wrong = " OR ".join(
            f"(own.{column} IS NOT NULL"
            f" AND t{n}.company_id IS DISTINCT FROM own.company_id)"
            for n, (column, _) in enumerate(columns)
        )
        parts.append(
            f"SELECT own.company_id, '{table} ' || own.id,"  # noqa: S608  our tables
            f" ROW({', '.join(f'own.{column}' for column, _ in columns)})::text"
            f" FROM {table} own {joins} WHERE ({wrong}) /*company own*/"
        )
    return " UNION ALL ".join(parts)


CHECKS = (
    Check(
        "I42",
        "Nothing that a company owns names what another owns, or what is not there.",
        _make_crossing_sql(),
        is_whole_only=True,
    ),
    Check(
        "I43",
        "What belongs to a sale, an item or a customer is of the same company.",
        """
        SELECT child.company_id, child.thing || ' ' || child.id,
               ROW(child.whole)::text
        FROM (
            SELECT part.company_id, part.id, 'line' AS thing, sale.company_id AS whole
            FROM sales_saleline part JOIN sales_sale sale ON sale.id = part.sale_id
            UNION ALL SELECT part.company_id, part.id, 'tender', sale.company_id
            FROM sales_tender part JOIN sales_sale sale ON sale.id = part.sale_id
            UNION ALL SELECT part.company_id, part.id, 'document', sale.company_id
            FROM sales_fiscaldocument part
            JOIN sales_sale sale ON sale.id = part.sale_id
            UNION ALL SELECT part.company_id, part.id, 'movement', item.company_id
            FROM pos_stockmovement part
            JOIN pos_stockitem item ON item.id = part.stock_item_id
            UNION ALL SELECT part.company_id, part.id, 'entry', customer.company_id
            FROM customers_pointsentry part
            JOIN customers_customer customer ON customer.id = part.customer_id
        ) child
        WHERE child.company_id <> child.whole /*company child*/
        """,
        is_whole_only=True,
    ),
)
