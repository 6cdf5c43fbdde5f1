"""Orders whose ground fell away: dropped while unsigned, laid before the signer once signed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("isolation", "0002_who_sees_what")]

    operations = [
        migrations.AlterField(
            model_name="order",
            name="state",
            field=models.CharField(
                choices=[
                    ("proposed", "Proposed"),
                    ("holding", "Holding"),
                    ("listed", "Listed"),
                    ("decided", "Decided"),
                    ("noticed", "Noticed"),
                    ("ended", "Ended"),
                    ("lapsed", "Lapsed"),
                    ("declined", "Declined"),
                    ("dropped", "Dropped"),
                ],
                default="proposed",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="holding",
            name="ended_by",
            field=models.CharField(
                choices=[
                    ("decided", "Decided"),
                    ("lapsed", "Lapsed"),
                    ("declined", "Declined"),
                    ("dropped", "Dropped"),
                ],
                default="",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="orderstep",
            name="step",
            field=models.CharField(
                choices=[
                    ("proposed", "Proposed"),
                    ("list", "List"),
                    ("decision", "Decision"),
                    ("told", "Told"),
                    ("notice", "Notice"),
                    ("prolonged", "Prolonged"),
                    ("lapsed", "Lapsed"),
                    ("declined", "Declined"),
                    ("extended", "Extended"),
                    ("ended", "Ended"),
                    ("dropped", "Dropped"),
                    ("unfounded", "Unfounded"),
                ],
                max_length=9,
            ),
        ),
        migrations.AlterField(
            model_name="signed",
            name="kind",
            field=models.CharField(
                choices=[
                    ("decision", "Decision"),
                    ("extension", "Extension"),
                    ("cancel", "Cancellation"),
                ],
                max_length=9,
            ),
        ),
    ]
