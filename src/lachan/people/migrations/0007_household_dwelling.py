"""Which house a household lives in; seen by whoever sees one of the household."""

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity

#: Row security of the members asks who is asking: a neighbour's household stays a neighbour's.
ONE_OF_THEM = (
    "exists (select 1 from people_householdmember m"
    " where m.household = people_householddwelling.household)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_duty"),
        ("places", "0003_dwellings"),
    ]

    operations = [
        migrations.CreateModel(
            name="HouseholdDwelling",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("household", models.UUIDField()),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("commune", models.IntegerField(help_text="Of the house")),
                ("province", models.IntegerField()),
                (
                    "dwelling",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.dwelling",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["commune", "dwelling"], name="householddwelling_commune"),
                    models.Index(
                        fields=["province", "dwelling"], name="householddwelling_province"
                    ),
                    models.Index(fields=["dwelling", "household"], name="householddwelling_houses"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("household",),
                        name="one_open_dwelling",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("until__gte", models.F("since")), _connector="OR"
                        ),
                        name="dwelling_ends_after_it_begins",
                    ),
                ],
            },
        ),
        RowSecurity(
            "people_householddwelling",
            commune="commune",
            province="province",
            extra={"member": ONE_OF_THEM},
            only=ONE_OF_THEM,
        ),
    ]
