from django.db import migrations, models

# A product that has one code in two spellings keeps the older one.
DROP_REPEATS = """
DELETE FROM pos_barcode later
USING pos_barcode first
WHERE later.company_id = first.company_id AND later.key = first.key
  AND later.product_id = first.product_id AND later.id > first.id
"""

# Of two products with one code the older one keeps it, and the number of the row is
# added to that of the newer one: nothing is lost, and it can be found and put right.
SET_APART = """
UPDATE {table} later
SET {column} = left({column}, 63 - length(id::text)) || '-' || id
WHERE EXISTS (
    SELECT FROM {table} first
    WHERE first.company_id = later.company_id AND first.{key} = later.{key}
      AND first.id < later.id
)
"""


class Migration(migrations.Migration):
    """A company has each code once, in capitals or not, with or without zeros."""

    dependencies = [("pos", "0012_code_keys")]

    operations = [
        migrations.RunSQL(DROP_REPEATS, migrations.RunSQL.noop),
        migrations.RunSQL(
            [
                SET_APART.format(table="pos_barcode", column="code", key="key"),
                SET_APART.format(table="pos_product", column="sku", key="sku_key"),
            ],
            migrations.RunSQL.noop,
        ),
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
