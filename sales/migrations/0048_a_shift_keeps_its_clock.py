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


ZONE = (
    f"coalesce(nullif({before('pos.outlet', 'outlet', 'time_zone')}, ''),"
    f" {before('pos.company', 'company', 'time_zone')})"
)
DAY_ENDS_AT = before("pos.outlet", "outlet", "day_ends_at")

# The new columns are filled as they are written into the table. No row is updated:
# closed shifts stay permanent meanwhile.
FILL = f"""
    CREATE FUNCTION pg_temp.clock_of(closed_shift_id bigint)
    RETURNS text[] LANGUAGE sql STABLE AS $$
        SELECT ARRAY[{ZONE}, {DAY_ENDS_AT}]
        FROM public.sales_zreport z
        JOIN public.pos_till till ON till.id = z.till_id
        JOIN public.pos_outlet outlet ON outlet.id = till.outlet_id
        JOIN public.pos_company company ON company.id = z.company_id
        WHERE z.shift_id = closed_shift_id
    $$;
    ALTER TABLE sales_shift
        ALTER COLUMN time_zone TYPE varchar(64)
            USING CASE WHEN closed_at IS NULL THEN ''
                  ELSE coalesce((pg_temp.clock_of(id))[1], '') END,
        ALTER COLUMN day_ends_at TYPE time
            USING CASE WHEN closed_at IS NOT NULL
                  THEN (pg_temp.clock_of(id))[2]::time END;
    DROP FUNCTION pg_temp.clock_of;
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
