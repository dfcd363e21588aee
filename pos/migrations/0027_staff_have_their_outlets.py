from django.db import migrations


class Migration(migrations.Migration):
    """People go on using the tills of all outlets that there are."""

    dependencies = [("pos", "0026_outlets_of_staff")]

    operations = [
        migrations.RunSQL(
            """
            INSERT INTO pos_staffoutlet (company_id, staff_member_id, outlet_id)
            SELECT company_id, person.id, outlet.id
            FROM pos_staffmember person JOIN pos_outlet outlet USING (company_id)
            """,
            migrations.RunSQL.noop,
            elidable=True,
        ),
    ]
