"""The cast.  Who may see what is told by who is asking: the cast is the permission matrix."""

from uuid import UUID

from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, open_session

#: Two communes of one province and one of another, as ids; tests of places use the real ones.
HERE, NEXT_DOOR, ELSEWHERE = 1001, 1002, 2001
PROVINCE, OTHER_PROVINCE = 1, 2


def citizen(person: UUID | None = None) -> Principal:
    """Somebody with a phone; `person` is who they are."""
    return open_session(
        account=uuid7(),
        name="Mai",
        roles=frozenset({Role.CITIZEN}),
        person=person or uuid7(),
    )


def of_organisation(role: Role, organisation: UUID | None = None) -> Principal:
    """Staff of a company, a hospital, a market."""
    return open_session(
        account=uuid7(),
        name=role.value,
        roles=frozenset({role}),
        organisation=organisation or uuid7(),
    )


def of_commune(role: Role, commune: int = HERE) -> Principal:
    """An officer of a commune."""
    return open_session(account=uuid7(), name=role.value, roles=frozenset({role}), commune=commune)


def of_province(role: Role, province: int = PROVINCE) -> Principal:
    """An officer of a province's CDC."""
    return open_session(
        account=uuid7(), name=role.value, roles=frozenset({role}), province=province
    )


def of_nation(role: Role = Role.MINISTRY) -> Principal:
    """An officer of the Ministry."""
    return open_session(account=uuid7(), name=role.value, roles=frozenset({role}), national=True)


def outsider() -> Principal:
    """Somebody who signed in and may do nothing."""
    return open_session(account=uuid7(), name="outsider", roles=frozenset({Role.OUTSIDER}))
