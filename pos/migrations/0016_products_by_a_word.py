from django.db import migrations

# Row security reads every row of a company before it lets a condition see one that is
# not "leakproof", and no condition of a trigram index is: the function asks the index as
# the owner of the tables and returns keys. What they name is then read as by everybody.
PRODUCTS_WITH_WORD = """
CREATE FUNCTION products_with_word(
    company bigint, word text, may_be_code boolean, likeness float8
) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    part text := '%' || regexp_replace(word, '([\\\\%_])', '\\\\\\1', 'g') || '%';
BEGIN
    RETURN QUERY SELECT id FROM public.pos_product
        WHERE search_text LIKE part AND (company IS NULL OR company_id = company);
    IF may_be_code THEN
        RETURN QUERY SELECT product_id FROM public.pos_barcode
            WHERE key LIKE part AND (company IS NULL OR company_id = company);
    END IF;
    IF likeness IS NOT NULL THEN
        PERFORM set_config(
            'pg_trgm.strict_word_similarity_threshold', likeness::text, true
        );
        RETURN QUERY SELECT id FROM public.pos_product
            WHERE search_text OPERATOR(public.%>>) word
                AND (company IS NULL OR company_id = company);
    END IF;
END $$
"""


class Migration(migrations.Migration):
    """Products that have a word, or one like it, are found by an index."""

    dependencies = [("pos", "0015_search_without_accents")]

    operations = [
        migrations.RunSQL(
            PRODUCTS_WITH_WORD,
            "DROP FUNCTION products_with_word(bigint, text, boolean, float8)",
        ),
    ]
