from itertools import count

from django.db import migrations, models
from django.db.models import Exists, Func, OuterRef, Value

# A product that has one code in two spellings keeps the older one.
DROP_REPEATS = """
DELETE FROM pos_barcode later
USING pos_barcode first
WHERE later.company_id = first.company_id AND later.key = first.key
  AND later.product_id = first.product_id AND later.id > first.id
"""

CODE_MAX = 64


def set_codes_apart(apps, schema_editor):
    """Give the newer of two products with one code another code.

    The number of its row is added, so that nothing is lost, and it can be found and
    put right.
    """
    barcodes = apps.get_model("pos", "Barcode").objects.all()
    products = apps.get_model("pos", "Product").objects.all()
    for rows, column, key in ((barcodes, "code", "key"), (products, "sku", "sku_key")):
        older = rows.filter(
            company=OuterRef("company"), pk__lt=OuterRef("pk"), **{key: OuterRef(key)}
        )
        for row in list(rows.filter(Exists(older)).order_by("pk")):
            of_company = {"company": row.company_id}
            for code in codes_with_number(getattr(row, column), row.pk):
                same = Func(Value(code), function="code_key")
                is_taken = (
                    barcodes.filter(key=same, **of_company).exists()
                    or products.filter(sku_key=same, **of_company).exists()
                )
                if not is_taken:
                    rows.filter(pk=row.pk).update(**{column: code})
                    break


def codes_with_number(code, number):
    """Yield CODE-118, CODE-118-2, CODE-118-3 …, none longer than the column."""
    ending = f"-{number}"
    for further in count(2):
        yield f"{code[: CODE_MAX - len(ending)]}{ending}"
        ending = f"-{number}-{further}"


class Migration(migrations.Migration):
    """A company has each code once, in capitals or not, with or without zeros."""

    dependencies = [("pos", "0012_code_keys")]

    operations = [
        migrations.RunSQL(DROP_REPEATS, migrations.RunSQL.noop),
        migrations.RunPython(set_codes_apart, migrations.RunPython.noop),
        migrations.RemoveConstraint("product", "sku_once_per_company"),
        migrations.RemoveConstraint("barcode", "barcode_once_per_company"),
        migrations.AddConstraint(
            "product",
            models.UniqueConstraint(
                fields=["company", "sku_key"],
                name="sku_once_per_company",
                violation_error_message="This SKU is taken.",
            ),
        ),
        migrations.AddConstraint(
            "barcode",
            models.UniqueConstraint(
                fields=["company", "key"],
                name="barcode_once_per_company",
                violation_error_message="This barcode is taken.",
            ),
        ),
    ]
