"""What leaves for the national system: queued with the entry, sent in files, answered once."""

import csv
import io
import json
import random
import zipfile
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from itertools import count
from uuid import UUID

import pytest
from django.db import IntegrityError, connections, transaction

from lachan.core import grants
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.services import NewPerson, Stay, erase_person, register_many
from lachan.rulebook.services import load_shipped_rules
from lachan.vaccination import national_files, national_sending
from lachan.vaccination.evening_tasks import look_for_fields
from lachan.vaccination.models import (
    Dose,
    NationalFile,
    NationalRow,
    Outgoing,
    Session,
    SiteVisit,
)
from lachan.vaccination.national_fields import columns, optional
from lachan.vaccination.national_files import read_answers
from lachan.vaccination.services import Injection, enter, reverse
from lachan.vaccination.site_fields import fields
from tests.factories import cast
from tests.places.units import BAC_NINH, NENH
from tests.vaccination.sites import PRODUCT, facility, session_of

#: Sequences of the property test, and steps of each.
SEQUENCES, STEPS = 12, 30
State = Outgoing.State
#: Last digits of personal numbers, none twice.
NUMBERS = count(500_000)


@dataclass
class Site:
    """A facility with a session and people of whom everything is known."""

    by: Principal
    session: Session
    people: list[Person]
    given: int = 0

    @property
    def facility(self) -> UUID:
        assert self.by.organisation is not None
        return self.by.organisation

    def inject(self, *, whole: bool = True) -> UUID:
        """The next person; `whole`: no mandatory field is missing."""
        whom = self.people[self.given]
        self.given += 1
        if not whole:
            Person.objects.using("owner").filter(pk=whom.id).update(ethnicity=None)
        one = Injection(
            id=uuid7(),
            person=whom.id,
            disease="covid-19",
            product=PRODUCT,
            given_at=now(),
            lot_text="FX2207",
            told_number=1,
            session=self.session.id,
            organisation=self.facility,
            table=1,
        )
        with system_scope("test") as system:
            enter([one], by=system)
        SiteVisit.objects.using("owner").create(
            session=self.session,
            person=whom,
            organisation=self.facility,
            commune=whom.commune,
            province=whom.province,
            step="home",
            dose_id=one.id,
            injected_at=now(),
            screened_at=now(),
            screening={"outcome": "eligible"},
            measured={"temperature": 36.6},
            changed_at=now(),
        )
        return one.id

    def take_back(self, dose: UUID) -> None:
        with system_scope("test") as system:
            reverse(Dose.objects.get(pk=dose), why="Nhập nhầm", by=system)

    def export(self) -> NationalFile:
        with scoped(self.by, "vaccination"):
            return national_sending.export(organisation=self.facility, by=self.by)

    def answer(self, data: bytes) -> national_sending.Taken:
        with scoped(self.by, "vaccination"):
            answers = read_answers(data, "tra-loi.csv")
            return national_sending.take_answers(answers, organisation=self.facility, by=self.by)

    def resend(self, entry: UUID) -> None:
        with scoped(self.by, "vaccination"):
            national_sending.resend(entry=entry, organisation=self.facility, by=self.by)

    def states(self) -> dict[UUID, str]:
        with scoped(self.by, "test"):
            rows = Outgoing.objects.filter(organisation=self.facility)
            return dict(rows.values_list("dose_id", "state"))

    def rows(self, file: NationalFile) -> list[dict[str, str]]:
        with scoped(self.by, "test"):
            package = zipfile.ZipFile(io.BytesIO(national_files.package_of(file)))
        name = f"{national_files.name_of(file)}.csv"
        return list(csv.DictReader(io.StringIO(package.read(name).decode())))


def answers(file: NationalFile, *told: tuple[UUID, str, str]) -> bytes:
    lines = [f"{file.number},{entry},{answer},{reason}" for entry, answer, reason in told]
    return "\n".join(["file,entry,answer,reason", *lines]).encode()


