"""`add_version`: who may enter a rule, with what, and what the database forbids in any case."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import Error, IntegrityError, transaction

from lachan.core.models import AuditEvent
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.rulebook import selectors, services
from lachan.rulebook.models import RuleVersion
from lachan.rulebook.shape import Source
from tests.factories import cast

DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)
DOCUMENT = Source("Quyết định số 1/QĐ-BYT ngày 30/11/2026 (ví dụ)", "Điều 1", "official")


def allow_home_isolation(**changes: Any) -> dict[str, Any]:
    """What a legal officer would enter if the Minister gave contacts of COVID-19 a form."""
    sentence = {"vi": "Được phép theo {article}.", "en": "Allowed under {article}."}
    return {
        "kind": "measure",
        "name": "isolate_home:contact",
        "disease": "covid-19",
        "regime": "vn-2026",
        "in_force": (DECEMBER, None),
        "source": DOCUMENT,
        "body": {"measure": "isolate_home", "role": "contact", "outcome": "allowed"},
        "sentences": {"allowed": sentence},
    } | changes


def test_it_changes_the_answer_from_its_first_instant(loaded: None) -> None:
    ministry = cast.of_nation()
    with scoped(ministry, "test"):
        services.add_version(**allow_home_isolation(), by=ministry)

        before, after = (
            selectors.may_we("isolate_home", disease="covid-19", role="contact", at=at)
            for at in (DECEMBER - timedelta(seconds=1), DECEMBER)
        )

        assert (before.outcome, after.outcome) == ("refused", "allowed")
        assert after.article == f"Điều 1 {DOCUMENT.document}"
        assert AuditEvent.objects.filter(kind="rulebook.version_added").exists()


def test_it_ends_the_open_version_where_the_new_one_begins(loaded: None) -> None:
    ministry = cast.of_nation()
    with scoped(ministry, "test"):
        later = DECEMBER + timedelta(days=9)
        first = services.add_version(
            **allow_home_isolation(name="ends", disease="measles"), by=ministry
        )
        second = services.add_version(
            **allow_home_isolation(name="ends", disease="measles", in_force=(later, None)),
            by=ministry,
        )
        first.refresh_from_db()

        assert first.in_force.upper == second.in_force.lower == later
        assert (first.version, second.version) == (1, 2)


def test_it_lets_a_director_rule_only_the_own_province(loaded: None) -> None:
    director = cast.of_province(Role.DIRECTOR)
    with scoped(director, "test"):
        own = services.add_version(**allow_home_isolation(), province=cast.PROVINCE, by=director)
        assert own.province == cast.PROVINCE

        for province in (None, cast.OTHER_PROVINCE):
            with pytest.raises(Refused) as refusal:
                services.add_version(**allow_home_isolation(), province=province, by=director)
            assert refusal.value.code == "rule_needs_author"


@pytest.mark.parametrize("role", [Role.TRACER, Role.STATION_OFFICER, Role.COMMUNE_CHAIRMAN])
def test_it_refuses_everybody_else(loaded: None, role: Role) -> None:
    officer = cast.of_commune(role)
    with scoped(officer, "test"), pytest.raises(Refused) as refusal:
        services.add_version(**allow_home_isolation(), by=officer)

    assert refusal.value.code == "rule_needs_author"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"source": Source(" ", "", "official")}, "rule_needs_document"),
        ({"source": Source("Quyết định", "", "heard of it")}, "rule_needs_document"),
        ({"in_force": (DECEMBER, DECEMBER)}, "rule_ends_before_it_begins"),
        ({"body": {"measure": "isolate_home"}}, "rule_malformed"),
        ({"kind": "horoscope"}, "rule_unknown_kind"),
        ({"sentences": {"allowed": {"vi": "Được phép."}}}, "rule_without_sentence"),
    ],
)
def test_it_refuses_what_cannot_be_a_rule(loaded: None, changes: dict[str, Any], code: str) -> None:
    ministry = cast.of_nation()
    with scoped(ministry, "test"), pytest.raises(Refused) as refusal:
        services.add_version(**allow_home_isolation(**changes), by=ministry)

    assert refusal.value.code == code


def test_it_refuses_a_version_inside_a_closed_one(loaded: None) -> None:
    ministry = cast.of_nation()
    closed = (DECEMBER, DECEMBER + timedelta(days=30))
    inside = (DECEMBER + timedelta(days=5), DECEMBER + timedelta(days=6))
    with scoped(ministry, "test"):
        services.add_version(**allow_home_isolation(name="closed", in_force=closed), by=ministry)
        with pytest.raises(Refused) as refusal:
            services.add_version(
                **allow_home_isolation(name="closed", in_force=inside), by=ministry
            )

    assert refusal.value.code == "rule_overlaps"


def test_the_database_refuses_an_overlap_by_itself(rules: Principal) -> None:
    row = RuleVersion.objects.filter(kind="contact", in_force__upper_inf=True)[0]
    row.id, row.version = row._meta.get_field("id").get_default(), 99

    with pytest.raises(IntegrityError, match="rule_one_in_force"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    "change",
    [{"document": "another"}, {"version": 7}, {"body": {}}, {"in_force": (DECEMBER, None)}],
)
def test_the_database_refuses_to_change_a_version(rules: Principal, change: dict[str, Any]) -> None:
    row = RuleVersion.objects.filter(kind="contact", in_force__upper_inf=True)[0]

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        RuleVersion.objects.filter(id=row.id).update(**change)


def test_the_app_role_cannot_delete_a_version(rules: Principal) -> None:
    with pytest.raises(Error, match="permission denied"), transaction.atomic():
        RuleVersion.objects.all().delete()
