import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who agreed that a part payment's cash leaves a drawer that should hold less."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("sales", "0023_books_proof_started_by"),
    ]

    operations = [
        migrations.AddField(
            model_name="partpayment",
            name="approved_by",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="approved by",
            ),
        ),
        migrations.AddConstraint(
            model_name="partpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    models.Q(("event__in", ("given_back", "used")), ("kind", "cash")),
                    _connector="OR",
                ),
                name="only_cash_that_leaves_is_approved",
            ),
        ),
        migrations.RunSQL(
            """
            ALTER TABLE sales_partpayment
                ADD CONSTRAINT sales_partpayment_approved_by_of_company
                FOREIGN KEY (company_id, approved_by_id)
                REFERENCES pos_staffmember (company_id, id)
            """,
            """
            ALTER TABLE sales_partpayment
                DROP CONSTRAINT sales_partpayment_approved_by_of_company
            """,
        ),
    ]
