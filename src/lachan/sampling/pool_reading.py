"""Reading of positive pools; row security decides whose."""

from typing import Any

from lachan.sampling.models import PoolMember

#: People of one page.
LIST_LIMIT = 500


def members_to_ask(excluding: Any, limit: int = 200) -> list[PoolMember]:
    """People of positive pools that stand, of whom the law was not asked; `excluding`: a query of
    ids."""
    rows = PoolMember.objects.exclude(pk__in=excluding).select_related("person")
    rows = rows.filter(result__withdrawal=None, result__replaced_by=None)
    return list(rows.order_by("found_at", "id")[:limit])


def members_in_area(limit: int = LIST_LIMIT) -> list[PoolMember]:
    """The people of positive pools of this scope, the newest pool first."""
    rows = PoolMember.objects.select_related("tube").order_by("-found_at", "tube", "id")
    return list(rows[:limit])
