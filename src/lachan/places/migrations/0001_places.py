"""Units, organisations and the tree of places: the tables and what they hold true."""

from typing import Any

from django.db import migrations, models

import lachan.core.clock
import lachan.core.ids

ORGANISATIONS = [
    ("ministry", "Ministry of Health"),
    ("disease_bureau", "Department of Disease Prevention"),
    ("institute", "Regional institute"),
    ("health_department", "Provincial health department"),
    ("cdc", "Provincial CDC"),
    ("regional_centre", "Regional health centre"),
    ("station", "Commune health station"),
    ("station_branch", "Branch of a health station"),
    ("province_committee", "People's Committee of a province"),
    ("commune_committee", "People's Committee of a commune"),
    ("commune_police", "Commune police"),
    ("hospital", "Hospital or clinic"),
    ("laboratory", "Testing unit"),
    ("company", "Company"),
    ("market", "Market board"),
    ("school", "School"),
    ("transport", "Transport company"),
    ("worship", "Pagoda, church or temple"),
    ("other", "Other organisation"),
]

PLACES = [
    ("campus", "Factory, company or campus"),
    ("market", "Market"),
    ("school", "School"),
    ("hospital", "Hospital"),
    ("building", "Building or house"),
    ("other", "Other place"),
    ("workshop", "Workshop"),
    ("floor", "Floor"),
    ("ward", "Hospital ward"),
    ("hall", "Hall"),
    ("line", "Production line"),
    ("room", "Room"),
    ("stall_row", "Row of stalls"),
    ("vehicle", "Vehicle"),
    ("class", "School class"),
    ("gate", "Gate"),
    ("table", "Table"),
]


Field = tuple[str, "models.Field[Any, Any]"]


def _number() -> Field:
    return "id", models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def _span() -> list[Field]:
    return [
        ("valid_from", models.DateField(null=True)),
        ("valid_to", models.DateField(null=True)),
    ]


def _of(name: str, called: str, model: str) -> Field:
    return name, models.ForeignKey(on_delete=models.CASCADE, related_name=called, to=model)


