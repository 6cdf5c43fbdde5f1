"""The room of people: persons with sealed papers, what is known of them, and the cast's accounts.

Rows are those that `people.services.register_person` would write, a thousand times faster.
"""

from datetime import date
from uuid import UUID

from django.contrib.auth.hashers import make_password

from lachan.config.story.filing import Files, Row
from lachan.config.story.world import DAY, Account, Birth, Household, Person, World
from lachan.core.blindindex import index_of, index_version
from lachan.core.keys import keyring
from lachan.core.sealing import seal_with
from lachan.credentials import envelope
from lachan.formats.identity import cross_check, read_personal_number
from lachan.formats.phones import read_phone
from lachan.people import indexes

SEXES = {"F": "female", "M": "male"}
#: A child has its identity number before it has a card.
DOCUMENT_KINDS = {"birth_certificate": "cccd"}
#: On what somebody speaks for a child, and for an adult of the household.
BIRTH_CERTIFICATE, AGREED = "Giấy khai sinh", "Đồng ý tại nhà, nói với Trạm Y tế"
#: The list of peoples has 54; 55 stands for foreigners.
FOREIGNER = 55

OF_PERSON = ("id", "person_id", "commune", "province")
COLUMNS: dict[str, tuple[str, ...]] = {
    "core_datakey": ("person", "wrapped", "key_version"),
    "people_person": (
        *("id", "commune", "province", "birth_year", "birth_precision", "sex", "nationality"),
        *("ethnicity", "occupation", "excluded", "vouched_by", "sealed", "made_at"),
    ),
    "people_pseudonym": ("person_id", "trace_id", "commune", "province"),
    "people_document": (*OF_PERSON, "kind", "sealed", "problems", "added_at"),
    "people_phone": (*OF_PERSON, "sealed", "since"),
    "people_residence": (*OF_PERSON, "kind", "unit", "sealed", "since"),
    "people_belonging": (
        *(*OF_PERSON, "kind", "organisation", "place", "name", "unit", "line", "shift", "since"),
    ),
    "people_householdmember": (*OF_PERSON, "household", "relation", "since"),
    "people_representation": (
        *(*OF_PERSON, "speaker_id", "ground", "said_to", "since", "opened_at"),
    ),
    "core_grant": ("kind", "key", "to_account", "given_at"),
    "people_blindindex": (*OF_PERSON, "kind", "hmac", "key_version"),
    "people_account": (
        *("id", "password", "kind", "handle", "name", "person", "is_active", "made_at"),
        *("cast_order", "cast_line", "cast_job", "cast_icon", "cast_device"),
    ),
    "people_membership": (
        *("id", "account_id", "role", "organisation", "commune", "province", "national", "since"),
    ),
}

#: Pictures of the devices on the cast page.
PHONE, DESK = "device-mobile", "device-desktop"

#: What a visitor can try in each role, a picture, and the device; words of the demo's cast page.
TRY = {
    "citizen": ("Khai báo y tế, mở mã QR cá nhân", "user", PHONE),
    "gate_controller": ("Quét mã vào, quét mã ra ở cổng", "door-enter", PHONE),
    "place_manager": ("Đăng ký địa điểm, in mã QR địa điểm", "building", DESK),
    "station_officer": ("Tiếp nhận người tiếp xúc được chuyển đến", "heartbeat", DESK),
    "village_health_worker": ("Nhập người dân không có điện thoại", "home", PHONE),
    "commune_chairman": ("Xem quyết định chờ ký", "building-bank", DESK),
    "commune_police": ("Xác minh danh tính", "shield-lock", DESK),
    "tracer": ("Truy vết ca bệnh, xác nhận người tiếp xúc", "route", DESK),
    "director": ("Xem toàn tỉnh, duyệt thông báo", "chart-histogram", DESK),
    "sampler": ("Ghi ống mẫu", "test-pipe", PHONE),
    "laboratory": ("Nhập kết quả xét nghiệm", "microscope", DESK),
    "laboratory_lead": ("Duyệt trả kết quả", "clipboard-text", DESK),
    "vaccinator": ("Làm việc ở điểm tiêm, giữ kho vắc xin", "vaccine", PHONE),
    "technology_team": ("Mở tài khoản, xem nhật ký", "settings", DESK),
    "ministry": ("Xem số liệu cả nước", "map-2", DESK),
    "outsider": ("Thử xem dữ liệu của người khác", "eye-off", DESK),
}


