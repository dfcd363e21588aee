"""Used tax rates: the trigger function of 0020, and what 0022 adds to it.

Its text is in no other place. Databases have been made by it: it does not change.
"""

BEGINNING = """
            CREATE OR REPLACE FUNCTION forbid_change_of_used_tax_rate() RETURNS trigger
            LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
            DECLARE
                rate public.pos_taxrate;
                ends_on date;
            BEGIN
                IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
                    RETURN NEW;
                END IF;
                -- ON CONFLICT DO NOTHING calls this first.
                IF TG_OP = 'INSERT' AND EXISTS (
                    SELECT FROM public.pos_taxrate known
                    WHERE known.company_id = NEW.company_id
                        AND known.tax_code = NEW.tax_code
                        AND known.valid_from = NEW.valid_from
                ) THEN
                    RETURN NEW;
                END IF;
                FOREACH rate IN ARRAY CASE TG_OP
                    WHEN 'INSERT' THEN ARRAY[NEW]
                    WHEN 'DELETE' THEN ARRAY[OLD]
                    ELSE ARRAY[OLD, NEW] END
                LOOP
                    -- Waits for finalizations that have looked the rate up.
                    PERFORM 1 FROM public.pos_till
                        WHERE company_id = rate.company_id
                        ORDER BY id FOR NO KEY UPDATE;
                    SELECT min(valid_from) INTO ends_on FROM public.pos_taxrate later
                        WHERE later.company_id = rate.company_id
                            AND later.tax_code = rate.tax_code
                            AND later.valid_from > rate.valid_from
                            AND later.id <> rate.id;
                    IF EXISTS (
                        SELECT FROM public.sales_sale sale
                        JOIN public.sales_saleline line ON line.sale_id = sale.id
                        WHERE sale.company_id = rate.company_id
                            AND sale.status = 'finalized'
"""
END = """\
                            AND sale.tax_date >= rate.valid_from
                            AND (ends_on IS NULL OR sale.tax_date < ends_on)
                            AND line.tax_code = rate.tax_code
                            AND line.removed_by IS NULL
                            AND line.original_line_id IS NULL
                            AND NOT line.has_stated_tax
                            AND (TG_OP <> 'INSERT' OR line.tax_rate <> rate.rate)
                    ) THEN
                        RAISE EXCEPTION 'sales since % have used rates of %',
                            rate.valid_from, rate.tax_code
                            USING ERRCODE = 'restrict_violation';
                    END IF;
                END LOOP;
                RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
            END $$;
"""
# Sales are found by their time, which has an index: local dates are at most 14 hours
# ahead of Greenwich's, and 12 behind.
BY_TIME = """\
                            AND sale.finalized_at
                                >= timezone('UTC', rate.valid_from - interval '14 hours')
                            AND (ends_on IS NULL OR sale.finalized_at
                                < timezone('UTC', ends_on + interval '12 hours'))
"""

OF_ALL_SALES = BEGINNING + END
OF_SALES_OF_ITS_TIME = BEGINNING + BY_TIME + END
