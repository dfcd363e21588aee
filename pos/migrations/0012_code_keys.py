from django.db import migrations, models
from django.db.models import Func

# Latin, Greek and Cyrillic capitals with one small letter.
CAPITALS = "".join(
    letter
    for letter in map(chr, range(0x41, 0x530))
    if letter.lower() != letter and len(letter.lower()) == 1
)

# ``lower`` depends on the machine's locale; a list of letters does not.
CODE_KEY = f"""
CREATE FUNCTION code_key(code text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT CASE
        WHEN folded ~ '^([0-9]{{8}}|[0-9]{{12,14}})$' AND (
            SELECT sum(substr(lpad(folded, 14, '0'), place, 1)::int
                       * CASE WHEN place % 2 = 1 THEN 3 ELSE 1 END) % 10 = 0
            FROM generate_series(1, 14) place
        )
        THEN lpad(folded, 14, '0')
        ELSE folded
    END
    FROM (
        SELECT translate(
            CASE
                -- What these signs are depends on the version of Unicode.
                WHEN code ~ '[\\U00010000-\\U0010FFFF]' THEN code
                ELSE normalize(code, NFKC)
            END, '{CAPITALS}', '{CAPITALS.lower()}'
        ) AS folded
    ) text
$$
"""


def key_of(field: str) -> models.GeneratedField:
    return models.GeneratedField(
        expression=Func(field, function="code_key"),
        output_field=models.TextField(),
        db_persist=True,
    )


class Migration(migrations.Migration):
    """A code is compared without its capitals, and a GTIN as 14 digits."""

    dependencies = [("pos", "0011_staff_join_at_the_databases_time")]

    operations = [
        migrations.RunSQL(CODE_KEY, "DROP FUNCTION code_key"),
        migrations.AddField("product", "sku_key", key_of("sku")),
        migrations.AddField("barcode", "key", key_of("code")),
    ]
