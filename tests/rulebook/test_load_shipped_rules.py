"""`load_shipped_rules`: the rules that come with the house, once."""

from lachan.core.scope import Principal
from lachan.rulebook import services
from lachan.rulebook.models import RuleVersion
from lachan.rulebook.shipped import shipped_rules


def test_it_enters_every_shipped_rule(rules: Principal) -> None:
    assert {str(row.id) for row in RuleVersion.objects.all()} == {r.id for r in shipped_rules()}


def test_it_adds_nothing_the_second_time(rules: Principal) -> None:
    assert services.load_shipped_rules(by=rules) == 0


def test_it_keeps_every_word_of_a_rule(rules: Principal) -> None:
    for rule in shipped_rules():
        assert RuleVersion.objects.get(id=rule.id).as_rule() == rule
