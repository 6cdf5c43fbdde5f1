"""Registrations with consents, their order, invitations, and lists of organisations."""

from django.db import migrations, models

from lachan.vaccination.migrations._registration_rights import RIGHTS
from lachan.vaccination.migrations._registration_tables import TABLES


class Migration(migrations.Migration):
    dependencies = [("vaccination", "0004_site")]

    operations = [
        *TABLES,
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                fields=["commune", "disease", "day", "draw"], name="registration_line"
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(fields=["province", "-made_at"], name="registration_by_province"),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(fields=["commune", "-made_at"], name="registration_by_commune"),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                condition=models.Q(("proved_at", None)),
                fields=["made_at"],
                name="registration_to_prove",
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                condition=models.Q(("draw", "")),
                fields=["day", "commune"],
                name="registration_to_draw",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.UniqueConstraint(
                fields=("person", "disease", "campaign"), name="registered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), models.Q(("why", ""), _negated=True)),
                    models.Q(models.Q(("state", "withdrawn"), _negated=True), ("why", "")),
                    _connector="OR",
                ),
                name="registration_withdrawn_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["session", "number"], name="vaccinvite_of_session"),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["person", "-screening_at"], name="vaccinvite_of_person"),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["commune", "-made_at"], name="vaccinvite_by_commune"),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["province", "-made_at"], name="vaccinvite_by_province"),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["organisation", "-made_at"], name="vaccinvite_by_site"),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(
                condition=models.Q(("opened_at", None)),
                fields=["made_at"],
                name="vaccinvite_to_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                fields=("session", "registration"), name="invited_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at", None)),
                    models.Q(
                        models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="invitation_answered_at",
            ),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["registration", "said_at"], name="consent_of_registration"),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["commune", "-said_at"], name="consent_by_commune"),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["province", "-said_at"], name="consent_by_province"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("guardian__isnull", False), ("how", "guardian")),
                    models.Q(models.Q(("how", "guardian"), _negated=True), ("guardian", None)),
                    _connector="OR",
                ),
                name="consent_of_a_guardian_names_him",
            ),
        ),
        migrations.AddIndex(
            model_name="unitmember",
            index=models.Index(fields=["commune", "since"], name="unitmember_commune"),
        ),
        migrations.AddIndex(
            model_name="unitmember",
            index=models.Index(fields=["province", "since"], name="unitmember_province"),
        ),
        migrations.AddConstraint(
            model_name="unitmember",
            constraint=models.UniqueConstraint(
                fields=("organisation", "registration"), name="unit_member_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="unitrefusal",
            constraint=models.UniqueConstraint(
                fields=("list", "row"), name="unit_refusal_once_a_row"
            ),
        ),
        *RIGHTS,
    ]
