from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rulebook", "0002_working"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="ruleversion",
            name="rule_kind_is_known",
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "disease_profile",
                            "contact",
                            "card_colour",
                            "measure",
                            "mandatory",
                            "handover",
                            "calling",
                            "stages",
                            "triage",
                        ],
                    )
                ),
                name="rule_kind_is_known",
            ),
        ),
    ]