def made(people: int) -> Site:
    by = facility()
    session = session_of(by)
    own = Stay(NENH, BAC_NINH, "Thôn 3")
    new = [
        NewPerson(
            f"Nguyễn Thị {number}",
            own,
            birth="05/03/1988",
            sex="female",
            phones=["0912345678"],
            documents={"cccd": f"024188{next(NUMBERS):06d}"},
            permanent=own,
            ethnicity=1,
        )
        for number in range(people)
    ]
    with system_scope("test") as system:
        load_shipped_rules(by=system)
        known = register_many(new, by=system)
        until = now() + timedelta(days=28)
        ids = [one.id for one in known]
        grants.give("person", ids, to_organisation=by.organisation, until=until)
        return Site(by, session, known)


@pytest.fixture
def site(database: str) -> Site:
    return made(6)


def test_the_list_has_44_fields_20_of_them_mandatory() -> None:
    assert (len(fields()), len(optional())) == (20, 24)
    assert len(set(columns())) == 47


def test_an_entry_is_queued_with_its_transaction_or_not_at_all(site: Site) -> None:
    dose = site.inject()
    assert site.states() == {dose: State.WAITING}
    with system_scope("test") as system, transaction.atomic(using="default"):
        reverse(Dose.objects.get(pk=dose), why="Nhập nhầm", by=system)
        assert Outgoing.objects.filter(reverses=dose).exists()
        transaction.set_rollback(True, using="default")
    assert site.states() == {dose: State.WAITING}


def test_a_file_has_its_columns_its_count_and_its_checksum(site: Site) -> None:
    doses = [site.inject(), site.inject()]
    file = site.export()
    with scoped(site.by, "test"):
        data = national_files.package_of(file)
        assert national_files.package_of(NationalFile.objects.get(pk=file.pk)) == data
        assert national_files.workbook_of(file)[:2] == b"PK"
    package = zipfile.ZipFile(io.BytesIO(data))
    manifest = json.loads(package.read("manifest.json"))
    content = package.read(manifest["file"])
    assert (manifest["number"], manifest["rows"]) == (1, 2)
    assert manifest["sha256"] == sha256(content).hexdigest() == file.sha256
    rows = site.rows(file)
    assert [UUID(row["entry"]) for row in rows] == doses
    assert rows[0]["action"] == "new"
    assert all(rows[0][code] for code in fields())
    assert (rows[0]["birth_date"], rows[0]["temperature"]) == ("1988-03-05", "36.6")
    assert site.states() == dict.fromkeys(doses, State.SENT)


def test_what_misses_a_field_waits_and_is_named(site: Site) -> None:
    site.inject()
    held = site.inject(whole=False)
    look_for_fields()
    with scoped(site.by, "test"):
        assert Outgoing.objects.get(pk=held).missing == ["ethnicity"]
        lag = national_sending.lag_of(site.facility)
        assert (lag.waiting, lag.held) == (1, 1)
    assert site.export().rows_count == 1
    with pytest.raises(Refused) as found:
        site.export()
    assert found.value.code == "nothing_to_send"
    person = site.people[1]
    Person.objects.using("owner").filter(pk=person.pk).update(ethnicity=27)
    with scoped(site.by, "test"):
        assert national_sending.look_again(site.facility) == 1
    assert [row["ethnicity"] for row in site.rows(site.export())] == ["27"]


