"""One account that declares for a crowd is found without reading a province's day again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("declarations", "0006_sent"),
        ("people", "0007_household_dwelling"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="declaration",
            index=models.Index(
                condition=models.Q(("organisation", None)),
                fields=["at", "made_by"],
                name="declaration_by_maker",
            ),
        ),
        migrations.AddIndex(
            model_name="declaration",
            index=models.Index(
                condition=models.Q(("organisation", None)),
                fields=["made_by", "at"],
                name="declaration_of_maker",
            ),
        ),
    ]
