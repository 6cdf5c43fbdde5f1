"""A message that was recalled, because what it rested on fell away."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_delivery")]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="state",
            field=models.CharField(
                choices=[
                    ("drafted", "Drafted"),
                    ("approved", "Approved"),
                    ("sent", "Sent"),
                    ("failed", "Failed"),
                    ("recalled", "Recalled"),
                ],
                default="drafted",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="recalled_at",
            field=models.DateTimeField(help_text="When what it rests on fell away", null=True),
        ),
        migrations.AddField(
            model_name="notice",
            name="recalled_by",
            field=models.UUIDField(null=True),
        ),
        migrations.RemoveConstraint("notice", "notice_sent_only_when_approved"),
        migrations.RemoveConstraint("notice", "notice_delivered_when_sent"),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(
                name="notice_sent_only_when_approved",
                condition=Q(state__in=["drafted", "recalled"]) | Q(approved_at__isnull=False),
            ),
        ),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(
                name="notice_delivered_when_sent",
                condition=Q(delivery="")
                | Q(state__in=["sent", "recalled"], delivery_at__isnull=False),
            ),
        ),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(
                name="notice_recalled_at_and_by_somebody",
                condition=Q(state="recalled", recalled_at__isnull=False, recalled_by__isnull=False)
                | (~Q(state="recalled") & Q(recalled_at=None, recalled_by=None)),
            ),
        ),
    ]
