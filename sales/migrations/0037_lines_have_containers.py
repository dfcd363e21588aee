import django.db.models.expressions
import pos.core.fields
from decimal import Decimal
from django.db import migrations, models

from sales.migrations._finished_lines import with_columns


class Migration(migrations.Migration):
    """A line says how many containers its pieces have, and the deposit on each.

    A deposit that finished sales have used is only followed by a later one.
    """

    dependencies = [
        ('pos', '0032_container_deposits'),
        ('sales', '0036_a_print_is_approved'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='saleline',
            name='line_deposit_is_finite',
        ),
        *with_columns(
            migrations.AddField(
                model_name='saleline',
                name='containers',
                field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False, verbose_name='containers'),
            ),
            migrations.AddField(
                model_name='saleline',
                name='deposit_rate',
                field=pos.core.fields.MoneyField(db_default=Decimal('0'), decimal_places=3, default=Decimal('0'), editable=False, max_digits=14, verbose_name='deposit on a container'),
            ),
        ),
        migrations.AddConstraint(
            model_name='saleline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('deposit__lt', 100000000000), ('deposit__isnull', True), _connector='OR'), models.Q(('deposit_rate__lt', 100000000000), ('deposit_rate__isnull', True), _connector='OR')), name='line_deposit_is_finite'),
        ),
        migrations.AddConstraint(
            model_name='saleline',
            constraint=models.CheckConstraint(condition=models.Q(('deposit', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('containers'), '*', models.F('deposit_rate')), '*', models.F('quantity'))), ('deposit_rate__gte', 0)), name='line_deposit_is_that_of_its_containers'),
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION forbid_change_of_used_container_deposit() RETURNS trigger
            LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
            DECLARE
                deposit public.pos_containerdeposit;
                ends_on date;
            BEGIN
                IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
                    RETURN NEW;
                END IF;
                -- ON CONFLICT DO NOTHING calls this first.
                IF TG_OP = 'INSERT' AND EXISTS (
                    SELECT FROM public.pos_containerdeposit known
                    WHERE known.company_id = NEW.company_id
                        AND known.valid_from = NEW.valid_from
                ) THEN
                    RETURN NEW;
                END IF;
                FOREACH deposit IN ARRAY CASE TG_OP
                    WHEN 'INSERT' THEN ARRAY[NEW]
                    WHEN 'DELETE' THEN ARRAY[OLD]
                    ELSE ARRAY[OLD, NEW] END
                LOOP
                    -- Waits for finalizations that have looked the deposit up.
                    PERFORM 1 FROM public.pos_till
                        WHERE company_id = deposit.company_id
                        ORDER BY id FOR NO KEY UPDATE;
                    SELECT min(valid_from) INTO ends_on
                        FROM public.pos_containerdeposit later
                        WHERE later.company_id = deposit.company_id
                            AND later.valid_from > deposit.valid_from
                            AND later.id <> deposit.id;
                    -- Sales are found by their time, which has an index: local dates
                    -- are at most 14 hours ahead of Greenwich's, and 12 behind.
                    IF EXISTS (
                        SELECT FROM public.sales_sale sale
                        JOIN public.sales_saleline line ON line.sale_id = sale.id
                        WHERE sale.company_id = deposit.company_id
                            AND sale.status = 'finalized'
                            AND sale.finalized_at >= timezone('UTC',
                                deposit.valid_from - interval '14 hours')
                            AND (ends_on IS NULL OR sale.finalized_at
                                < timezone('UTC', ends_on + interval '12 hours'))
                            AND sale.tax_date >= deposit.valid_from
                            AND (ends_on IS NULL OR sale.tax_date < ends_on)
                            AND line.containers > 0
                            AND line.removed_by IS NULL
                            AND line.original_line_id IS NULL
                            AND (TG_OP <> 'INSERT'
                                OR line.deposit_rate <> deposit.amount)
                    ) THEN
                        RAISE EXCEPTION 'sales since % have used container deposits',
                            deposit.valid_from USING ERRCODE = 'restrict_violation';
                    END IF;
                END LOOP;
                RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
            END $$;
            CREATE TRIGGER pos_containerdeposit_of_finished_sales_stays
            BEFORE INSERT OR UPDATE OR DELETE ON pos_containerdeposit FOR EACH ROW
            EXECUTE FUNCTION forbid_change_of_used_container_deposit();
            """,
            """
            DROP TRIGGER pos_containerdeposit_of_finished_sales_stays
            ON pos_containerdeposit;
            DROP FUNCTION forbid_change_of_used_container_deposit();
            """,
        ),
    ]
