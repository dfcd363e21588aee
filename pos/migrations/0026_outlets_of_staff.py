import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pos.core.schema import composite_keys


class Migration(migrations.Migration):
    """Whose tills a person uses."""

    dependencies = [("pos", "0025_pins")]

    operations = [
        migrations.CreateModel(
            name="StaffOutlet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("company", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pos.company")),
                ("outlet", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="staff_outlets", to="pos.outlet", verbose_name="outlet")),
                ("staff_member", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="staff_outlets", to=settings.AUTH_USER_MODEL, verbose_name="staff member")),
            ],
            options={
                "permissions": [("use_every_outlet", "Can use the tills of every outlet")],
                "verbose_name": "outlet of a staff member",
                "verbose_name_plural": "outlets of staff members",
                "constraints": [
                    models.UniqueConstraint(fields=("company", "staff_member", "outlet"), name="an_outlet_once_per_staff_member"),
                ],
            },
        ),
        composite_keys(
            "pos_staffoutlet", staff_member="pos_staffmember", outlet="pos_outlet"
        ),
    ]
