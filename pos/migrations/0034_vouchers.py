import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import pos.core.ids
import pos.models.tender_kind
from django.db import migrations, models

from pos.core.history_triggers import write_history, write_history_of_exclusions
from pos.core.schema import composite_keys

# What restricts a product, as JSON: also the kinds of vouchers that do not pay for it.
RESTRICTION_FACTS = """
CREATE OR REPLACE FUNCTION restriction_facts(restriction bigint) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_array(name, minimum_age, (
        SELECT jsonb_agg(jsonb_build_array(weekdays, begins_at, ends_at))
        FROM public.pos_closedperiod WHERE restriction_id = $1
    ){excluded})::text
    FROM public.pos_restriction WHERE id = $1
$$
"""
EXCLUDED = """, (
        SELECT jsonb_agg(kind.code ORDER BY kind.code)
        FROM public.pos_voucherexclusion excluded
        JOIN public.pos_voucherkind kind ON kind.id = excluded.voucher_kind_id
        WHERE excluded.restriction_id = $1
    )"""

TENDERS = [("cash", "cash"), ("card", "card"), ("paynow", "PayNow"), ("nets", "NETS")]


class Migration(migrations.Migration):
    """A company has kinds of vouchers: ways to pay of its own making.

    The one that every company could take before becomes a kind of those that took it.
    """

    dependencies = [("pos", "0033_restrictions")]

    operations = [
        migrations.CreateModel(
            name="VoucherKind",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=pos.core.ids.uuid7, editable=False)),
                ("code", models.CharField(help_text="Short, as in files: cdc. It stays as it is.", max_length=10, validators=[django.core.validators.RegexValidator("\\A[a-z0-9][a-z0-9_-]*\\Z", "Use small letters, digits, - and _ only.")], verbose_name="code")),
                ("name", models.CharField(help_text="As shown at the till and on receipts: CDC voucher.", max_length=40, verbose_name="name")),
                ("pays_deposits", models.BooleanField(default=False, help_text="Of the goods that it pays for.", verbose_name="pays for container deposits")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("company", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="voucher_kinds", to="pos.company")),
            ],
            options={
                "verbose_name": "kind of voucher",
                "verbose_name_plural": "kinds of vouchers",
                "ordering": ("name",),
                "constraints": [
                    models.UniqueConstraint(fields=("company", "code"), name="voucher_kind_code_once_per_company"),
                    models.UniqueConstraint(models.F("company"), django.db.models.functions.text.Lower("name"), name="voucher_kind_name_once_per_company", violation_error_message="Another kind of voucher has this name."),
                    models.UniqueConstraint(fields=("company", "uid"), name="voucher_kind_uid_once_per_company"),
                    models.CheckConstraint(condition=models.Q(models.Q(("code", ""), _negated=True), models.Q(("name", ""), _negated=True), ("code", django.db.models.functions.text.Lower("code")), models.Q(("code__in", ["cash", "card", "paynow", "nets", "exchange", "none", "pending", "points"]), _negated=True)), name="voucher_kind_is_none_of_the_known_ways_to_pay", violation_error_message="That is the code of another way to pay. Choose another."),
                ],
            },
        ),
        composite_keys("pos_voucherkind"),
        migrations.CreateModel(
            name="VoucherExclusion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("company", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pos.company")),
                ("restriction", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="voucher_exclusions", to="pos.restriction", verbose_name="goods of the restriction")),
                ("voucher_kind", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name="exclusions", to="pos.voucherkind")),
            ],
            options={
                "verbose_name": "goods that it does not pay for",
                "verbose_name_plural": "goods that it does not pay for",
                "default_permissions": (),
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(fields=("company", "voucher_kind", "restriction"), name="restriction_excluded_once_per_voucher_kind", violation_error_message="This restriction is named twice."),
                ],
            },
        ),
        composite_keys("pos_voucherexclusion", voucher_kind="pos_voucherkind", restriction="pos_restriction"),
        write_history("pos_voucherkind", "code", "name", "pays_deposits", "is_active"),
        write_history_of_exclusions(),
        migrations.RunSQL(
            RESTRICTION_FACTS.replace("{excluded}", EXCLUDED),
            RESTRICTION_FACTS.replace("{excluded}", ""),
        ),
        migrations.AlterField(
            model_name="company",
            name="accepted_tenders",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=TENDERS, max_length=10), default=pos.models.tender_kind.usual_tenders, size=None, verbose_name="payment methods"),
        ),
        migrations.RunSQL(
            """
            INSERT INTO pos_voucherkind
                (uid, company_id, code, name, pays_deposits, is_active)
            SELECT gen_random_uuid(), id, 'voucher', 'Voucher', true, true
            FROM pos_company WHERE 'voucher' = ANY (accepted_tenders);
            UPDATE pos_company
            SET accepted_tenders = array_remove(accepted_tenders, 'voucher')
            WHERE 'voucher' = ANY (accepted_tenders);
            """,
            """
            UPDATE pos_company
            SET accepted_tenders = array_append(accepted_tenders, 'voucher')
            WHERE id IN (SELECT company_id FROM pos_voucherkind
                         WHERE code = 'voucher' AND is_active)
            """,
        ),
    ]
