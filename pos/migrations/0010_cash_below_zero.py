from django.db import migrations, models


class Migration(migrations.Migration):
    """Whether more cash may leave a drawer than it should hold is the company's choice."""

    dependencies = [("pos", "0009_the_time_of_the_last_document")]

    operations = [
        migrations.AddField(
            model_name='company',
            name='allows_cash_below_zero',
            field=models.BooleanField(db_default=False, default=False, help_text='A supervisor has to approve it. Otherwise it is refused.', verbose_name='more cash may leave a drawer than it should hold'),
        ),
    ]
