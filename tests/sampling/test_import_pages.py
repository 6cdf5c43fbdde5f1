"""Results by file on a page: nothing is entered before somebody has seen what would change."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lachan.core.scope import scoped, system_scope
from lachan.sampling import import_files, services
from lachan.sampling.models import Release
from tests.sampling.deliveries import WORDS, standing, table, tubes
from tests.sampling.people_at_the_table import browser, team

PAGE = "/laboratory/import/"


def sent(client: Client, data: bytes, name: str = "ca đêm.xlsx") -> str:
    """The page that a sent file leads to."""
    file = SimpleUploadedFile(name, data)
    answer = client.post(PAGE, {"file": file, "assay": "words"})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def test_a_file_is_looked_at_then_entered_and_its_refused_rows_come_back() -> None:
    at = team()
    tubes(at, ["P-1"])
    client = browser(at.technician)
    page = sent(client, table([("P-1", WORDS["positive"]), ("P-2", WORDS["negative"])]))
    looked = client.get(page).content.decode()
    assert "What would change" in looked
    assert "1 result would be entered. 1 row would be refused" in looked
    assert "No tube with this code was sent to this laboratory." in looked
    assert standing(at) == {}
    done = client.post(f"{page}take/", follow=True).content.decode()
    assert "1 result was entered. 1 row was refused" in done
    assert standing(at) == {"P-1": "positive"}
    copy = client.get(f"{page}copy/")
    assert copy.status_code == 200
    assert "can-sua.xlsx" in copy.headers["Content-Disposition"]
    assert "Some rows refused" in client.get(PAGE).content.decode()


def test_entering_twice_enters_once() -> None:
    at = team()
    tubes(at, ["P-3"])
    client = browser(at.technician)
    page = sent(client, table([("P-3", WORDS["positive"])]))
    client.post(f"{page}take/")
    again = client.post(f"{page}take/", follow=True).content.decode()
    assert "Nothing changed." in again


def test_a_file_that_is_cut_off_is_refused_on_the_page() -> None:
    client = browser(team().technician)
    data = table([(f"P-{number}", WORDS["negative"]) for number in range(30)])
    file = SimpleUploadedFile("kq.xlsx", data[: len(data) // 2])
    answer = client.post(PAGE, {"file": file, "assay": "words"})
    assert answer.status_code == 422


def test_nothing_is_chosen_beforehand() -> None:
    client = browser(team().technician)
    file = SimpleUploadedFile("kq.xlsx", table([("P-1", WORDS["negative"])]))
    assert client.post(PAGE, {"file": file}).status_code == 422


def test_another_laboratory_sees_nothing_of_it() -> None:
    at, other = team(), team()
    page = sent(browser(at.technician), table([("P-4", WORDS["positive"])]))
    assert browser(other.technician).get(page).status_code == 404
    assert browser(other.lead).post(f"{page}take/").status_code == 404


def test_whoever_releases_sees_what_else_was_sent_and_releases_it_alone() -> None:
    at = team()
    tubes(at, ["P-5"])
    with scoped(at.technician, "laboratory") as by:
        found = services.Found("negative")
        result = services.enter_result(barcode="P-5", found=found, by=by)
        services.approve_result(result=result, by=by)
        import_files.import_results(table([("P-5", WORDS["positive"])]), name="kq.xlsx", by=by)
    lead = browser(at.lead)
    refused = lead.post("/laboratory/release/", {"result": result.id}, follow=True)
    assert "Something else was sent for this tube too" in refused.content.decode()
    page = f"/laboratory/release/{result.id}/"
    assert "Also sent for this tube" in lead.get(page).content.decode()
    lead.post(page)
    with system_scope("test"):
        assert Release.objects.filter(result=result).exists()
