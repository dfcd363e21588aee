from django.db import migrations

from pos.core.schema import fix_search_path


class Migration(migrations.Migration):
    """A session cannot choose which tables a trigger function reads."""

    dependencies = [("pos", "0007_a_till_stays_at_its_outlet")]

    operations = [fix_search_path("forbid_change")]
