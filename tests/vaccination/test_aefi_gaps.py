"""Lots known as text only, an event between two provinces, the documents of the law's steps."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.middleware import COOKIE
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.services import Stay
from lachan.rulebook.services import load_shipped_rules
from lachan.ui.documents import to_docx
from lachan.vaccination import aefi, aefi_notice, aefi_reading, lot_reading, lot_spelling
from lachan.vaccination.lot_spelling import apart, plain
from lachan.vaccination.models import AefiStep, Dose, Lot, LotSpelling, Reaction, Source
from lachan.vaccination.services import Injection, enter
from tests.factories import cast
from tests.factories.outbreak import ABROAD_CODE, HERE_CODE, Unit
from tests.factories.people import person
from tests.vaccination.aefi_cases import DISEASE, PRODUCT, a_lot, a_site, inject, recorded, somebody


@pytest.fixture(scope="module", autouse=True)
def rules(database: str) -> None:
    with system_scope("test") as by:
        load_shipped_rules(by=by)


def here() -> Unit:
    return Unit.of(HERE_CODE)


def cdc(province: int | None = None) -> Principal:
    return cast.of_province(Role.DIRECTOR, province or here().province)


def on_paper(text: str, whom: Person | None = None, product: str = PRODUCT) -> Dose:
    """A dose of which only the paper is known."""
    unit = here()
    stay = Stay(commune=unit.commune, province=unit.province)
    someone = whom or person("Nguyễn Thị Giấy", stay=stay)
    one = Injection(
        id=uuid7(),
        person=someone.id,
        disease=DISEASE,
        product=product,
        given_at=now() - timedelta(days=3),
        source=Source.PAPER,
        lot_text=text,
    )
    with system_scope("test") as by:
        assert enter([one], by=by)[0].outcome == "made"
        return Dose.objects.get(pk=one.id)


def linked(text: str, lot: Lot, by: Principal | None = None) -> LotSpelling:
    by = by or cdc()
    with scoped(by, "vaccination"):
        return lot_spelling.link(
            product=PRODUCT, text=text, lot=lot, province=here().province, by=by
        )


def had(lot: Lot, by: Principal | None = None) -> set[UUID]:
    with scoped(by or cdc(), "vaccination"):
        return {each.dose.id for each in lot_reading.had_lot(lot.id)}


@pytest.mark.parametrize(
    ("one", "other", "signs"),
    [("abx-5178", "ABX 5178", 0), ("ABXO178", "ABX0178", 0), ("ABX5178", "ABX5179", 1)],
)
def test_spaces_hyphens_and_letters_read_for_digits_are_no_difference(
    one: str, other: str, signs: int
) -> None:
    assert apart(plain(one), plain(other)) == signs


def test_a_linked_dose_stands_on_the_lists_of_the_lot_and_is_not_changed() -> None:
    lot = a_lot("GAP0001")
    dose = on_paper("gap 0001")
    assert had(lot) == set()
    linked("gap 0001", lot)
    assert had(lot) == {dose.id}
    with system_scope("test"):
        after = Dose.objects.get(pk=dose.id)
    assert (after.lot_id, after.lot_text) == (None, "gap 0001")
    later = on_paper("gap 0001")
    assert had(lot) == {dose.id, later.id}


def test_a_link_is_taken_back_by_another_fact() -> None:
    lot = a_lot("GAP0002")
    dose = on_paper("GAP-0002")
    linked("GAP-0002", lot)
    by = cdc()
    told = {"product": PRODUCT, "text": "GAP-0002", "province": here().province}
    with scoped(by, "vaccination"):
        with pytest.raises(Refused) as refused:
            lot_spelling.part(**told, why=" ", by=by)  # type: ignore[arg-type]
        lot_spelling.part(**told, why="Nhầm lô", by=by)  # type: ignore[arg-type]
    assert refused.value.code == "why_missing"
    assert had(lot) == set()
    linked("GAP-0002", lot)
    assert had(lot) == {dose.id}
    with system_scope("test"):
        assert LotSpelling.objects.filter(text="GAP-0002").count() == 3


def test_the_page_proposes_the_same_number_before_a_near_one() -> None:
    same, near = a_lot("GAP0103"), a_lot("GAP0104")
    on_paper("gap-o103")
    on_paper("GAP0105")
    with scoped(cdc(), "vaccination"):
        rows = {row.text: row for row in lot_spelling.written(here().province, linked=False)}
    assert rows["gap-o103"].proposals == ((same, True),)
    assert set(rows["GAP0105"].proposals) == {(same, False), (near, False)}


@pytest.mark.parametrize(
    ("who", "code"), [("station", "lot_not_yours"), ("elsewhere", "lot_not_yours")]
)
def test_only_the_cdc_of_the_province_links(who: str, code: str) -> None:
    lot = a_lot(f"GAP02{len(who)}")
    on_paper(f"x{who}")
    by = (
        cast.of_commune(Role.STATION_OFFICER, here().commune)
        if who == "station"
        else cdc(cast.OTHER_PROVINCE)
    )
    with pytest.raises(Refused) as refused:
        linked(f"x{who}", lot, by)
    assert refused.value.code == code
    with pytest.raises(Exception, match="row-level security"), scoped(by, "attack"):
        LotSpelling.objects.create(
            province=here().province, product=PRODUCT, text="x", lot=lot, at=now()
        )


def test_another_vaccine_and_an_unknown_text_are_refused() -> None:
    on_paper("GAP0300")
    for lot, text, code in (
        (a_lot("GAP0300", "comirnaty"), "GAP0300", "lot_other_vaccine"),
        (a_lot("GAP0301"), "NOWHERE", "text_unknown"),
    ):
        with pytest.raises(Refused) as refused:
            linked(text, lot)
        assert refused.value.code == code


def test_a_severe_event_of_a_linked_text_bars_the_lot() -> None:
    lot = a_lot("GAP0400")
    dose = on_paper("GAP 0400")
    linked("GAP 0400", lot)
    by = cast.of_commune(Role.STATION_OFFICER, here().commune)
    recorded(by, dose)
    with system_scope("test"):
        bar = lot_reading.lot_barred(lot.id, now(), here().province)
    assert bar is not None
    assert bar.provisional


def test_linked_doses_count_when_lots_are_compared() -> None:
    lot = a_lot("GAP0500")
    on_paper("GAP 0500")
    event = on_paper("GAP 0500")
    by = cast.of_commune(Role.STATION_OFFICER, here().commune)
    recorded(by, event, severity="aefi")
    linked("GAP 0500", lot)
    with scoped(cdc(), "vaccination"):
        rows = aefi_reading.signals_of(DISEASE, here().province)[PRODUCT]
    [mine] = [row for row in rows if row.lot == lot]
    assert (mine.own.doses, mine.own.events) == (2, 1)


@pytest.fixture
def crossing() -> Reaction:
    """Injected here, at home in another province."""
    home = Unit.of(ABROAD_CODE)
    assert home.province != here().province
    site = a_site(province=here().province, commune=here().commune)
    stay = Stay(commune=home.commune, province=home.province)
    dose = inject(site, a_lot(f"X{uuid7().hex[-8:]}".upper()), somebody(site, stay=stay))
    return recorded(site.vaccinator, dose)


def test_both_provinces_read_an_event_and_each_changes_its_own(crossing: Reaction) -> None:
    given, home = cdc(), cdc(Unit.of(ABROAD_CODE).province)
    for by in (given, home):
        with scoped(by, "vaccination"):
            row = aefi_reading.reaction_of(crossing.id)
            assert row is not None
            assert row.dose.table is None
            assert len(aefi_reading.clocks_of(row)) == 5
    with system_scope("test"):
        step = AefiStep.objects.get(reaction=crossing, kind="notify_cdc")
    with scoped(given, "vaccination"):
        with pytest.raises(Refused) as judged:
            aefi.judge(crossing, severity="severe", outcome="treated", by=given)
        aefi.complete(step, document="12/CDC", by=given)
    with scoped(home, "vaccination"):
        with pytest.raises(Refused) as stepped:
            aefi.complete(step, document="12/CDC", by=home)
        aefi.judge(crossing, severity="severe", outcome="treated", by=home)
    assert (judged.value.code, stepped.value.code) == ("home_only", "given_only")


def test_a_third_province_reads_nothing_of_it(crossing: Reaction) -> None:
    with scoped(cdc(cast.OTHER_PROVINCE), "vaccination"):
        assert aefi_reading.reaction_of(crossing.id) is None
        assert not Dose.objects.filter(pk=crossing.dose_id).exists()


def web(by: Principal) -> Client:
    client = Client(headers={"accept-language": "vi", "host": "localhost"})
    client.cookies[COOKIE] = by.secret
    return client


def test_the_pages_say_who_does_what(crossing: Reaction) -> None:
    given = web(cdc()).get(f"/vaccination/reactions/{crossing.id}/").content.decode()
    home = web(cdc(Unit.of(ABROAD_CODE).province)).get(f"/vaccination/reactions/{crossing.id}/")
    assert "Bạn thực hiện các việc theo quy định" in given
    assert "Bạn đánh giá và liên hệ" in home.content.decode()
    assert "Nguyễn Thị Mai" not in given
    assert web(cdc()).get("/vaccination/reactions/?part=severe").status_code == 200


@pytest.mark.parametrize("kind", AefiStep.Kind.values)
def test_every_step_has_its_document(crossing: Reaction, kind: str) -> None:
    home = cdc(Unit.of(ABROAD_CODE).province)
    with system_scope("test"):
        step = AefiStep.objects.get(reaction=crossing, kind=kind)
    answer = web(home).get(f"/vaccination/steps/{step.id}/notice.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_what_is_published_names_nobody_and_the_notice_says_to_whom(crossing: Reaction) -> None:
    from io import BytesIO

    from docx import Document as Word

    texts = {}
    for kind in ("notify_department", "publish"):
        with system_scope("test"):
            step = AefiStep.objects.get(reaction=crossing, kind=kind)
            row = aefi_reading.reaction_of(crossing.id)
            from lachan.people.selectors import card_of

            assert row is not None
            made = to_docx(aefi_notice.notice_of(step, row, card_of(row.person_id)))
        word = Word(BytesIO(made))
        cells = [cell.text for table in word.tables for line in table.rows for cell in line.cells]
        texts[kind] = "\n".join([*(each.text for each in word.paragraphs), *cells])
    assert "Kính gửi: Sở Y tế" in texts["notify_department"]
    assert "Nguyễn Thị Mai" in texts["notify_department"]
    assert "Nguyễn Thị Mai" not in texts["publish"]


def test_the_page_of_texts(database: str) -> None:
    lot = a_lot("GAP0900")
    dose = on_paper("gap.0900")
    client = web(cdc())
    assert "gap.0900" in client.get("/vaccination/lots/texts/").content.decode()
    told = {"product": PRODUCT, "text": "gap.0900"}
    missing = client.post("/vaccination/lots/texts/link/", told | {"number": "NONE"})
    assert missing.status_code == 404
    assert client.post("/vaccination/lots/texts/link/", told | {"number": "gap0900"}).status_code
    assert had(lot) == {dose.id}
    page = client.get("/vaccination/lots/texts/?state=linked").content.decode()
    assert "GAP0900" in page
    client.post("/vaccination/lots/texts/part/", told | {"why": "Nhầm"})
    assert had(lot) == set()