def test_answers_are_read_row_by_row(site: Site) -> None:
    first, second, third = site.inject(), site.inject(), site.inject()
    file = site.export()
    data = answers(
        file,
        (first, "accepted", ""),
        (second, "refused", "Sai số định danh"),
        (uuid7(), "accepted", ""),
        (third, "maybe", ""),
        (third, "refused", ""),
    )
    taken = site.answer(data)
    assert (taken.accepted, taken.refused, taken.repeated) == (1, 1, 0)
    assert taken.wrong == [(4, "not_in_file"), (5, "no_answer"), (6, "no_reason")]
    assert site.answer(data).repeated == 2
    assert site.answer(answers(file, (first, "refused", "Khác"))).wrong == [(2, "contradicts")]
    assert site.states() == {first: "accepted", second: "refused", third: "sent"}
    site.resend(second)
    again = site.export()
    assert [row["entry"] for row in site.rows(again)] == [str(second)]
    assert again.number == 2
    assert site.answer(answers(again, (second, "ok", ""))).accepted == 1
    with pytest.raises(Refused) as found:
        site.resend(second)
    assert found.value.code == "not_refused"


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"PK\x03\x04 not a workbook"])
def test_a_file_that_is_no_answer_is_refused_whole(site: Site, data: bytes) -> None:
    with pytest.raises(Refused) as found:
        site.answer(data)
    assert found.value.code == "answers_unreadable"


def test_what_is_taken_back_before_it_left_never_leaves(site: Site) -> None:
    dose = site.inject()
    site.take_back(dose)
    assert set(site.states().values()) == {State.VOID}
    with pytest.raises(Refused):
        site.export()


def test_a_reversal_follows_what_was_accepted(site: Site) -> None:
    dose, other = site.inject(), site.inject()
    file = site.export()
    for one in (dose, other):
        site.take_back(one)
    with pytest.raises(Refused):
        site.export()
    site.answer(answers(file, (dose, "accepted", ""), (other, "refused", "Trùng")))
    cancels = site.rows(site.export())
    assert [(row["action"], row["cancels"]) for row in cancels] == [("cancel", str(dose))]
    assert cancels[0]["full_name"] == "Nguyễn Thị 0"
    assert sorted(site.states().values()) == ["accepted", "sent", "void", "void"]


def test_who_is_erased_is_gone_from_the_files(site: Site) -> None:
    site.inject()
    file = site.export()
    with system_scope("test") as system:
        erase_person(person=Person.objects.get(pk=site.people[0].pk), by=system)
    (row,) = site.rows(file)
    assert row["entry"]
    assert set(row.values()) == {row["entry"], ""}


def test_the_database_accepts_an_entry_once(site: Site) -> None:
    dose = site.inject()
    file = site.export()
    with scoped(site.by, "test"):
        row = NationalRow.objects.get(file=file)
    for answer in ("", "accepted"):
        NationalRow.objects.using("owner").filter(file=file).update(answer=answer)
        copy = NationalRow(
            file=file,
            organisation=row.organisation,
            position=2,
            entry_id=dose,
            person_id=row.person_id,
            sealed=b"",
            answer=answer,
        )
        with pytest.raises(IntegrityError, match="once"), transaction.atomic(using="owner"):
            copy.save(using="owner", force_insert=True)


