"""The red team's day, small: every attack is found, and honest people are left alone."""

from tests.venues.redteam import play

#: Honest people asked about in vain, of a thousand a day.  Source: our own bar; a commune of 20,000
#: people would be asked to look at 40 a day at most.
MOST_PER_THOUSAND = 2.0


def test_it_finds_every_attack_and_leaves_honest_people_alone(database: str) -> None:
    score = play(1_500, seed=5)

    assert [name for name, found in score.found.items() if not found] == []
    assert len(score.found) == 8
    assert score.per_thousand <= MOST_PER_THOUSAND, "\n".join(score.lines())
