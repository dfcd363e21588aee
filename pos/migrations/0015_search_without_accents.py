import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models import Func

# Latin, Greek and Cyrillic capitals with one small letter.
CAPITALS = "".join(
    letter
    for letter in map(chr, range(0x41, 0x530))
    if letter.lower() != letter and len(letter.lower()) == 1
)

# Marks go first, then capitals, then the letters that no mark makes.
FOLD_TEXT = f"""
CREATE FUNCTION fold_text(VARIADIC parts text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT ' ' || replace(replace(replace(translate(translate(
        regexp_replace(
            normalize(array_to_string(parts, ' '), NFKD), '[\\u0300-\\u036f]', '', 'g'
        ),
        '{CAPITALS}', '{CAPITALS.lower()}'
    ), 'øłđı', 'oldi'), 'æ', 'ae'), 'œ', 'oe'), 'ß', 'ss')
$$
"""


class Migration(migrations.Migration):
    """Products are found without accents, and by a part of their barcode."""

    dependencies = [("pos", "0014_labels_of_scales")]

    operations = [
        migrations.RunSQL(FOLD_TEXT, "DROP FUNCTION fold_text"),
        migrations.RemoveIndex("product", "product_by_words"),
        migrations.AddField(
            "product",
            "search_text",
            models.GeneratedField(
                expression=Func("name", "second_name", "sku", function="fold_text"),
                output_field=models.TextField(),
                db_persist=True,
            ),
        ),
        migrations.AddIndex(
            "product",
            django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    models.F("search_text"), name="gin_trgm_ops"
                ),
                fastupdate=False,
                name="product_by_words",
            ),
        ),
        migrations.AddIndex(
            "barcode",
            django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    models.F("key"), name="gin_trgm_ops"
                ),
                fastupdate=False,
                name="barcode_by_part",
            ),
        ),
    ]
