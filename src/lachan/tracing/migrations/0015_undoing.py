"""Hand-overs that were recalled, and zones whose plan fell away before anybody signed."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("tracing", "0014_pools")]

    operations = [
        migrations.AlterField(
            model_name="handover",
            name="state",
            field=models.CharField(
                choices=[
                    ("sent", "Sent"),
                    ("accepted", "Accepted"),
                    ("returned", "Returned"),
                    ("done", "Done"),
                    ("recalled", "Recalled"),
                ],
                default="sent",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="handoverreceipt",
            name="state",
            field=models.CharField(
                choices=[
                    ("sent", "Sent"),
                    ("accepted", "Accepted"),
                    ("returned", "Returned"),
                    ("done", "Done"),
                    ("recalled", "Recalled"),
                ],
                default="sent",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="zonestep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("planned", "Planned"),
                    ("reported", "Reported to the province"),
                    ("decided", "Decided"),
                    ("adjusted", "Adjusted"),
                    ("ended", "Ended"),
                    ("dropped", "Dropped"),
                    ("to_lift", "To be lifted"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="zonefile",
            name="kind",
            field=models.CharField(
                choices=[
                    ("planned", "Planned"),
                    ("reported", "Reported to the province"),
                    ("decided", "Decided"),
                    ("adjusted", "Adjusted"),
                    ("ended", "Ended"),
                    ("dropped", "Dropped"),
                    ("to_lift", "To be lifted"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="zonedecision",
            name="dropped_at",
            field=models.DateTimeField(
                help_text="When the plan fell away, before anybody signed", null=True
            ),
        ),
        migrations.AddConstraint(
            model_name="zonedecision",
            constraint=models.CheckConstraint(
                name="zonedecision_dropped_before_signed",
                condition=Q(dropped_at=None) | Q(decided_at=None),
            ),
        ),
    ]
