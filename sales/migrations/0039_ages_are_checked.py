import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from sales.migrations._finished_lines import with_columns


class Migration(migrations.Migration):
    """A basket keeps which age was checked, and no sale is finalized without it."""

    dependencies = [
        ("pos", "0033_restrictions"),
        ("sales", "0038_owners_set_deposits"),
    ]

    operations = [
        *with_columns(
            migrations.AddField(
                model_name="saleline",
                name="minimum_age",
                field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False, verbose_name="minimum age"),
            ),
        ),
        migrations.AddField(
            model_name="sale",
            name="confirmed_age",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False, verbose_name="age checked"),
        ),
        migrations.AddField(
            model_name="sale",
            name="age_confirmed_by",
            field=models.ForeignKey(db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="age checked by"),
        ),
        migrations.AddField(
            model_name="sale",
            name="age_confirmed_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="age checked at"),
        ),
        migrations.RunSQL(
            "ALTER TABLE sales_sale ADD CONSTRAINT sales_sale_age_confirmed_by_of_company"
            " FOREIGN KEY (company_id, age_confirmed_by_id)"
            " REFERENCES pos_staffmember (company_id, id)",
            "ALTER TABLE sales_sale DROP CONSTRAINT sales_sale_age_confirmed_by_of_company",
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("age_confirmed_at__isnull", True), ("age_confirmed_by__isnull", True), ("confirmed_age", 0)), models.Q(("age_confirmed_at__isnull", False), ("age_confirmed_by__isnull", False), ("confirmed_age__gt", 0), ("kind", "sale")), _connector="OR"), name="checked_age_says_who_and_when"),
        ),
        # At once and not at COMMIT: no line changes after its sale is finalized.
        migrations.RunSQL(
            """
            CREATE FUNCTION require_confirmed_age() RETURNS trigger
            LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
            BEGIN
                IF EXISTS (
                    SELECT FROM public.sales_saleline line
                    WHERE line.sale_id = NEW.id AND line.removed_by IS NULL
                        AND line.minimum_age > NEW.confirmed_age
                ) THEN
                    RAISE EXCEPTION 'sale %: an age was not checked', NEW.uid
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER sales_sale_age_is_checked
            AFTER UPDATE OF status ON sales_sale FOR EACH ROW
            WHEN (NEW.status = 'finalized' AND NEW.kind = 'sale')
            EXECUTE FUNCTION require_confirmed_age();
            """,
            """
            DROP TRIGGER sales_sale_age_is_checked ON sales_sale;
            DROP FUNCTION require_confirmed_age();
            """,
        ),
    ]
