import django.db.models.deletion
import django.db.models.functions.datetime
import pos.core.fields
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from pos.core.schema import (composite_keys, permanent)

GUARDS = """
    -- An ending equals what it ends, and is of the same basket.
    CREATE FUNCTION check_part_payment_ends_one() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM public.sales_partpayment part
            WHERE part.id = NEW.taken_id AND part.event = 'taken'
                AND (part.company_id, part.sale_id, part.kind, -part.amount,
                     part.reference, part.is_pending)
                  = (NEW.company_id, NEW.sale_id, NEW.kind, NEW.amount,
                     NEW.reference, NEW.is_pending))
        THEN
            RAISE EXCEPTION 'part payment % does not end one', NEW.uid
                USING ERRCODE = 'check_violation',
                      CONSTRAINT = 'part_payment_ends_what_was_taken';
        END IF;
        RETURN NEW;
    END $$;

    -- At COMMIT a basket holds the sum of its part payments, which are of shifts of
    -- their tills, and what was used is a tender of the same money.
    CREATE FUNCTION check_money_held() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
        the_sale bigint;
    BEGIN
        IF TG_TABLE_NAME = 'sales_sale' THEN
            the_sale := NEW.id;
        ELSE
            the_sale := NEW.sale_id;
        END IF;
        IF EXISTS (
            SELECT FROM public.sales_sale sale
            WHERE sale.id = the_sale AND sale.held_amount <> (
                SELECT coalesce(sum(part.amount), 0)
                FROM public.sales_partpayment part WHERE part.sale_id = sale.id))
           OR EXISTS (
            SELECT FROM public.sales_partpayment part
            LEFT JOIN public.sales_shift shift ON shift.id = part.shift_id
            LEFT JOIN public.sales_tender tender ON tender.id = part.tender_id
            WHERE part.sale_id = the_sale
                AND (shift.till_id <> part.till_id
                    OR (part.event = 'used'
                        AND (tender.sale_id, tender.kind, tender.tendered)
                            IS DISTINCT FROM (part.sale_id, part.kind, -part.amount))))
        THEN
            RAISE EXCEPTION 'the money held for sale % does not balance', the_sale
                USING ERRCODE = 'check_violation', CONSTRAINT = 'money_held_balances';
        END IF;
        RETURN NULL;
    END $$;

    CREATE TRIGGER sales_partpayment_ends_what_was_taken
    BEFORE INSERT ON sales_partpayment FOR EACH ROW WHEN (NEW.event <> 'taken')
    EXECUTE FUNCTION check_part_payment_ends_one();

    CREATE TRIGGER sales_partpayment_joins_no_closed_shift
    BEFORE INSERT ON sales_partpayment FOR EACH ROW
    EXECUTE FUNCTION require_open_shift();

    CREATE TRIGGER sales_partpayment_joins_no_finished_sale
    BEFORE INSERT ON sales_partpayment FOR EACH ROW
    EXECUTE FUNCTION forbid_change_of_finished_sale();

    CREATE CONSTRAINT TRIGGER sales_partpayment_balances
    AFTER INSERT ON sales_partpayment DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION check_money_held();

    CREATE CONSTRAINT TRIGGER sales_sale_begins_with_the_money_it_holds
    AFTER INSERT ON sales_sale DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.held_amount <> 0) EXECUTE FUNCTION check_money_held();

    CREATE CONSTRAINT TRIGGER sales_sale_holds_its_part_payments
    AFTER UPDATE ON sales_sale DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.held_amount <> OLD.held_amount)
    EXECUTE FUNCTION check_money_held();
"""

UNDO = """
    DROP TRIGGER sales_sale_holds_its_part_payments ON sales_sale;
    DROP TRIGGER sales_sale_begins_with_the_money_it_holds ON sales_sale;
    DROP TRIGGER sales_partpayment_balances ON sales_partpayment;
    DROP TRIGGER sales_partpayment_joins_no_finished_sale ON sales_partpayment;
    DROP TRIGGER sales_partpayment_joins_no_closed_shift ON sales_partpayment;
    DROP TRIGGER sales_partpayment_ends_what_was_taken ON sales_partpayment;
    DROP FUNCTION check_money_held();
    DROP FUNCTION check_part_payment_ends_one();
"""


