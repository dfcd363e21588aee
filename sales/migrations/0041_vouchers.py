import django.db.models.functions.math
import pos.core.fields
from django.db import migrations, models

from pos.core.schema import replace_in_function

KNOWN = ["cash", "card", "paynow", "nets", "exchange"]


def kind(model, name, label):
    return migrations.AlterField(
        model_name=model,
        name=name,
        field=models.CharField(max_length=10, verbose_name=label),
    )


def own_kind(model, name, of):
    """The code of the company's own kind; NULL for the others."""
    known = models.Case(models.When(**{f"{of}__in": KNOWN}, then=None), default=of)
    return migrations.AddField(
        model_name=model,
        name=name,
        field=models.GeneratedField(
            db_persist=True,
            expression=known,
            output_field=models.CharField(max_length=10, null=True),
        ),
    )


def of_company(table, column):
    name = f"{table}_{column}_is_the_companys"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name}"
        f" FOREIGN KEY (company_id, {column})"
        " REFERENCES pos_voucherkind (company_id, code)",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def face_value(model):
    return migrations.AddField(
        model_name=model,
        name="face_value",
        field=pos.core.fields.MoneyField(decimal_places=3, editable=False, max_digits=14, null=True, verbose_name="face value"),
    )


NUMBERS = """
    -- Spaces and capitals make no other number.
    CREATE FUNCTION fold_voucher_number(number text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
        SELECT upper(regexp_replace(number, '\\s', '', 'g'))
    $$;

    -- How often the company has a voucher of this kind and number: taken, less given
    -- back. It is locked until the transaction ends, so that two cannot both take it.
    CREATE FUNCTION claim_voucher(company bigint, kind text, number text)
    RETURNS integer
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
        folded text := public.fold_voucher_number(number);
    BEGIN
        PERFORM pg_advisory_xact_lock(
            hashtextextended(company || ' ' || kind || ' ' || folded, 0));
        RETURN (
            SELECT coalesce(sum(used.count), 0) FROM (
                SELECT sign(tender.tendered)::integer AS count
                FROM public.sales_tender tender
                WHERE tender.company_id = $1 AND tender.voucher_code = $2
                    AND public.fold_voucher_number(tender.reference) = folded
                    AND tender.reference <> ''
                UNION ALL
                SELECT sign(part.amount)::integer
                FROM public.sales_partpayment part
                WHERE part.company_id = $1 AND part.voucher_code = $2
                    AND public.fold_voucher_number(part.reference) = folded
                    AND part.reference <> ''
                UNION ALL
                SELECT 1
                FROM public.sales_tendercorrection correction
                WHERE correction.company_id = $1
                    AND correction.voucher_code_after = $2
                    AND public.fold_voucher_number(correction.reference) = folded
                    AND correction.reference <> ''
                UNION ALL
                -- Corrected to another kind: the number was the tender's, or that of
                -- the correction before.
                SELECT -1
                FROM public.sales_tendercorrection correction
                JOIN public.sales_tender tender ON tender.id = correction.tender_id
                LEFT JOIN LATERAL (
                    SELECT earlier.reference
                    FROM public.sales_tendercorrection earlier
                    WHERE earlier.tender_id = correction.tender_id
                        AND earlier.id < correction.id
                    ORDER BY earlier.id DESC LIMIT 1
                ) before ON true
                WHERE correction.company_id = $1
                    AND correction.voucher_code_before = $2
                    AND public.fold_voucher_number(
                        coalesce(before.reference, tender.reference)) = folded
                    AND coalesce(before.reference, tender.reference) <> ''
            ) used
        );
    END $$;

    CREATE FUNCTION require_voucher_counts_once() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        IF NEW.reference <> '' AND public.claim_voucher(NEW.company_id, to_jsonb(NEW) ->> TG_ARGV[0],
            NEW.reference)
            NOT IN (0, 1)
        THEN
            RAISE EXCEPTION 'voucher % is taken or given back twice', NEW.reference
                USING ERRCODE = 'unique_violation',
                      CONSTRAINT = 'voucher_counts_once';
        END IF;
        RETURN NULL;
    END $$;
"""
INDEXES = """
    CREATE INDEX tender_by_voucher_number ON sales_tender
        (company_id, voucher_code, fold_voucher_number(reference))
        WHERE voucher_code IS NOT NULL AND reference <> '';
    CREATE INDEX part_payment_by_voucher_number ON sales_partpayment
        (company_id, voucher_code, fold_voucher_number(reference))
        WHERE voucher_code IS NOT NULL AND reference <> '';
    CREATE INDEX correction_by_voucher_number ON sales_tendercorrection
        (company_id, voucher_code_after, fold_voucher_number(reference))
        WHERE voucher_code_after IS NOT NULL AND reference <> '';
    CREATE INDEX correction_of_a_voucher ON sales_tendercorrection
        (company_id, voucher_code_before) WHERE voucher_code_before IS NOT NULL;
"""
TRIGGERS = "".join(
    f"""
    CREATE CONSTRAINT TRIGGER {table}_{column}_counts_once
    AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.{column} IS NOT NULL)
    EXECUTE FUNCTION require_voucher_counts_once('{column}');
    """
    for table, column in (
        ("sales_tender", "voucher_code"),
        ("sales_partpayment", "voucher_code"),
        ("sales_tendercorrection", "voucher_code_after"),
    )
)


