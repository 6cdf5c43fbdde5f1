"""By which numbers a campaign chooses people of a household, and when it comes again."""

from dataclasses import dataclass
from datetime import datetime

from lachan.core.refusals import Refused
from lachan.rulebook.selectors import pooling_rule
from lachan.sampling.campaign_choosing import HouseholdRule
from lachan.sampling.models import CampaignPlan

#: Where the rulebook is silent: house default, to be confirmed.  Read from field.md 2.4 (Ho Chi
#: Minh City, August 2021): one of fewer than five, else two; a second round after 7 days; inside a
#: zone everybody, again after 5 to 7 days, of which the shorter.
DEFAULT = HouseholdRule(below=5, small=1, large=2)
DEFAULT_DAYS = {"low": 7, "high": 7, "zone": 5}


@dataclass(frozen=True, slots=True)
class Numbers:
    """The household rule, days until the next round (0: none set), and the rule they are from
    ("" for our own default)."""

    household: HouseholdRule
    days: int
    rule: str = ""


def numbers_for(*, disease: str, area: str, at: datetime, province: int) -> Numbers:
    """What the rule of kind `pooling` says for this area; our default where none is in force."""
    try:
        rule = pooling_rule(disease, at, province=province)
    except Refused:
        return _default(area)
    row = rule.areas.get(area)
    if row is None:
        return _default(area)
    household = HouseholdRule(
        below=rule.household_below,
        small=rule.sampled_small,
        large=rule.sampled_large,
        everybody=row.who == "everybody",
    )
    return Numbers(household, row.days, f"{rule.rule}@{rule.version}")


def _default(area: str) -> Numbers:
    everybody = area == CampaignPlan.Area.ZONE
    own = HouseholdRule(DEFAULT.below, DEFAULT.small, DEFAULT.large, everybody)
    return Numbers(own, DEFAULT_DAYS[area])


def household_rule_of(plan: CampaignPlan) -> HouseholdRule:
    """The numbers as they were when the campaign was planned."""
    return HouseholdRule(
        plan.household_below, plan.sampled_small, plan.sampled_large, plan.everybody
    )
