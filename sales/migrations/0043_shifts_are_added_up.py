import django.db.models.deletion
import django.db.models.expressions
import pos.core.fields
from django.conf import settings
from django.db import migrations, models

from pos.core.schema import composite_keys, forbid_truncate


GUARDS = """
    -- What is worked out from other rows is made again by the owner of the tables alone.
    CREATE FUNCTION forbid_change_but_by_owner() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        IF pg_has_role(current_user, (
            SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER')
        THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION '% is kept: % refused', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    END $$;

    -- What is still open is not added up yet.
    CREATE FUNCTION require_closed_shift() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        IF EXISTS (SELECT FROM public.sales_shift
                   WHERE id = NEW.shift_id AND closed_at IS NULL) THEN
            RAISE EXCEPTION 'the shift is open: % of % refused',
                TG_OP, TG_TABLE_NAME
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;

    -- At COMMIT the hours of a shift come to what its Z report says.
    CREATE FUNCTION check_shift_is_added_up() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        IF (SELECT ROW(coalesce(sum(total), 0), coalesce(sum(tax), 0),
                       coalesce(sum(rounding), 0))
            FROM public.sales_shifthour WHERE shift_id = NEW.shift_id)
            <> ROW(NEW.total, NEW.tax_total, NEW.rounding)
        THEN
            RAISE EXCEPTION 'shift % is not added up', NEW.shift_id
                USING ERRCODE = 'check_violation',
                      CONSTRAINT = 'closed_shift_is_added_up';
        END IF;
        RETURN NULL;
    END $$;

    CREATE CONSTRAINT TRIGGER sales_zreport_is_added_up
    AFTER INSERT ON sales_zreport DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION check_shift_is_added_up();
"""

UNDO = """
    DROP TRIGGER sales_zreport_is_added_up ON sales_zreport;
    DROP FUNCTION check_shift_is_added_up();
    DROP FUNCTION require_closed_shift();
    DROP FUNCTION forbid_change_but_by_owner();
"""

OF_SHIFTS = (
    "sales_shifthour",
    "sales_shifttax",
    "sales_shifttender",
    "sales_shiftreason",
)
OF_PRODUCTS = ("sales_productday", "sales_productmonth")


def keep(table):
    """Let nobody but the owner of the tables delete rows."""
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION forbid_change_but_by_owner()",
            f"DROP TRIGGER {table}_is_kept ON {table}",
        ),
        forbid_truncate(table),
    ]