def test_the_database_takes_no_answer_back(site: Site) -> None:
    dose = site.inject()
    site.answer(answers(site.export(), (dose, "accepted", "")))
    with (
        pytest.raises(Exception, match="was answered"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute(
            "update vaccination_outgoing set state = 'waiting' where dose_id = %s", [dose]
        )


def test_another_facility_neither_sees_nor_sends(site: Site) -> None:
    site.inject()
    stranger = cast.of_organisation(Role.VACCINATOR)
    with scoped(stranger, "test"):
        assert not Outgoing.objects.filter(organisation=site.facility).exists()
        with pytest.raises(Refused):
            national_sending.export(organisation=site.facility, by=stranger)


@dataclass
class Nation:
    """The system at the other end: what it took, each once."""

    taken: dict[str, str] = field(default_factory=dict)
    told: list[bytes] = field(default_factory=list)

    def read(self, chance: random.Random, site: Site, file: NationalFile, *, sure: bool) -> bytes:
        """It takes or refuses some rows of a file, and forgets others."""
        lines = []
        for row in site.rows(file):
            assert row["entry"] not in self.taken, "the same entry came twice"
            if row["action"] == "cancel":
                assert self.taken[row["cancels"]] == "new"
            what = "accepted" if sure else chance.choice(("accepted", "refused", "later"))
            if what == "accepted":
                self.taken[row["entry"]] = row["action"]
            if what != "later":
                lines.append((UUID(row["entry"]), what, "Thiếu" if what == "refused" else ""))
        self.told.append(answers(file, *lines))
        return self.told[-1]

    def net(self) -> int:
        return sum(1 if action == "new" else -1 for action in self.taken.values())


def test_every_entry_is_accepted_once_whatever_comes_when(database: str) -> None:
    """Any sequence of entries, reversals, files, answers and repeats: nothing lost, none twice."""
    chance = random.Random(44)
    for _sequence in range(SEQUENCES):
        site, nation = made(STEPS), Nation()
        standing: list[UUID] = []
        pending: list[tuple[NationalFile, bytes]] = []
        for _step in range(STEPS):
            what = chance.choice(("give", "give", "back", "export", "answer", "again", "resend"))
            if what == "give":
                standing.append(site.inject(whole=chance.random() < 0.8))
            elif what == "back" and standing:
                site.take_back(standing.pop(chance.randrange(len(standing))))
            elif what == "export":
                exported(chance, site, nation, pending, sure=False)
            elif what == "answer" and pending:
                site.answer(pending.pop(chance.randrange(len(pending)))[1])
            elif what == "again" and nation.told:
                again = site.answer(chance.choice(nation.told))
                assert again.wrong == []
            elif what == "resend":
                resent(site)
            held_together(site)
        finished(chance, site, nation, pending)
        assert nation.net() == len(standing)


def exported(
    chance: random.Random,
    site: Site,
    nation: Nation,
    pending: list[tuple[NationalFile, bytes]],
    *,
    sure: bool,
) -> None:
    with suppress(Refused):
        file = site.export()
        pending.append((file, nation.read(chance, site, file, sure=sure)))


def resent(site: Site) -> None:
    for entry, state in site.states().items():
        if state == State.REFUSED:
            site.resend(entry)


def held_together(site: Site) -> None:
    """Each entry of the ledger is in the queue once; what is sent has one open row."""
    states = site.states()
    with system_scope("test"):
        doses = Dose.objects.filter(session=site.session).values_list("id", flat=True)
        assert sorted(states) == sorted(doses)
    with scoped(site.by, "test"):
        open_rows = NationalRow.objects.filter(organisation=site.facility, answer="")
        sent = {entry for entry, state in states.items() if state == State.SENT}
        assert set(open_rows.values_list("entry_id", flat=True)) == sent
        taken = NationalRow.objects.filter(organisation=site.facility, answer="accepted")
        accepted = {entry for entry, state in states.items() if state == State.ACCEPTED}
        assert set(taken.values_list("entry_id", flat=True)) == accepted


def finished(
    chance: random.Random,
    site: Site,
    nation: Nation,
    pending: list[tuple[NationalFile, bytes]],
) -> None:
    """Everything is corrected, sent and answered: what was forgotten is answered now."""
    ids = [one.pk for one in site.people]
    Person.objects.using("owner").filter(pk__in=ids).update(ethnicity=1)
    for _round in range(6):
        for _file, data in pending:
            site.answer(data)
        pending.clear()
        forgotten(site, nation)
        resent(site)
        exported(chance, site, nation, pending, sure=True)
        held_together(site)
    assert set(site.states().values()) <= {State.ACCEPTED, State.VOID}


def forgotten(site: Site, nation: Nation) -> None:
    with scoped(site.by, "test"):
        rows = list(
            NationalRow.objects.filter(organisation=site.facility, answer="").select_related("file")
        )
    for row in rows:
        told = next(one for one in site.rows(row.file) if one["entry"] == str(row.entry_id))
        nation.taken.setdefault(told["entry"], told["action"])
        site.answer(answers(row.file, (row.entry_id, "accepted", "")))
