"""What became of a message after the gateway took it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_first"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="delivery",
            field=models.CharField(
                blank=True,
                choices=[("delivered", "Delivered"), ("undeliverable", "Undeliverable")],
                default="",
                max_length=13,
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="delivery_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="notice",
            name="next_try_at",
            field=models.DateTimeField(help_text="When it is sent again", null=True),
        ),
        migrations.AddField(
            model_name="notice",
            name="tries",
            field=models.SmallIntegerField(default=0, help_text="How often the gateway took it"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("delivery", ""), ("state", "sent")),
                fields=["sent_at"],
                name="notice_on_its_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("delivery", ""),
                    models.Q(("delivery_at__isnull", False), ("state", "sent")),
                    _connector="OR",
                ),
                name="notice_delivered_when_sent",
            ),
        ),
    ]
