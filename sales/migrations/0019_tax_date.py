from django.db import migrations, models


class Migration(migrations.Migration):
    """A finished sale has the calendar date by which its tax goes."""

    dependencies = [("sales", "0018_returned_goods")]

    operations = [
        migrations.RemoveConstraint(
            model_name="sale",
            name="sale_numbered_when_finalized",
        ),
        migrations.AddField(
            model_name="sale",
            name="tax_date",
            field=models.DateField(editable=False, null=True, verbose_name="tax date"),
        ),
        # For sales that are there, as an ALTER TABLE: their permanence stays on.
        migrations.RunSQL(
            "ALTER TABLE sales_sale"
            " ALTER COLUMN tax_date TYPE date USING business_date",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("business_date__isnull", False), ("finalized_at__isnull", False), ("number__isnull", False), ("receipt_number__isnull", False), ("shift__isnull", False), ("status", "finalized"), ("tax_date__isnull", False)), models.Q(models.Q(("status", "finalized"), _negated=True), models.Q(("shift__isnull", True), ("status", "voided"), _connector="OR"), ("business_date__isnull", True), ("finalized_at__isnull", True), ("number__isnull", True), ("receipt_number__isnull", True), ("rounding", 0), ("tax_date__isnull", True)), _connector="OR"), name="sale_numbered_when_finalized"),
        ),
    ]