def added_up_once(table):
    """Rows of closed shifts, which never change."""
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER {table}_is_of_a_closed_shift BEFORE INSERT ON {table}
        FOR EACH ROW EXECUTE FUNCTION require_closed_shift();
        CREATE TRIGGER {table}_never_changes BEFORE UPDATE ON {table}
        FOR EACH ROW EXECUTE FUNCTION forbid_change()
        """,
        f"""
        DROP TRIGGER {table}_never_changes ON {table};
        DROP TRIGGER {table}_is_of_a_closed_shift ON {table}
        """,
    )


class Migration(migrations.Migration):
    """What a closed shift came to is added up once, by hour, tax, tender and reason."""

    dependencies = [
        ('pos', '0033_restrictions'),
        ('sales', '0042_owners_make_kinds_of_vouchers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ProductDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('business_date', models.DateField(verbose_name='business date')),
                ('quantity', pos.core.fields.QuantityField(decimal_places=3, max_digits=14, verbose_name='sold')),
                ('refunded_quantity', pos.core.fields.QuantityField(decimal_places=3, max_digits=14, verbose_name='refunded')),
                ('gross', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='gross')),
                ('discounts', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='discounts')),
                ('total', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='total')),
                ('net', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='net')),
                ('cost', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='cost')),
                ('uncosted', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='net without a cost')),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.company')),
                ('outlet', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.outlet')),
                ('product', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'day of a product',
                'verbose_name_plural': 'days of products',
                'ordering': ('business_date', 'outlet', 'product'),
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('company', 'business_date', 'outlet', 'product'), include=('quantity', 'refunded_quantity', 'gross', 'discounts', 'total', 'net', 'cost', 'uncosted'), name='product_once_per_day'), models.CheckConstraint(condition=models.Q(models.Q(('quantity__lt', 100000000000), ('quantity__isnull', True), _connector='OR'), models.Q(('refunded_quantity__lt', 100000000000), ('refunded_quantity__isnull', True), _connector='OR'), models.Q(('gross__lt', 100000000000), ('gross__isnull', True), _connector='OR'), models.Q(('discounts__lt', 100000000000), ('discounts__isnull', True), _connector='OR'), models.Q(('total__lt', 100000000000), ('total__isnull', True), _connector='OR'), models.Q(('net__lt', 100000000000), ('net__isnull', True), _connector='OR'), models.Q(('cost__lt', 100000000000), ('cost__isnull', True), _connector='OR'), models.Q(('uncosted__lt', 100000000000), ('uncosted__isnull', True), _connector='OR')), name='product_day_is_finite'), models.CheckConstraint(condition=models.Q(('quantity__gte', 0), ('refunded_quantity__gte', 0)), name='product_day_sold_or_took_back')],
            },
        ),
        migrations.CreateModel(
            name='ProductMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('business_date', models.DateField(verbose_name='month')),
                ('quantity', pos.core.fields.QuantityField(decimal_places=3, max_digits=14, verbose_name='sold')),
                ('refunded_quantity', pos.core.fields.QuantityField(decimal_places=3, max_digits=14, verbose_name='refunded')),
                ('gross', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='gross')),
                ('discounts', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='discounts')),
                ('total', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='total')),
                ('net', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='net')),
                ('cost', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='cost')),
                ('uncosted', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='net without a cost')),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.company')),
                ('outlet', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.outlet')),
                ('product', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'month of a product',
                'verbose_name_plural': 'months of products',
                'ordering': ('business_date', 'outlet', 'product'),
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('company', 'business_date', 'outlet', 'product'), include=('quantity', 'refunded_quantity', 'gross', 'discounts', 'total', 'net', 'cost', 'uncosted'), name='product_once_per_month'), models.CheckConstraint(condition=models.Q(models.Q(('quantity__lt', 100000000000), ('quantity__isnull', True), _connector='OR'), models.Q(('refunded_quantity__lt', 100000000000), ('refunded_quantity__isnull', True), _connector='OR'), models.Q(('gross__lt', 100000000000), ('gross__isnull', True), _connector='OR'), models.Q(('discounts__lt', 100000000000), ('discounts__isnull', True), _connector='OR'), models.Q(('total__lt', 100000000000), ('total__isnull', True), _connector='OR'), models.Q(('net__lt', 100000000000), ('net__isnull', True), _connector='OR'), models.Q(('cost__lt', 100000000000), ('cost__isnull', True), _connector='OR'), models.Q(('uncosted__lt', 100000000000), ('uncosted__isnull', True), _connector='OR')), name='product_month_is_finite'), models.CheckConstraint(condition=models.Q(('business_date__day', 1)), name='product_month_begins_on_the_first')],
            },
        ),
        migrations.CreateModel(
            name='ShiftHour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('business_date', models.DateField(verbose_name='business date')),
                ('hour', models.PositiveSmallIntegerField(verbose_name='hour')),
                ('receipts', models.PositiveIntegerField(verbose_name='receipts')),
                ('refund_receipts', models.PositiveIntegerField(verbose_name='refunds')),
                ('line_count', models.PositiveIntegerField(verbose_name='lines')),
                ('gross', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='gross')),
                ('discounts', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='discounts')),
                ('points_value', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='paid with points')),
                ('refunds', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='refunds')),
                ('total', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('gross'), '-', models.F('discounts')), '-', models.F('points_value')), '+', models.F('refunds')), output_field=pos.core.fields.MoneyField(decimal_places=3, max_digits=14), verbose_name='total')),
                ('net', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='net')),
                ('tax', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='tax')),
                ('rounding', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='cash rounding')),
                ('deposits_charged', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='deposits charged')),
                ('deposits_returned', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='deposits returned')),
                ('cost', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='cost')),
                ('uncosted', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='net without a cost')),
                ('cashier', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='cashier')),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.company')),
                ('outlet', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.outlet')),
                ('shift', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='hours', to='sales.shift')),
            ],
            options={
                'verbose_name': 'hour of a shift',
                'verbose_name_plural': 'hours of shifts',
                'ordering': ('shift', 'business_date', 'hour', 'cashier'),
                'default_permissions': (),
                'indexes': [models.Index(fields=['company', 'business_date'], name='shift_hour_by_date')],
                'constraints': [models.UniqueConstraint(fields=('company', 'shift', 'business_date', 'hour', 'cashier'), name='hour_once_per_shift_and_cashier'), models.CheckConstraint(condition=models.Q(models.Q(('gross__lt', 100000000000), ('gross__isnull', True), _connector='OR'), models.Q(('discounts__lt', 100000000000), ('discounts__isnull', True), _connector='OR'), models.Q(('points_value__lt', 100000000000), ('points_value__isnull', True), _connector='OR'), models.Q(('refunds__lt', 100000000000), ('refunds__isnull', True), _connector='OR'), models.Q(('net__lt', 100000000000), ('net__isnull', True), _connector='OR'), models.Q(('tax__lt', 100000000000), ('tax__isnull', True), _connector='OR'), models.Q(('rounding__lt', 100000000000), ('rounding__isnull', True), _connector='OR'), models.Q(('deposits_charged__lt', 100000000000), ('deposits_charged__isnull', True), _connector='OR'), models.Q(('deposits_returned__lt', 100000000000), ('deposits_returned__isnull', True), _connector='OR'), models.Q(('cost__lt', 100000000000), ('cost__isnull', True), _connector='OR'), models.Q(('uncosted__lt', 100000000000), ('uncosted__isnull', True), _connector='OR')), name='shift_hour_is_finite'), models.CheckConstraint(condition=models.Q(('hour__lte', 23)), name='hour_is_one_of_a_day'), models.CheckConstraint(condition=models.Q(('deposits_charged__gte', 0), ('deposits_returned__lte', 0), ('refunds__lte', 0), ('total', django.db.models.expressions.CombinedExpression(models.F('net'), '+', models.F('tax')))), name='shift_hour_adds_up')],
            },
        ),
        migrations.CreateModel(
            name='ShiftReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('business_date', models.DateField(verbose_name='business date')),
                ('what', models.CharField(choices=[('line_discount', 'discount of a line'), ('sale_discount', 'discount of a sale'), ('points', 'points'), ('refund', 'refund'), ('void', 'void'), ('no_sale', 'no sale'), ('pay_in', 'cash in'), ('pay_out', 'cash out'), ('drop', 'drop to the safe'), ('correction', 'correction'), ('variance', 'variance'), ('removed_line', 'line taken off'), ('override', 'price changed by hand')], max_length=20, verbose_name='what')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('count', models.PositiveIntegerField(verbose_name='how often')),
                ('amount', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='amount')),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.company')),
                ('person', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='staff member')),
                ('shift', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reasons', to='sales.shift')),
            ],
            options={
                'verbose_name': 'reason in a shift',
                'verbose_name_plural': 'reasons in shifts',
                'ordering': ('shift', 'business_date', 'what', 'person', 'reason'),
                'default_permissions': (),
                'indexes': [models.Index(fields=['company', 'business_date'], name='shift_reason_by_date')],
                'constraints': [models.UniqueConstraint(fields=('company', 'shift', 'business_date', 'what', 'person', 'reason'), name='reason_once_per_shift'), models.CheckConstraint(condition=models.Q(('amount__lt', 100000000000), ('amount__isnull', True), _connector='OR'), name='shift_reason_is_finite'), models.CheckConstraint(condition=models.Q(('count__gte', 1)), name='reason_happened_at_least_once')],
            },
        ),
        migrations.CreateModel(
            name='ShiftTax',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('business_date', models.DateField(verbose_name='business date')),
                ('tax_date', models.DateField(verbose_name='tax date')),
                ('tax_code', models.CharField(choices=[('SR', 'SR: standard-rated'), ('ZR', 'ZR: zero-rated'), ('ES33', 'ES33: exempt, regulation 33'), ('ESN33', 'ESN33: exempt, not regulation 33'), ('DS', 'DS: deemed supply'), ('OS', 'OS: out of scope'), ('NG', 'NG: seller not registered')], max_length=5, verbose_name='tax code')),
                ('tax_rate', pos.core.fields.TaxRateField(decimal_places=5, max_digits=6, verbose_name='tax rate')),
                ('document', models.CharField(choices=[('sale', 'sale'), ('refund', 'refund')], max_length=10, verbose_name='document')),
                ('net', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='net')),
                ('tax', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='tax')),
                ('documents', models.PositiveIntegerField(verbose_name='documents')),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.company')),
                ('shift', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='taxes', to='sales.shift')),
            ],
            options={
                'verbose_name': 'tax of a shift',
                'verbose_name_plural': 'taxes of shifts',
                'ordering': ('shift', 'business_date', 'tax_code', 'tax_rate'),
                'default_permissions': (),
                'indexes': [models.Index(fields=['company', 'business_date'], name='shift_tax_by_date')],
                'constraints': [models.UniqueConstraint(fields=('company', 'shift', 'business_date', 'tax_date', 'tax_code', 'tax_rate', 'document'), name='tax_once_per_shift'), models.CheckConstraint(condition=models.Q(models.Q(('net__lt', 100000000000), ('net__isnull', True), _connector='OR'), models.Q(('tax__lt', 100000000000), ('tax__isnull', True), _connector='OR'), models.Q(('tax_rate__lt', 100000000000), ('tax_rate__isnull', True), _connector='OR')), name='shift_tax_is_finite')],
            },
        ),
        migrations.CreateModel(
            name='ShiftTender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('business_date', models.DateField(verbose_name='business date')),
                ('kind', models.CharField(max_length=20, verbose_name='kind')),
                ('count', models.PositiveIntegerField(verbose_name='tenders')),
                ('taken', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='taken')),
                ('refund_count', models.PositiveIntegerField(verbose_name='paid back, tenders')),
                ('refunds', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='paid back')),
                ('corrected', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='corrected')),
                ('total', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('taken'), '+', models.F('refunds')), '+', models.F('corrected')), output_field=pos.core.fields.MoneyField(decimal_places=3, max_digits=14), verbose_name='total')),
                ('company', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.company')),
                ('shift', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tender_sums', to='sales.shift')),
            ],
            options={
                'verbose_name': 'tenders of a shift',
                'verbose_name_plural': 'tenders of shifts',
                'ordering': ('shift', 'business_date', 'kind'),
                'default_permissions': (),
                'indexes': [models.Index(fields=['company', 'business_date'], name='shift_tender_by_date')],
                'constraints': [models.UniqueConstraint(fields=('company', 'shift', 'business_date', 'kind'), name='tender_kind_once_per_shift'), models.CheckConstraint(condition=models.Q(models.Q(('taken__lt', 100000000000), ('taken__isnull', True), _connector='OR'), models.Q(('refunds__lt', 100000000000), ('refunds__isnull', True), _connector='OR'), models.Q(('corrected__lt', 100000000000), ('corrected__isnull', True), _connector='OR')), name='shift_tender_is_finite')],
            },
        ),
        composite_keys(
            "sales_shifthour",
            shift="sales_shift",
            outlet="pos_outlet",
            cashier="pos_staffmember",
        ),
        composite_keys("sales_shifttax", shift="sales_shift"),
        composite_keys("sales_shifttender", shift="sales_shift"),
        composite_keys(
            "sales_shiftreason", shift="sales_shift", person="pos_staffmember"
        ),
        composite_keys(
            "sales_productday", outlet="pos_outlet", product="pos_product"
        ),
        composite_keys(
            "sales_productmonth", outlet="pos_outlet", product="pos_product"
        ),
        migrations.RunSQL(GUARDS, UNDO),
        *(added_up_once(table) for table in OF_SHIFTS),
        *(
            operation
            for table in (*OF_SHIFTS, *OF_PRODUCTS)
            for operation in keep(table)
        ),
    ]
