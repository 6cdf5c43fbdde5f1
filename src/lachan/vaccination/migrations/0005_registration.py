"""Registrations with consents, their order, invitations, and lists of organisations."""

from django.db import migrations

from lachan.vaccination.migrations._registration_rights import RIGHTS
from lachan.vaccination.migrations._registration_tables import TABLES
from lachan.vaccination.migrations._unit_list_tables import LISTS


class Migration(migrations.Migration):
    dependencies = [("vaccination", "0004_site")]

    operations = [
        *TABLES,
        *LISTS,
        *RIGHTS,
    ]
