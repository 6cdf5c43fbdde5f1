"""The sign-in libraries' tables belong to the door alone."""

from django.db import migrations

from lachan.core.rowsecurity import DoorOnly

TABLES = [
    "account_emailaddress",
    "mfa_authenticator",
    "socialaccount_socialaccount",
    "socialaccount_socialapp",
    "socialaccount_socialtoken",
    "axes_accessattempt",
    "axes_accessattemptexpiration",
]


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_presenting"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
        ("axes", "0010_accessattemptexpiration"),
    ]

    operations = [DoorOnly(table) for table in TABLES]
