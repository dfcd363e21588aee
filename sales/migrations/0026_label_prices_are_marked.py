from django.db import migrations, models

# How a line of that kind was known so far: by its reason, in the cashier's language.
# As an ALTER TABLE, since finished lines may not be updated: their permanence stays on.
MARK_LINES = """
ALTER TABLE sales_saleline ALTER COLUMN has_label_price TYPE boolean
USING scanned_code <> '' AND discount_rate = 0
    AND discount_reason IN ('Price on the label', '标签价格')
"""
# So that the mark is as permanent as the rest of a finished line.
PERMANENT = """
CREATE TRIGGER sales_saleline_label_price_of_finished_sale
BEFORE UPDATE ON sales_saleline FOR EACH ROW
WHEN (NEW.has_label_price <> OLD.has_label_price)
EXECUTE FUNCTION forbid_change_of_finished_sale();
"""


class Migration(migrations.Migration):
    """A line with the price of its label is marked, in whatever language it was made.

    The reason that it has stays as it is saved.
    """

    dependencies = [("sales", "0025_shipped_roles_have_new_permissions")]

    operations = [
        migrations.AddField(
            model_name="saleline",
            name="has_label_price",
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name="price of its label"),
        ),
        migrations.RunSQL(MARK_LINES, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="saleline",
            constraint=models.CheckConstraint(condition=models.Q(("has_label_price", False), models.Q(("discount_rate", 0), models.Q(("scanned_code", ""), _negated=True)), _connector="OR"), name="label_price_is_read_from_a_code"),
        ),
        migrations.RunSQL(
            PERMANENT,
            "DROP TRIGGER sales_saleline_label_price_of_finished_sale ON sales_saleline;",
        ),
    ]
