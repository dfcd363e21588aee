import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Somebody approves that money was cash, or was not; what is older is kept."""

    dependencies = [('sales', '0015_part_payments')]

    operations = [
        migrations.AddField(
            model_name='tendercorrection',
            name='approved_by',
            field=models.ForeignKey(db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by'),
        ),
        migrations.RunSQL(
            """
            ALTER TABLE sales_tendercorrection
                ADD CONSTRAINT sales_tendercorrection_approved_by_of_company
                FOREIGN KEY (company_id, approved_by_id)
                REFERENCES pos_staffmember (company_id, id);

            CREATE FUNCTION require_approval_of_cash() RETURNS trigger
            LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
            BEGIN
                RAISE EXCEPTION 'nobody approved the correction between % and %',
                    NEW.kind_before, NEW.kind_after
                    USING ERRCODE = 'integrity_constraint_violation';
            END $$;

            CREATE TRIGGER sales_tendercorrection_of_cash_is_approved
            BEFORE INSERT ON sales_tendercorrection FOR EACH ROW
            WHEN ('cash' IN (NEW.kind_before, NEW.kind_after)
                  AND NEW.approved_by_id IS NULL)
            EXECUTE FUNCTION require_approval_of_cash();
            """,
            """
            DROP TRIGGER sales_tendercorrection_of_cash_is_approved
                ON sales_tendercorrection;
            DROP FUNCTION require_approval_of_cash();
            ALTER TABLE sales_tendercorrection
                DROP CONSTRAINT sales_tendercorrection_approved_by_of_company;
            """,
        ),
    ]
