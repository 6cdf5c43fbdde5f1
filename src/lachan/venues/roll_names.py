"""What an organisation wrote of somebody, sealed under the member's own key and opened again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from lachan.core.sealing import give_keys, open_many, seal, seal_with
from lachan.venues.rolls import Member


@dataclass(frozen=True, slots=True)
class Written:
    """The words of a list about somebody: birth as "1990" or "1990-03-05", phones and document in
    the one spelling of the formats, `code` the organisation's own number."""

    name: str
    phone: str = ""
    birth: str = ""
    sex: str = ""
    code: str = ""
    address: str = ""
    documents: Mapping[str, str] = field(default_factory=dict)

    @property
    def born(self) -> str:
        """The birth as people write it: 05/03/1990, 03/1990 or 1990."""
        return "/".join(reversed(self.birth.split("-")))

    def as_fields(self) -> dict[str, object]:
        """What is sealed."""
        return {
            "name": self.name,
            "phone": self.phone,
            "birth": self.birth,
            "sex": self.sex,
            "code": self.code,
            "address": self.address,
            "documents": dict(self.documents),
        }


#: What is shown of somebody whose name was destroyed.
GONE = Written(name="")


def seal_new(members: Mapping[UUID, Written]) -> dict[UUID, bytes]:
    """The sealed form of each, under keys made for them."""
    keys = give_keys(members)
    return {
        member: seal_with(keys[member], member, written.as_fields())
        for member, written in members.items()
    }


def seal_again(member: UUID, written: Written) -> bytes:
    """The same, under the key the member has."""
    return seal(member, written.as_fields())


def written_of(members: Iterable[Member]) -> dict[UUID, Written]:
    """What was written of each member, by id; of one whose name was destroyed, nothing."""
    rows = list(members)
    living = [row for row in rows if row.wiped_at is None]
    opened = open_many([(row.id, bytes(row.sealed)) for row in living])
    found = {row.id: GONE for row in rows}
    for row, fields in zip(living, opened, strict=True):
        found[row.id] = Written(**fields)
    return found
