"""Nobody decides in another's name, and nobody but the worker changes what was decided.

The worker undoes in the name that stands on the row.
"""

from django.db import migrations, models

OWN_NAME = """
create policy asked_in_the_own_name on corrections_correction as restrictive for insert
    to lachan_app with check ((select core.scope_system()) or (
        asked_by = (select core.scope_account()) and state = 'asked' and cause = 'looked_up'
        and decided_at is null and done_at is null and found = '[]' and undone = '[]'));
create policy decided_in_the_own_name on corrections_correction as restrictive for update
    to lachan_app using ((select core.scope_system()) or decided_at is null)
    with check ((select core.scope_system()) or (done_at is null
        and (decided_by is null or decided_by = (select core.scope_account()))));
"""

WITHOUT = """
drop policy asked_in_the_own_name on corrections_correction;
drop policy decided_in_the_own_name on corrections_correction;
"""


class Migration(migrations.Migration):
    dependencies = [("corrections", "0001_first"), ("tracing", "0016_suspicions")]

    operations = [
        migrations.AlterField(
            "correction",
            "cause",
            models.CharField(
                choices=[
                    ("looked_up", "Looked Up"),
                    ("withdrawn", "Withdrawn"),
                    ("amended", "Amended"),
                    ("case", "Case Withdrawn"),
                    ("refuted", "Refuted"),
                ],
                default="looked_up",
                max_length=9,
            ),
        ),
        migrations.RunSQL(OWN_NAME, WITHOUT),
    ]
