from django.db import migrations, models
from django.db.models import Q

import pos.core.fields


class Migration(migrations.Migration):
    """The figure that was counted is beside the variance it made."""

    dependencies = [("pos", "0003_permanence")]

    operations = [
        migrations.AddField(
            model_name="stockmovement",
            name="counted",
            field=pos.core.fields.QuantityField(
                blank=True,
                decimal_places=3,
                max_digits=14,
                null=True,
                verbose_name="counted",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="stockmovement", name="stock_movement_is_finite"
        ),
        migrations.AddConstraint(
            model_name="stockmovement",
            constraint=pos.core.fields.finite(
                "stock_movement_is_finite", "quantity", "counted"
            ),
        ),
        migrations.AddConstraint(
            model_name="stockmovement",
            constraint=models.CheckConstraint(
                name="a_count_says_what_was_found",
                condition=Q(kind="count", counted__isnull=False, counted__gte=0)
                | (~Q(kind="count") & Q(counted__isnull=True)),
            ),
        ),
    ]
