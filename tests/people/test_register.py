"""Enter a person; find the person; see only one's own."""

import pytest

from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.people import selectors
from lachan.people.models import BlindIndex, Document, Person
from lachan.people.services import (
    NewPerson,
    Stay,
    Work,
    add_document,
    add_phone,
    end_phone,
    erase_person,
    join_household,
    move_stay,
    register_many,
    register_person,
    represent,
    set_permanent,
)
from tests.factories import cast
from tests.factories.people import AT_HOME, person

ELSEWHERE = Stay(commune=cast.ELSEWHERE, province=cast.OTHER_PROVINCE, address="Khu trọ 12")


@pytest.mark.parametrize(
    "asked",
    [
        "giang thi my",
        "GIÀNG THỊ MỶ",
        "my 1990",
        "Giàng Thị Mỷ 1990",
        "0900 111 001",
        "+84900111001",
        "024 190 111 001",
    ],
)
def test_it_finds_by_name_document_and_phone(asked: str, database: str) -> None:
    with system_scope("test") as by:
        if not selectors.find_people("0900111001", by):
            person(
                birth="05/03/1990",
                sex="female",
                phones=["0900111001"],
                documents={"cccd": "024190111001"},
            )
    officer = cast.of_commune(Role.STATION_OFFICER)
    with scoped(officer, "search"):
        [card] = selectors.find_people(asked, officer)
    assert (card.name, card.birth, card.phone) == ("Giàng Thị Mỷ", "1990-03-05", "0900111001")
    assert card.address == AT_HOME.address


def test_it_keeps_what_is_written_sealed() -> None:
    made = person("Vàng A Páo", phones=["0900111002"])
    with system_scope("test"):
        row = Person.objects.get(id=made.id)
    assert "Páo".encode() not in bytes(row.sealed)


def test_it_keeps_thirty_persons_on_one_phone_apart() -> None:
    made = [person(f"Công nhân {n}", phones=["0900111030"]) for n in range(30)]
    officer = cast.of_commune(Role.STATION_OFFICER)
    with scoped(officer, "search"):
        assert set(selectors.sharing_phone("900111030")) == {row.id for row in made}
        assert len(selectors.find_people("0900111030", officer)) == 30


def test_it_tells_apart_same_name_and_year() -> None:
    for day in ("01/02/1985", "03/04/1985", "1985"):
        person("Nguyễn Văn Hòa", birth=day)
    officer = cast.of_commune(Role.STATION_OFFICER)
    with scoped(officer, "search"):
        found = selectors.find_people("nguyen van hoà 1985", officer)
    assert [card.birth for card in found] == ["1985", "1985-02-01", "1985-04-03"]


