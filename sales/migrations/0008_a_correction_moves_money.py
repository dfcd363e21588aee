from django.db import migrations, models


class Migration(migrations.Migration):
    """What comes to nothing is of no other kind than it was recorded as."""

    dependencies = [('sales', '0007_the_books_are_proven')]

    operations = [
        migrations.AddConstraint(
            model_name='tendercorrection',
            constraint=models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='correction_moves_money'),
        ),
    ]
