"""Rules are entered here: shipped ones once, later ones by whoever may, with their document.

The caller's scope is the transaction, so a refusal takes back what was done before it.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.rulebook.checking import check_rule
from lachan.rulebook.models import NATION, RuleVersion
from lachan.rulebook.shape import BadRule, Rule, Source
from lachan.rulebook.shipped import shipped_rules
from lachan.rulebook.vocabulary import READINGS

#: Who may enter a rule.  The Ministry rules for the nation, a director for the own province; a
#: legal officer works in one of these two accounts.  Source: practice.md 2, "may we?".
AUTHORS = (Role.MINISTRY, Role.DIRECTOR)


def load_shipped_rules(*, by: Principal) -> int:
    """Enter the shipped rules that are not there yet; how many were new.  Running again adds none.

    A shipped rule that overlaps a version somebody entered here is left out: people go first.
    """
    there = {str(found) for found in RuleVersion.objects.values_list("id", flat=True)}
    taken = _keys_entered_by_people(there)
    new = [rule for rule in shipped_rules() if rule.id not in there and _key(rule) not in taken]
    at = now()
    _end_shipped_versions()
    RuleVersion.objects.bulk_create([_row(rule, entered_at=at, by=by) for rule in new])
    if new:
        detail = {"rules": len(new)}
        audit.record("rulebook.shipped_rules_loaded", target=("rulebook", 0), by=by, detail=detail)
    return len(new)


def add_version(
    *,
    kind: str,
    name: str,
    disease: str,
    regime: str,
    in_force: tuple[datetime, datetime | None],
    source: Source,
    body: dict[str, Any],
    sentences: dict[str, dict[str, str]],
    by: Principal,
    province: int | None = None,
) -> RuleVersion:
    """Enter a new version of a rule and end the open one before it at the new one's first instant.

    Refused: `rule_needs_author`, `rule_needs_document`, `rule_malformed`, `rule_without_sentence`,
    `rule_unknown_kind`, `rule_ends_before_it_begins`, `rule_overlaps`.
    """
    _check_author(by, province)
    _check_source(source)
    _check_times(in_force)
    _check_content(kind, body, sentences)
    key = {
        "kind": kind,
        "name": name,
        "disease": disease,
        "regime": regime,
        "province": province or NATION,
    }
    last = RuleVersion.objects.filter(**key).select_for_update().order_by("-version").first()
    opened = _open_version(key, in_force[0])
    _refuse_overlap(key, in_force, but=opened)
    if opened is not None:
        _end_version(opened, in_force[0], by)
    row = RuleVersion(
        id=uuid7(),
        **key,
        version=last.version + 1 if last else 1,
        in_force=in_force,
        document=source.document,
        document_en=source.document_en,
        article=source.article,
        reading=source.reading,
        author=by.name,
        body=body,
        sentences=sentences,
        entered_at=now(),
        entered_by=by.account,
    )
    row.save(force_insert=True)
    detail = {**key, "version": row.version, "document": source.document}
    audit.record("rulebook.version_added", target=("rule", row.id), by=by, detail=detail)
    row.refresh_from_db()
    return row


def territory_of(before: RuleVersion, *, by: Principal) -> int | None:
    """For which province a version made from `before` holds: None for the nation.

    The Ministry keeps the territory of the rule; a director's version is for the own province.
    Refused: rule_needs_author.
    """
    national = by.has(Role.MINISTRY) and by.national
    province = (before.province or None) if national else by.province
    if not national and before.province not in (NATION, by.province):
        province = before.province
    _check_author(by, province)
    return province


def may_enter(before: RuleVersion, *, by: Principal) -> bool:
    """Whether somebody may enter a version made from this one."""
    try:
        territory_of(before, by=by)
    except Refused:
        return False
    return True


def check_draft(kind: str, body: dict[str, Any], sentences: dict[str, dict[str, str]]) -> None:
    """Refuse what could not be entered, before anybody compares it.

    Refused: rule_malformed, rule_without_sentence, rule_unknown_kind.
    """
    _check_content(kind, body, sentences)


def _key(rule: Rule) -> tuple[str, str, str, str, int]:
    return (rule.kind, rule.name, rule.disease, rule.regime, rule.province or NATION)


def _keys_entered_by_people(there: set[str]) -> set[tuple[str, str, str, str, int]]:
    entered = there - {rule.id for rule in shipped_rules()}
    return set(
        RuleVersion.objects.filter(id__in=entered).values_list(
            "kind", "name", "disease", "regime", "province"
        )
    )


def _end_shipped_versions() -> None:
    """A later release may have ended a shipped version that is still open here."""
    ended = {rule.id: rule for rule in shipped_rules() if rule.until is not None}
    for row in RuleVersion.objects.filter(id__in=ended, in_force__upper_inf=True):
        row.in_force = (row.in_force.lower, ended[str(row.id)].until)
        row.save(update_fields=["in_force"])


def _row(rule: Rule, *, entered_at: datetime, by: Principal) -> RuleVersion:
    return RuleVersion(
        id=rule.id,
        kind=rule.kind,
        name=rule.name,
        disease=rule.disease,
        regime=rule.regime,
        province=rule.province or NATION,
        version=rule.version,
        in_force=(rule.since, rule.until),
        document=rule.source.document,
        document_en=rule.source.document_en,
        article=rule.source.article,
        reading=rule.source.reading,
        author=rule.author,
        body=dict(rule.body),
        sentences=dict(rule.sentences),
        entered_at=entered_at,
        entered_by=by.account,
    )


def _check_author(by: Principal, province: int | None) -> None:
    national = by.has(Role.MINISTRY) and by.national
    own_province = by.has(Role.DIRECTOR) and province is not None and by.province == province
    if not (national or own_province):
        message = _(
            "Only the Ministry enters a rule for the nation, and a director one for the own"
            " province. Ask one of them, with the document."
        )
        raise Refused("rule_needs_author", message, status=403)


def _check_source(source: Source) -> None:
    if not source.document.strip() or source.reading not in READINGS:
        message = _("Name the document that makes this rule, with its number and date.")
        raise Refused("rule_needs_document", message)


def _check_times(in_force: tuple[datetime, datetime | None]) -> None:
    since, until = in_force
    if until is not None and until <= since:
        message = _("The rule ends before it begins. Correct one of the two times.")
        raise Refused("rule_ends_before_it_begins", message)


def _check_content(kind: str, body: dict[str, Any], sentences: dict[str, dict[str, str]]) -> None:
    try:
        check_rule(kind, body, sentences)
    except BadRule as bad:
        reason = _(bad.template) % bad.values
        message = _("This rule cannot be used: %(reason)s") % {"reason": reason}
        raise Refused(bad.code, message) from bad


def _open_version(key: dict[str, Any], at: datetime) -> RuleVersion | None:
    return RuleVersion.objects.filter(
        **key, in_force__startswith__lt=at, in_force__upper_inf=True
    ).first()


def _refuse_overlap(
    key: dict[str, Any],
    in_force: tuple[datetime, datetime | None],
    *,
    but: RuleVersion | None,
) -> None:
    others = RuleVersion.objects.filter(**key, in_force__overlap=in_force)
    if but is not None:
        others = others.exclude(id=but.id)
    if others.exists():
        message = _(
            "Another version of this rule is in force in that time. Choose times that do not"
            " overlap."
        )
        raise Refused("rule_overlaps", message)


def _end_version(opened: RuleVersion, at: datetime, by: Principal) -> None:
    """An open version ends where the new one begins; nothing else of it changes."""
    opened.in_force = (opened.in_force.lower, at)
    opened.save(update_fields=["in_force"])
    detail = {"ended_at": at.isoformat()}
    audit.record("rulebook.version_ended", target=("rule", opened.id), by=by, detail=detail)