def test_it_notes_a_card_that_does_not_fit_and_refuses_one_that_cannot_be() -> None:
    made = person("Lò Văn Tiến", birth="1990", sex="male", documents={"cccd": "024191111003"})
    with system_scope("test") as by:
        assert Document.objects.get(person=made).problems == ["sex_differs", "birth_year_differs"]
        with pytest.raises(Refused) as refused:
            add_document(person=made, kind="cccd", number="003191111003", by=by)
    assert refused.value.code == "number_province"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"full_name": "  "}, "name_missing"),
        ({"birth": "31/02/1990"}, "birth_unreadable"),
        ({"birth": "2199"}, "birth_in_future"),
        ({"phones": ["12"]}, "phone_shape"),
        ({"documents": {"passport": "!"}}, "passport_shape"),
    ],
)
def test_it_refuses_with_a_code(more: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refused:
        person(**more) if "full_name" not in more else person(str(more["full_name"]))  # type: ignore[arg-type]
    assert refused.value.code == code


def test_it_refuses_a_second_person_with_the_same_document() -> None:
    person("Hoàng Minh Châu", documents={"cmnd": "121000111"})
    with pytest.raises(Refused) as refused:
        person("Hoàng Minh Châu", documents={"cmnd": "121 000 111"})
    assert refused.value.code == "document_known"


def test_an_officer_of_elsewhere_sees_nothing_until_the_person_moves_there() -> None:
    made = person("Kim Min Soo", phones=["0900111004"], nationality="KR")
    here = cast.of_commune(Role.STATION_OFFICER)
    there = cast.of_commune(Role.STATION_OFFICER, cast.ELSEWHERE)
    with scoped(there, "search"):
        assert selectors.find_people("Kim Min Soo", there) == []
        assert selectors.card_of(made.id) is None
    with scoped(here, "work"):
        move_stay(person=made, stay=ELSEWHERE, by=here)
    with scoped(here, "search"):
        assert selectors.card_of(made.id) is None
        assert not BlindIndex.objects.filter(person=made).exists()
    with scoped(there, "search"):
        [card] = selectors.find_people("0900111004", there)
        assert card.address == "Khu trọ 12"
        assert [stay.address for stay in selectors.residences_of(made.id)][-1] == AT_HOME.address


def test_a_guard_keeps_the_person_just_entered_and_a_stranger_does_not() -> None:
    guard, other = cast.of_organisation(Role.GATE_CONTROLLER), cast.citizen()
    with scoped(guard, "gate"):
        made = register_person(full_name="Khách qua đường", stay=ELSEWHERE, by=guard)
        assert selectors.card_of(made.id) is not None
    with scoped(guard, "gate"):
        card = selectors.card_of(made.id)
        assert card is not None
        assert card.name == "Khách qua đường"
    with scoped(other, "gate"):
        assert selectors.card_of(made.id) is None


def test_a_citizen_speaks_for_the_child_just_entered() -> None:
    parent = person("Trần Thị Mai", phones=["0900111005"])
    mai = cast.citizen(parent.id)
    with scoped(mai, "declare"):
        child = register_person(full_name="Bé An", birth="2020", stay=AT_HOME, by=mai)
    with scoped(mai, "declare"):
        cards = selectors.cards_of([parent.id, child.id])
    assert sorted(card.name for card in cards.values()) == ["Bé An", "Trần Thị Mai"]


def test_a_citizen_reads_own_data_and_nobody_elses() -> None:
    mine, other = person("Ông Lộc"), person("Bà Sâm")
    me = cast.citizen(mine.id)
    with scoped(me, "own_data"):
        assert list(Person.objects.values_list("id", flat=True)) == [mine.id]
        assert selectors.card_of(other.id) is None


def test_facts_are_dated_and_stay() -> None:
    made = person("Bùi Thị Lan", work=Work("work", name="Xưởng may", line="7", shift="đêm"))
    with system_scope("test") as by:
        set_permanent(person=made, residence=ELSEWHERE, by=by)
        phone = add_phone(person=made, number="900111006", by=by)
        assert add_phone(person=made, number="0900111006", by=by).id == phone.id
        assert selectors.phones_of(made.id) == ["0900111006"]
        end_phone(phone=phone, by=by)
        assert selectors.phones_of(made.id) == []
        assert {stay.kind for stay in selectors.residences_of(made.id)} == {"stay", "permanent"}
        assert selectors.belongings_of(made.id)[0].line == "7"
        with pytest.raises(Refused) as refused:
            move_stay(
                person=made, stay=Stay(1, 1, since=made.made_at.date().replace(year=2000)), by=by
            )
    assert refused.value.code == "stay_before_last"


def test_a_household_knows_its_own() -> None:
    head, child, stranger = person("Chủ hộ"), person("Con"), person("Người khác")
    with system_scope("test") as by:
        join_household(persons={head.id: "head", child.id: "child"}, by=by)
        assert selectors.household_of(head.id) == [child.id]
        assert selectors.household_of(stranger.id) == []


def test_representation_needs_a_ground_and_another_person() -> None:
    father, daughter = person("Bố"), person("Con gái")
    with system_scope("test") as by:
        for speaker, said, code in (
            (father, "x", "represents_himself"),
            (daughter, " ", "consent_missing"),
        ):
            with pytest.raises(Refused) as refused:
                represent(person=father, speaker=speaker, ground="consent", said_to=said, by=by)
            assert refused.value.code == code
        represent(person=father, speaker=daughter, ground="consent", said_to="bà Sâm", by=by)
        assert [row.person_id for row in selectors.represented_by(daughter.id)] == [father.id]


def test_it_enters_a_roster_at_once_and_all_or_none() -> None:
    roster = [
        NewPerson(
            f"Công nhân ca {n}",
            AT_HOME,
            birth="1995",
            phones=["0900111099"],
            documents={"cmnd": f"13100{n:04d}"},
            work=Work("work", line=str(n % 25)),
        )
        for n in range(300)
    ]
    with system_scope("test") as by:
        made = register_many(roster, by=by)
        assert [selectors.cards_of([row.id])[row.id].name for row in made[:2]] == [
            "Công nhân ca 0",
            "Công nhân ca 1",
        ]
        assert len(selectors.sharing_phone("0900111099")) == 300
    twice = [NewPerson("A", AT_HOME, documents={"cmnd": "129000001"})] * 2
    with pytest.raises(Refused) as refused, system_scope("test") as by:
        register_many(twice, by=by)
    assert refused.value.code == "document_known"


def test_excluded_people_are_never_shared() -> None:
    soldier, worker = person("Bộ đội", excluded=True), person("Thợ")
    with system_scope("test"):
        assert selectors.shareable([soldier.id, worker.id]) == {worker.id}


def test_erasing_destroys_key_and_indexes_and_keeps_the_facts() -> None:
    made = person("Người xin xóa", phones=["0900111007"])
    officer = cast.of_commune(Role.STATION_OFFICER)
    with scoped(officer, "work"), pytest.raises(Refused) as refused:
        erase_person(person=made, by=officer)
    assert refused.value.code == "erase_not_here"
    with system_scope("test") as by:
        erase_person(person=made, by=by)
        assert selectors.find_people("0900111007", by) == []
        card = selectors.card_of(made.id)
        assert card is not None
        assert (card.name, card.erased) == ("", True)
        assert list(
            selectors.by_trace_ids(selectors.trace_ids_of([made.id]).values()).values()
        ) == [made.id]