def load_people(files: Files) -> dict[str, int]:
    """Everything of the room, table by table."""
    tables: dict[str, list[Row]] = {table: [] for table in COLUMNS}
    filing = _Filing(files, tables)
    for index, person in enumerate(files.world.people):
        filing.person(index, person)
    for index, household in enumerate(files.world.households):
        filing.household(index, household)
    for order, account in enumerate(files.world.accounts):
        filing.account(order, account)
        if account.person is not None:
            filing.family(order, account.person)
    return {table: files.copy(table, COLUMNS[table], rows) for table, rows in tables.items()}


class _Filing:
    """Rows of one person after another; ids of facts are counted per table."""

    def __init__(self, files: Files, tables: dict[str, list[Row]]) -> None:
        self.files = files
        self.world: World = files.world
        self.tables = tables
        ring = keyring()
        self.version = ring.sealing_version
        self.wrapping = ring.key_encryption[self.version]
        self.index_version = index_version()
        self.made_at = files.at(self.world.start - 20 * DAY)
        self.since = self.made_at.date()

    def person(self, index: int, row: Person) -> None:
        """A person with papers, phones, homes, work and everything they are found by."""
        me = self.files.person(index)
        key = envelope.new_key()
        wrapped = envelope.wrap_key(self.wrapping, self.version, key)
        self.tables["core_datakey"].append((me, wrapped, self.version))
        where = (self.files.commune(row.stay.commune), self.files.province(row.stay.province))
        self.tables["people_person"].append(
            (
                *(me, *where, row.written.year, _precision(row.written), SEXES[row.sex]),
                *(row.nationality, int(row.ethnicity or FOREIGNER), row.occupation),
                *(bool(row.excluded), "" if row.documents else "Trưởng thôn xác nhận"),
                seal_with(key, me, {"name": row.name, "birth": birth_text(row.written)}),
                self.made_at,
            )
        )
        self.tables["people_pseudonym"].append((me, self.world.trace_id(index), *where))
        self._papers(me, where, key, row)
        self._homes(me, where, key, row)
        self._belongings(me, where, row)
        if row.guardian is not None:
            speaker = self.files.person(row.guardian)
            # The worker opens it when the speaker has an account.
            ground = (speaker, "guardian", BIRTH_CERTIFICATE, self.since, None)
            self._fact("people_representation", me, where, *ground)

    def _papers(self, me: UUID, where: tuple[int, int], key: bytes, row: Person) -> None:
        found = indexes.texts_of_name(row.name, row.written.year)
        for phone in row.phones:
            number = read_phone(phone).number
            sealed = seal_with(key, me, {"number": number})
            self._fact("people_phone", me, where, sealed, self.since)
            found.append((indexes.PHONE, number))
        for kind, number in row.documents:
            kind = DOCUMENT_KINDS.get(kind, kind)
            sealed = seal_with(key, me, {"number": number})
            problems = _problems(kind, number, row, self.since.year)
            self._fact("people_document", me, where, kind, sealed, problems, self.made_at)
            found.append((indexes.DOCUMENT, number))
        for kind, text in dict.fromkeys(found):
            hmac = index_of(kind, text)
            self._fact("people_blindindex", me, where, kind, hmac, self.index_version)

    def _homes(self, me: UUID, where: tuple[int, int], key: bytes, row: Person) -> None:
        for kind, stay in (("stay", row.stay), ("permanent", row.permanent)):
            unit = self.files.commune_then(stay.commune)
            sealed = seal_with(key, me, {"address": stay.address})
            self._fact("people_residence", me, where, kind, unit, sealed, stay.since)

    def _belongings(self, me: UUID, where: tuple[int, int], row: Person) -> None:
        """Work or school as its roster has it; of the factory also the room and the bus."""
        if row.work is None:
            return
        organisation = self.files.organisation(row.work.organisation)
        kind = "school" if row.occupation == "học sinh" else "work"
        for place in filter(None, (row.work.place, row.room, row.bus)):
            own, *above = self.world.ancestors(place)
            self._fact(
                *("people_belonging", me, where, kind, organisation, self.files.place(place), ""),
                self.world.places[above[0]].name if above else "",
                *(self.world.places[own].name, row.work.shift, row.stay.since),
            )

    def household(self, index: int, house: Household) -> None:
        """Who lives together."""
        home = self.world.uuid("household", index)
        for position, member in enumerate(house.members):
            person = self.world.people[member]
            where = (
                self.files.commune(person.stay.commune),
                self.files.province(person.stay.province),
            )
            relation = "child" if person.mother is not None else "other"
            relation = ("head", "spouse")[position] if position < 2 else relation
            me = self.files.person(member)
            self._fact("people_householdmember", me, where, home, relation, self.since)

    def family(self, order: int, speaker: int) -> None:
        """Who of the cast declares for their household, opened as the worker would open it."""
        account = self.world.uuid("account", order)
        house = self.world.people[speaker].household
        members = [] if house is None else self.world.households[house].members
        for member in members:
            if member == speaker:
                continue
            person, me = self.world.people[member], self.files.person(member)
            where = (
                self.files.commune(person.stay.commune),
                self.files.province(person.stay.province),
            )
            child = person.guardian is not None
            ground = ("guardian", BIRTH_CERTIFICATE) if child else ("consent", AGREED)
            opened = (self.files.person(speaker), *ground, self.since, self.made_at)
            self._fact("people_representation", me, where, *opened)
            for kind in ("speaks_for", "person"):
                self.tables["core_grant"].append((kind, me, account, self.made_at))

    def account(self, order: int, row: Account) -> None:
        """A member of the cast with the one role they have; a citizen's phone stands in the line,
        so that a visitor can sign in by a one-time code."""
        me = self.world.uuid("account", order)
        person = None if row.person is None else self.files.person(row.person)
        handle, line = row.slug, row.who
        if row.person is not None:
            number = read_phone(self.world.people[row.person].phones[0]).number
            handle = index_of("sign_in", number).hex()
            line = f"{line} ĐT {number}."
        job, icon, device = TRY[row.role]
        kind = "staff" if person is None else "citizen"
        self.tables["people_account"].append(
            (
                *(me, make_password(None), kind, handle, row.name, person, True, self.made_at),
                *(order, line, job, icon, device),
            )
        )
        if person is None:
            self.tables["people_membership"].append(
                (self.world.uuid("membership", order), me, row.role, *self._at(row), self.since)
            )

    def _at(self, row: Account) -> tuple[UUID | None, int | None, int | None, bool]:
        """The one place where a role is held: the narrowest territory before the organisation."""
        if row.commune is not None:
            return None, self.files.commune(row.commune), None, False
        if row.province is not None:
            return None, None, self.files.province(row.province), False
        if row.national or row.organisation is None:
            return None, None, None, row.national
        return self.files.organisation(row.organisation), None, None, False

    def _fact(self, table: str, me: UUID, where: tuple[int, int], *values: object) -> None:
        rows = self.tables[table]
        rows.append((self.world.uuid(table, len(rows)), me, *where, *values))


def birth_text(written: Birth) -> str:
    if written.month is None or written.day is None:
        return str(written.year)
    return date(written.year, written.month, written.day).isoformat()


def _precision(written: Birth) -> str:
    return "year" if written.month is None else "day"


def _problems(kind: str, number: str, row: Person, this_year: int) -> list[str]:
    if kind != "cccd":
        return []
    told = read_personal_number(number)
    sex, year = SEXES[row.sex], row.written.year
    return list(cross_check(told, sex=sex, birth_year=year, this_year=this_year))