class Migration(migrations.Migration):
    """Money taken before a sale is finalized is written down at once, and stays."""

    dependencies = [
        ('customers', '0003_permanence'),
        ('pos', '0008_trigger_functions_fix_their_search_path'),
        ('sales', '0014_proofs_go_on'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PartPayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(editable=False)),
                ('event', models.CharField(choices=[('taken', 'taken'), ('given_back', 'given back'), ('used', 'used')], max_length=10, verbose_name='event')),
                ('kind', models.CharField(choices=[('cash', 'cash'), ('card', 'card'), ('paynow', 'PayNow'), ('nets', 'NETS'), ('voucher', 'voucher'), ('exchange', 'exchange')], max_length=10, verbose_name='kind')),
                ('amount', pos.core.fields.MoneyField(decimal_places=3, max_digits=14, verbose_name='amount')),
                ('reference', models.CharField(blank=True, max_length=64, verbose_name='reference')),
                ('is_pending', models.BooleanField(default=False, verbose_name='to be confirmed')),
                ('happened_at', models.DateTimeField(verbose_name='time')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='recorded at')),
            ],
            options={
                'verbose_name': 'part payment',
                'verbose_name_plural': 'part payments',
                'ordering': ('-pk',),
            },
        ),
        migrations.AddField(
            model_name='sale',
            name='held_amount',
            field=pos.core.fields.MoneyField(db_default=Decimal('0'), decimal_places=3, default=Decimal('0'), editable=False, max_digits=14, verbose_name='money held'),
        ),
        migrations.AddConstraint(
            model_name='sale',
            constraint=models.CheckConstraint(condition=models.Q(('held_amount__lt', 100000000000), ('held_amount__isnull', True), _connector='OR'), name='money_held_is_finite'),
        ),
        migrations.AddConstraint(
            model_name='sale',
            constraint=models.CheckConstraint(condition=models.Q(('held_amount', 0), models.Q(('held_amount__gt', 0), ('kind', 'sale'), ('status__in', ('open', 'parked'))), _connector='OR'), name='only_an_unfinished_sale_holds_money'),
        ),
        migrations.AddField(
            model_name='partpayment',
            name='company',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.company'),
        ),
        migrations.AddField(
            model_name='partpayment',
            name='sale',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='part_payments', to='sales.sale', verbose_name='sale'),
        ),
        migrations.AddField(
            model_name='partpayment',
            name='shift',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='part_payments', to='sales.shift', verbose_name='shift'),
        ),
        migrations.AddField(
            model_name='partpayment',
            name='staff_member',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='staff member'),
        ),
        migrations.AddField(
            model_name='partpayment',
            name='taken',
            field=models.OneToOneField(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ending', to='sales.partpayment', verbose_name='money taken'),
        ),
        migrations.AddField(
            model_name='partpayment',
            name='tender',
            field=models.OneToOneField(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='part_payment', to='sales.tender', verbose_name='used for the tender'),
        ),
        migrations.AddField(
            model_name='partpayment',
            name='till',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.till'),
        ),
        migrations.AddConstraint(
            model_name='partpayment',
            constraint=models.UniqueConstraint(fields=('company', 'uid'), name='part_payment_uid_once_per_company'),
        ),
        migrations.AddConstraint(
            model_name='partpayment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__lt', 100000000000), ('amount__isnull', True), _connector='OR'), name='part_payment_is_finite'),
        ),
        migrations.AddConstraint(
            model_name='partpayment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('event', 'taken'), ('taken__isnull', True), ('tender__isnull', True)), models.Q(('amount__lt', 0), ('event', 'given_back'), ('taken__isnull', False), ('tender__isnull', True)), models.Q(('amount__lt', 0), ('event', 'used'), ('taken__isnull', False), ('tender__isnull', False)), _connector='OR'), name='part_payment_is_taken_or_ends_one'),
        ),
        migrations.AddConstraint(
            model_name='partpayment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'exchange'), _negated=True), models.Q(('is_pending', False), models.Q(('kind', 'cash'), _negated=True), _connector='OR')), name='part_payment_is_money'),
        ),
        composite_keys(
            "sales_partpayment",
            sale="sales_sale",
            till="pos_till",
            shift="sales_shift",
            taken="sales_partpayment",
            tender="sales_tender",
            staff_member="pos_staffmember",
        ),
        *permanent("sales_partpayment"),
        migrations.RunSQL(GUARDS, UNDO),
    ]
