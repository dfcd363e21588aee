import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pos.core.schema import composite_keys


class Migration(migrations.Migration):
    """People have PINs, and a company says how long they are and when a till locks."""

    dependencies = [("pos", "0024_sign_out_everywhere")]

    operations = [
        migrations.AddField(
            model_name="company",
            name="pin_digits",
            field=models.PositiveSmallIntegerField(
                choices=[(4, "four"), (6, "six")],
                db_default=6,
                default=6,
                help_text="Whose PIN is of another length chooses one at the next use.",
                verbose_name="digits of a PIN",
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="lock_minutes",
            field=models.PositiveSmallIntegerField(
                db_default=2,
                default=2,
                help_text="Minutes without a key or a tap. 0: only by hand.",
                validators=[django.core.validators.MaxValueValidator(60)],
                verbose_name="a till locks after",
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("pin_digits__in", (4, 6))),
                name="pins_have_four_or_six_digits",
            ),
        ),
        migrations.CreateModel(
            name="Pin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hash", models.CharField(editable=False, max_length=200)),
                ("key_id", models.CharField(editable=False, max_length=16)),
                ("digits", models.PositiveSmallIntegerField(editable=False, verbose_name="digits")),
                ("is_first", models.BooleanField(default=False, verbose_name="to be changed at the till")),
                ("company", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pos.company")),
                ("person", models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="pin", to=settings.AUTH_USER_MODEL, verbose_name="staff member")),
            ],
            options={
                "verbose_name": "PIN",
                "verbose_name_plural": "PINs",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digits__in", (4, 6))),
                        name="a_pin_has_four_or_six_digits",
                    )
                ],
            },
        ),
        composite_keys("pos_pin", person="pos_staffmember"),
    ]
