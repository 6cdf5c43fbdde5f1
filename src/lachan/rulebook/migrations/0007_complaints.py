"""Complaints are answered by a rule too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rulebook", "0006_vaccination_kinds"),
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
                            "scan_checks",
                            "places",
                            "pooling",
                            "custody",
                            "assay",
                            "results",
                            "rapid",
                            "vaccine_product",
                            "immunization",
                            "screening",
                            "priority",
                            "vaccination",
                            "complaints",
                        ],
                    )
                ),
                name="rule_kind_is_known",
            ),
        ),
    ]