def _in_order(name: str) -> models.CheckConstraint:
    either = models.Q(valid_from__isnull=True) | models.Q(valid_to__isnull=True)
    return models.CheckConstraint(
        name=name, condition=either | models.Q(valid_from__lt=models.F("valid_to"))
    )


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="TerritoryEdition",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=ORGANISATIONS,
                        max_length=20,
                    ),
                ),
                ("name", models.TextField()),
                ("folded", models.TextField(blank=True, default="")),
                ("commune", models.IntegerField(blank=True, null=True)),
                ("province", models.IntegerField(blank=True, null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.PROTECT,
                        to="places.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["commune", "kind"], name="organisation_commune"),
                    models.Index(fields=["province", "kind"], name="organisation_province"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="organisation_named"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("commune__isnull", True), ("province__isnull", False), _connector="OR"
                        ),
                        name="organisation_commune_in_province",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrganisationName",
            fields=[
                _number(),
                ("name", models.TextField()),
                *_span(),
                _of("organisation", "names", "places.organisation"),
            ],
            options={
                "constraints": [
                    _in_order("organisationname_in_order"),
                    models.UniqueConstraint(
                        fields=("organisation", "valid_from"),
                        name="organisationname_one",
                        nulls_distinct=False,
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="ReportingLine",
            fields=[
                _number(),
                (
                    "to_kind",
                    models.CharField(
                        choices=ORGANISATIONS,
                        max_length=20,
                    ),
                ),
                *_span(),
                _of("organisation", "reports_to", "places.organisation"),
                _of("receiver", "hears_from", "places.organisation"),
            ],
            options={
                "constraints": [
                    _in_order("reportingline_in_order"),
                    models.CheckConstraint(
                        condition=models.Q(("organisation", models.F("receiver")), _negated=True),
                        name="reportingline_to_other",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_kind__in", ("regional_centre", "station_branch")), _negated=True
                        ),
                        name="reportingline_to_a_level",
                    ),
                    models.UniqueConstraint(
                        fields=("organisation", "receiver", "valid_from"),
                        name="reportingline_one",
                        nulls_distinct=False,
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.IntegerField(primary_key=True, serialize=False)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("province", "Province"),
                            ("district", "District"),
                            ("commune", "Commune"),
                        ],
                        max_length=8,
                    ),
                ),
                *_span(),
            ],
            options={
                "constraints": [
                    _in_order("unit_in_order"),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["province", "district", "commune"])),
                        name="unit_level",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=PLACES,
                        max_length=10,
                    ),
                ),
                ("name", models.TextField()),
                ("folded", models.TextField(blank=True, default="")),
                ("address", models.TextField(blank=True, default="")),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                ("made_at", models.DateTimeField(default=lachan.core.clock.now)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "depth",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                kind__in=("campus", "market", "school", "hospital"),
                                then=models.Value(1),
                            ),
                            models.When(kind__in=("building", "other"), then=models.Value(2)),
                            models.When(
                                kind__in=("workshop", "floor", "ward", "hall"), then=models.Value(3)
                            ),
                            models.When(
                                kind__in=("line", "room", "stall_row", "vehicle", "class", "gate"),
                                then=models.Value(4),
                            ),
                            models.When(kind__in=("table",), then=models.Value(5)),
                        ),
                        output_field=models.SmallIntegerField(),
                    ),
                ),
                ("parent_depth", models.SmallIntegerField(blank=True, editable=False, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=models.PROTECT,
                        related_name="places",
                        to="places.organisation",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="parts",
                        to="places.place",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.PROTECT,
                        to="places.unit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["commune", "folded"], name="place_commune"),
                    models.Index(fields=["province", "folded"], name="place_province"),
                    models.Index(fields=["organisation", "folded"], name="place_organisation"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "campus",
                                    "market",
                                    "school",
                                    "hospital",
                                    "building",
                                    "other",
                                    "workshop",
                                    "floor",
                                    "ward",
                                    "hall",
                                    "line",
                                    "room",
                                    "stall_row",
                                    "vehicle",
                                    "class",
                                    "gate",
                                    "table",
                                ],
                            )
                        ),
                        name="place_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="place_named"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit__isnull", False)), name="place_unit"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("parent__isnull", True), ("parent_depth__isnull", True)),
                            models.Q(
                                ("parent__isnull", False), ("parent_depth__lt", models.F("depth"))
                            ),
                            _connector="OR",
                        ),
                        name="place_deeper",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", False),
                            models.Q(
                                (
                                    "kind__in",
                                    (
                                        "line",
                                        "stall_row",
                                        "class",
                                        "gate",
                                        "table",
                                        "floor",
                                        "ward",
                                        "workshop",
                                    ),
                                ),
                                _negated=True,
                            ),
                            _connector="OR",
                        ),
                        name="place_part",
                    ),
                    models.UniqueConstraint(fields=("id", "depth"), name="place_depth"),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True), ("parent__isnull", False)),
                        fields=("parent", "kind", "name"),
                        name="place_one_of_a_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitCode",
            fields=[
                _number(),
                ("code", models.CharField(max_length=5)),
                *_span(),
                _of("unit", "codes", "places.unit"),
            ],
            options={
                "constraints": [
                    _in_order("unitcode_in_order"),
                    models.UniqueConstraint(
                        fields=("code", "valid_from"), name="unitcode_one", nulls_distinct=False
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="UnitName",
            fields=[
                _number(),
                ("name", models.TextField()),
                ("folded", models.TextField()),
                *_span(),
                _of("unit", "names", "places.unit"),
            ],
            options={
                "constraints": [
                    _in_order("unitname_in_order"),
                    models.UniqueConstraint(
                        fields=("unit", "valid_from"), name="unitname_one", nulls_distinct=False
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="UnitParent",
            fields=[
                _number(),
                *_span(),
                _of("parent", "parts", "places.unit"),
                _of("unit", "parents", "places.unit"),
            ],
            options={
                "constraints": [
                    _in_order("unitparent_in_order"),
                    models.UniqueConstraint(
                        fields=("unit", "valid_from"), name="unitparent_one", nulls_distinct=False
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="UnitSuccessor",
            fields=[
                _number(),
                ("on", models.DateField()),
                _of("successor", "made_of", "places.unit"),
                _of("unit", "followed_by", "places.unit"),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "successor"), name="unitsuccessor_one"),
                    models.CheckConstraint(
                        condition=models.Q(("unit", models.F("successor")), _negated=True),
                        name="unitsuccessor_other",
                    ),
                ]
            },
        ),
    ]
