"""How somebody left who was not injected though the rule allowed it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column of the visit."""

    dependencies = [("vaccination", "0011_gaps")]

    operations = [
        migrations.AddField(
            model_name="sitevisit",
            name="left_how",
            field=models.CharField(blank=True, default="", max_length=10),
        )
    ]
