"""A proposal given back unsigned may come again: its state goes on being told back."""

from django.db import migrations, models

OVER = ["asked", "advised", "refused", "ended"]


class Migration(migrations.Migration):
    dependencies = [("tracing", "0012_measures")]

    operations = [
        migrations.RemoveIndex(model_name="measurerequest", name="measure_to_tell_back"),
        migrations.AddIndex(
            model_name="measurerequest",
            index=models.Index(
                condition=models.Q(("state__in", OVER), _negated=True),
                fields=["asked_at"],
                name="measure_to_tell_back",
            ),
        ),
    ]