class Migration(migrations.Migration):
    """Tenders may be vouchers of the company's kinds, each of them taken once."""

    dependencies = [
        ("pos", "0034_vouchers"),
        ("sales", "0040_owners_restrict_goods"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="partpayment", name="part_payment_is_finite"),
        migrations.RemoveConstraint(model_name="tender", name="tender_amounts_are_finite"),
        kind("tender", "kind", "kind"),
        kind("partpayment", "kind", "kind"),
        kind("tendercorrection", "kind_before", "recorded as"),
        kind("tendercorrection", "kind_after", "corrected to"),
        own_kind("tender", "voucher_code", "kind"),
        own_kind("partpayment", "voucher_code", "kind"),
        own_kind("tendercorrection", "voucher_code_before", "kind_before"),
        own_kind("tendercorrection", "voucher_code_after", "kind_after"),
        face_value("tender"),
        face_value("partpayment"),
        migrations.AddConstraint(
            model_name="partpayment",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("amount__lt", 100000000000), ("amount__isnull", True), _connector="OR"), models.Q(("face_value__lt", 100000000000), ("face_value__isnull", True), _connector="OR")), name="part_payment_is_finite"),
        ),
        migrations.AddConstraint(
            model_name="partpayment",
            constraint=models.CheckConstraint(condition=models.Q(("face_value__isnull", True), models.Q(("face_value__gte", django.db.models.functions.math.Abs("amount")), ("voucher_code__isnull", False)), _connector="OR"), name="part_payment_has_a_face_value_if_a_voucher"),
        ),
        migrations.AddConstraint(
            model_name="tender",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("tendered__lt", 100000000000), ("tendered__isnull", True), _connector="OR"), models.Q(("change__lt", 100000000000), ("change__isnull", True), _connector="OR"), models.Q(("face_value__lt", 100000000000), ("face_value__isnull", True), _connector="OR")), name="tender_amounts_are_finite"),
        ),
        migrations.AddConstraint(
            model_name="tender",
            constraint=models.CheckConstraint(condition=models.Q(("face_value__isnull", True), models.Q(("face_value__gte", models.F("tendered")), ("tendered__gt", 0), ("voucher_code__isnull", False)), _connector="OR"), name="only_a_voucher_has_a_face_value"),
        ),
        migrations.RemoveConstraint(model_name="partpayment", name="part_payment_is_money"),
        migrations.AddConstraint(
            model_name="partpayment",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("kind", "exchange"), _negated=True), models.Q(("is_pending", False), models.Q(models.Q(("kind", "cash"), _negated=True), ("voucher_code", None)), _connector="OR")), name="part_payment_is_money"),
        ),
        migrations.AddConstraint(
            model_name="tender",
            constraint=models.CheckConstraint(condition=models.Q(("is_pending", False), ("voucher_code__isnull", True), _connector="OR"), name="a_voucher_is_never_pending"),
        ),
        # What was taken before it was a kind of the company's becomes one.
        migrations.RunSQL(
            """
            INSERT INTO pos_voucherkind
                (uid, company_id, code, name, pays_deposits, is_active)
            SELECT gen_random_uuid(), used.company_id, 'voucher', 'Voucher', true, false
            FROM (
                SELECT company_id FROM sales_tender WHERE kind = 'voucher'
                UNION SELECT company_id FROM sales_partpayment WHERE kind = 'voucher'
                UNION SELECT company_id FROM sales_tendercorrection
                    WHERE 'voucher' IN (kind_before, kind_after)
            ) used
            ON CONFLICT DO NOTHING
            """,
            migrations.RunSQL.noop,
        ),
        of_company("sales_tender", "voucher_code"),
        of_company("sales_partpayment", "voucher_code"),
        of_company("sales_tendercorrection", "voucher_code_before"),
        of_company("sales_tendercorrection", "voucher_code_after"),
        replace_in_function(
            "check_part_payment_ends_one",
            {
                "part.reference, part.is_pending)": "part.reference, part.is_pending, part.face_value)",
                "NEW.reference, NEW.is_pending)": "NEW.reference, NEW.is_pending, NEW.face_value)",
                "= (NEW.company_id": "IS NOT DISTINCT FROM (NEW.company_id",
            },
        ),
        migrations.RunSQL(
            NUMBERS,
            """
            DROP FUNCTION require_voucher_counts_once();
            DROP FUNCTION claim_voucher(bigint, text, text);
            DROP FUNCTION fold_voucher_number(text);
            """,
        ),
        migrations.RunSQL(
            INDEXES,
            """
            DROP INDEX correction_of_a_voucher;
            DROP INDEX correction_by_voucher_number;
            DROP INDEX part_payment_by_voucher_number;
            DROP INDEX tender_by_voucher_number;
            """,
        ),
        migrations.RunSQL(
            TRIGGERS,
            """
            DROP TRIGGER sales_tendercorrection_voucher_code_after_counts_once ON sales_tendercorrection;
            DROP TRIGGER sales_partpayment_voucher_code_counts_once ON sales_partpayment;
            DROP TRIGGER sales_tender_voucher_code_counts_once ON sales_tender;
            """,
        ),
    ]
