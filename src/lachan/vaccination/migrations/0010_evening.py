"""Reconciliation, daily reports, paper keyed twice, and what goes to the national system."""

from django.db import migrations

from lachan.vaccination.migrations._evening import COLUMNS, KEEP, NO_KEEP, NO_QUEUE, QUEUE, SECURITY
from lachan.vaccination.migrations._evening_book_tables import BOOKS
from lachan.vaccination.migrations._evening_tables import TABLES


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0008_same_person"),
        ("vaccination", "0009_planning"),
    ]

    operations = [
        *TABLES,
        *BOOKS,
        migrations.RunSQL(KEEP, NO_KEEP),
        *SECURITY,
        migrations.RunSQL(COLUMNS, migrations.RunSQL.noop),
        migrations.RunSQL(QUEUE, NO_QUEUE),
    ]
