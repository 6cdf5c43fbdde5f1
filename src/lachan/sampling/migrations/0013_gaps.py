"""Whoever stands for several records reads the samples of all of them; tubes and results follow."""

from django.db import migrations

OWN = """
create policy see_by_same on sampling_sample for select to lachan_app
    using (person_id = any((select core.same_of_own())::uuid[]))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sampling", "0012_import"),
        ("people", "0009_gaps"),
    ]

    operations = [migrations.RunSQL(OWN, "drop policy see_by_same on sampling_sample")]
