"""Who may change what of an event whose person lives in another province than he was injected in.

The province of the injection has the steps of the law and the lot; whoever sees the person, his
home above all, judges and calls him.  Both read the whole event.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.people.models import Person
from lachan.vaccination.models import AefiStep, Reaction


@dataclass(frozen=True, slots=True)
class Rights:
    """What this reader may change: the judgement and the call, the steps of the law.

    `crosses`: person and injection belong to two provinces."""

    judge: bool
    steps: bool
    crosses: bool


def rights_of(row: Reaction, by: Principal) -> Rights:
    """What `by` may change of an event; the database holds the same."""
    return Rights(
        judge=_sees_person(row),
        steps=_has_steps(row, by),
        crosses=row.province != row.given_province,
    )


def refuse_who_sees_not(row: Reaction) -> None:
    """Refused: home_only, where this scope does not see the person."""
    if not _sees_person(row):
        text = _("The person lives in another province: its CDC and station judge and call.")
        raise Refused("home_only", text, status=403)


def refuse_elsewhere(step: AefiStep, by: Principal) -> None:
    """Refused: given_only, where the step is another province's."""
    if not _own_step(step, by):
        text = _("The province where the injection was given takes this step.")
        raise Refused("given_only", text, status=403)


def _sees_person(row: Reaction) -> bool:
    return Person.objects.filter(pk=row.person_id).exists()


def _has_steps(row: Reaction, by: Principal) -> bool:
    steps = AefiStep.objects.filter(reaction=row)
    return any(_own_step(step, by) for step in steps)


def _own_step(step: AefiStep, by: Principal) -> bool:
    return (
        by.system
        or (by.province is not None and by.province == step.province)
        or (by.commune is not None and by.commune == step.commune)
        or (by.organisation is not None and by.organisation == step.organisation)
    )
