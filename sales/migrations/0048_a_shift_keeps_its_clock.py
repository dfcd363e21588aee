from django.db import migrations, models
from django.db.models import Q


def before(kind, row, field):
    """SQL of what a field was when the Z report was made: history has its changes."""
    return f"""
        coalesce((
            SELECT change.before FROM pos_fieldchange change
            WHERE change.company_id = z.company_id AND change.kind = '{kind}'
                AND change.row_key = {row}.id AND change.field = '{field}'
                AND change.changed_at >= z.recorded_at
            ORDER BY change.id LIMIT 1), {row}.{field}::text)
    """


FILL = f"""
    ALTER TABLE sales_shift DISABLE TRIGGER USER;
    UPDATE sales_shift shift SET
        time_zone = coalesce(nullif({before("pos.outlet", "outlet", "time_zone")}, ''),
                             {before("pos.company", "company", "time_zone")}),
        day_ends_at = {before("pos.outlet", "outlet", "day_ends_at")}::time
    FROM sales_zreport z
    JOIN pos_till till ON till.id = z.till_id
    JOIN pos_outlet outlet ON outlet.id = till.outlet_id
    JOIN pos_company company ON company.id = z.company_id
    WHERE z.shift_id = shift.id AND shift.closed_at IS NOT NULL;
    ALTER TABLE sales_shift ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    """A closed shift keeps the time zone and the end of the day it was closed by."""

    dependencies = [("sales", "0047_kinds_of_one_length")]

    operations = [
        migrations.AddField(
            model_name="shift",
            name="time_zone",
            field=models.CharField(
                blank=True,
                default="",
                editable=False,
                max_length=64,
                verbose_name="time zone",
            ),
        ),
        migrations.AddField(
            model_name="shift",
            name="day_ends_at",
            field=models.TimeField(
                editable=False, null=True, verbose_name="end of the business day"
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                condition=Q(
                    closed_at__isnull=True, time_zone="", day_ends_at__isnull=True
                )
                | Q(~Q(time_zone=""), closed_at__isnull=False)
                & Q(day_ends_at__isnull=False),
                name="closed_shift_has_its_clock",
            ),
        ),
    ]
