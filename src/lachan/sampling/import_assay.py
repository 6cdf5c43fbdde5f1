"""A test's table of the rulebook, given to the readers of files."""

from collections.abc import Mapping
from functools import partial

from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.assays import Assay, Target
from lachan.formats.vietnamese import fold
from lachan.places.models import Organisation
from lachan.rulebook.selectors import AssayRule, assay_rules, diseases_at, interpret
from lachan.sampling.import_matching import KnownTests, code_of


def known_assays() -> dict[str, AssayRule]:
    """Every test in force today, by "disease/name"."""
    at = now()
    rules = [rule for disease in sorted(diseases_at(at)) for rule in assay_rules(disease, at)]
    return {f"{rule.disease}/{rule.name}": rule for rule in rules}


def known_tests(by: Principal) -> KnownTests:
    """Which codes and names say of which disease a result is, where this laboratory works."""
    at, here = now(), _province(by)
    diseases = diseases_at(at)
    return KnownTests(
        codes={
            disease: frozenset(
                code_of(code)
                for rule in assay_rules(disease, at, province=here)
                for code in (rule.test, *rule.accepts)
            )
            for disease in diseases
        },
        names={
            disease: frozenset({fold(disease), *map(fold, names.values())})
            for disease, names in diseases.items()
        },
    )


def _province(by: Principal) -> int | None:
    if by.organisation is None:
        return None
    units = Organisation.objects.filter(pk=by.organisation)
    return units.values_list("province", flat=True).first()


def assay_named(name: str) -> Assay | None:
    """The table by "disease/name", None for "".  Refused: no_assay."""
    if not name:
        return None
    rule = known_assays().get(name)
    if rule is None:
        raise Refused("no_assay", _("No test of this name is in force today. Choose another."))
    return assay_of(rule)


def assay_of(rule: AssayRule) -> Assay:
    """The rule as a reader of files takes it: its clauses decide, not a count of targets."""
    targets = tuple(Target((one.code,), one.below, one.internal) for one in rule.targets)
    return Assay(
        name=rule.name,
        test=rule.test,
        targets=targets,
        needed=1,
        source=rule.cited,
        read=partial(_read, rule),
    )


def _read(rule: AssayRule, cycles: Mapping[str, float | None]) -> str:
    """The outcome; "" where the file's targets are not those of the test."""
    try:
        return interpret(rule, cycles).outcome
    except Refused:
        return ""
