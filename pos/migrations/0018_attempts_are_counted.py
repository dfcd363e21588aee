import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pos.core.schema import composite_keys

class Migration(migrations.Migration):
    """Tries of passwords, PINs and codes are rows, and a wrong one may turn right."""

    dependencies = [
        ('pos', '0017_audit_trail'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('sign_in', 'sign-in by password'), ('approval', 'approval by password'), ('own_password', "change of one's own password"), ('pin_sign_in', 'sign-in by PIN'), ('pin_approval', 'approval by PIN'), ('enrolment', 'enrolment code')], max_length=20, verbose_name='what for')),
                ('name_hash', models.CharField(blank=True, max_length=64)),
                ('address', models.CharField(blank=True, max_length=49, verbose_name='network address')),
                ('tried_at', models.DateTimeField(verbose_name='tried at')),
                ('is_right', models.BooleanField(default=False, verbose_name='right')),
                ('company', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pos.company', verbose_name='company')),
                ('person', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to=settings.AUTH_USER_MODEL, verbose_name='staff member')),
                ('till', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='pos.till', verbose_name='till')),
            ],
            options={
                'verbose_name': 'try to sign in',
                'verbose_name_plural': 'tries to sign in',
                'ordering': ('-tried_at', '-pk'),
                'indexes': [models.Index(fields=['person', 'tried_at'], name='attempts_of_a_person'), models.Index(condition=models.Q(('name_hash', ''), _negated=True), fields=['name_hash', 'tried_at'], name='attempts_of_an_unknown_name'), models.Index(fields=['till', 'tried_at'], name='attempts_at_a_till'), models.Index(fields=['address', 'tried_at'], name='attempts_from_an_address'), models.Index(fields=['company', 'tried_at'], name='attempts_in_a_company')],
                'constraints': [models.CheckConstraint(condition=models.Q(('person__isnull', True), ('name_hash', ''), _connector='OR'), name='an_attempt_is_of_a_person_or_a_name')],
            },
        ),
        composite_keys("pos_attempt", person="pos_staffmember", till="pos_till"),
        migrations.RunSQL(
            """
            CREATE TRIGGER pos_attempt_only_turns_right BEFORE UPDATE ON pos_attempt
            FOR EACH ROW WHEN (
                NOT NEW.is_right
                OR (NEW.id, NEW.company_id, NEW.kind, NEW.person_id, NEW.name_hash,
                    NEW.till_id, NEW.address, NEW.tried_at)
                IS DISTINCT FROM
                (OLD.id, OLD.company_id, OLD.kind, OLD.person_id, OLD.name_hash,
                    OLD.till_id, OLD.address, OLD.tried_at)
            ) EXECUTE FUNCTION forbid_change()
            """,
            "DROP TRIGGER pos_attempt_only_turns_right ON pos_attempt",
        ),
    ]
