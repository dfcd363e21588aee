"""Product index: what a till shows of a scanned code before its line is priced.

PostgreSQL writes the JSON: of 20,000 products, models and a dictionary would take a
worker's second.
"""

from django.db import connection

from pos.core.localized_names import is_english
from pos.models import Company

# Name, price ('' for an open one), unit and SKU, by SKU and by each barcode.
INDEX = """
    WITH product AS (
        SELECT id, sku, json_build_array(
            CASE WHEN %(is_english)s OR second_name = '' THEN name ELSE second_name END,
            CASE WHEN is_open_price THEN ''
                 ELSE round(price, %(places)s)::text END,
            unit, sku) AS shown
        FROM pos_product WHERE company_id = %(company)s AND is_active
    ), code AS (
        SELECT sku AS code, shown, id, 0 AS kind FROM product
        UNION ALL
        SELECT barcode.code, product.shown, barcode.id, 1
        FROM pos_barcode barcode JOIN product ON product.id = barcode.product_id
        WHERE barcode.company_id = %(company)s
    )
    SELECT coalesce(json_object_agg(code, shown ORDER BY kind, id), '{}')::text
    FROM code
"""


def write_product_index(company: Company) -> str:
    """Return the index of what the company sells, in the language of the page."""
    facts = {
        "company": company.pk,
        "places": company.currency_places,
        "is_english": is_english(),
    }
    with connection.cursor() as cursor:
        cursor.execute(INDEX, facts)
        (index,) = cursor.fetchone()
    return str(index)
