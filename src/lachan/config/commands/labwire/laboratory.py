"""For whom a command works: a laboratory by its name or id, in a session of its own."""

import os
from uuid import UUID

from lachan.core.roles import Role
from lachan.core.scope import Principal


class NoLaboratory(ValueError):
    """There is no such laboratory, or several; the message says which there are."""


def set_up() -> None:
    """Django with the rights of the web: a command of a laboratory never holds the owner's."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lachan.config.settings")
    import django

    django.setup()


def open_for(wanted: str) -> Principal:
    """A session of the laboratory `wanted`, by name or id; "" where there is only one.

    What a machine enters is entered by nobody who could release it.  Raises NoLaboratory.
    """
    from lachan.core.installation import installation
    from lachan.core.scope import SYSTEM_ACCOUNT, open_session

    installation()  # a demo's clock may be wound
    id, name = _found(wanted, _laboratories())
    return open_session(
        account=SYSTEM_ACCOUNT,
        name=f"lachan lab ({name})",
        roles=frozenset({Role.LABORATORY}),
        organisation=UUID(id),
    )


def _laboratories() -> list[tuple[str, str]]:
    from lachan.core.scope import system_scope
    from lachan.sampling.selectors import laboratories

    with system_scope("command"):
        return laboratories()


def _found(wanted: str, known: list[tuple[str, str]]) -> tuple[str, str]:
    asked = wanted.strip().casefold()
    found = [one for one in known if asked in {one[0], one[1].casefold()} or not asked]
    if len(found) == 1:
        return found[0]
    names = "; ".join(f"{name} ({id})" for id, name in known) or "none"
    if not asked:
        raise NoLaboratory(f"Say which laboratory with --laboratory NAME or ID: {names}.")
    raise NoLaboratory(f"{wanted!r} is not one laboratory.  There are: {names}.")
