"""The frame around a page: language, demo band, errors."""

import gzip
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.translation import override

from lachan.config import frontend
from lachan.core import installation
from lachan.core.ids import uuid7
from lachan.core.models import Installation
from lachan.core.scope import Principal
from lachan.ui.context import shell

pytestmark = pytest.mark.usefixtures("database")

SENTENCES = {
    "403.html": "Trang này không mở cho bạn",
    "404.html": "Không có trang nào ở địa chỉ này",
    "403_csrf.html": "Tờ khai chưa gửi được",
    "500.html": "Chưa mở được trang này",
}


@pytest.mark.parametrize(("name", "sentence"), SENTENCES.items())
def test_it_says_an_error_in_plain_words(name: str, sentence: str) -> None:
    with override("vi"):
        assert sentence in render_to_string(name)
    with override("en"):
        assert sentence not in render_to_string(name)


def test_it_goes_back_to_the_same_page_in_the_other_language() -> None:
    client = Client(SERVER_NAME="localhost")
    answer = client.get("/language/en?next=/nowhere%3Fpage%3D2")
    assert answer.status_code == 302
    assert answer["Location"] == "/nowhere?page=2"
    page = client.get("/nowhere").content.decode()
    assert '<html lang="en">' in page
    assert "There is no page at this address" in page


def test_it_never_sends_a_reader_to_another_site() -> None:
    assert (
        Client(SERVER_NAME="localhost").get("/language/vi?next=//evil.example/")["Location"] == "/"
    )


def test_it_sets_no_cookie_for_a_language_it_does_not_speak() -> None:
    assert "lachan_language" not in Client(SERVER_NAME="localhost").get("/language/fr").cookies


def test_it_says_on_a_demo_that_nothing_is_real() -> None:
    assert "DEMO" not in Client(SERVER_NAME="localhost").get("/nowhere").content.decode()
    context = shell(RequestFactory().get("/"))
    assert context["installation"]["demo"] is installation.is_demo()
    assert Installation.Kind.DEMO != Installation.Kind.PRODUCTION
    with override("vi"):
        band = render_to_string("404.html", context | {"installation": {"demo": True}})
    assert "DEMO, dữ liệu không có thật" in band


def test_it_names_who_is_at_work_and_as_what() -> None:
    request = RequestFactory().get("/cases?page=2")
    request.principal = Principal(  # type: ignore[attr-defined]
        account=uuid7(), name="Nguyễn Thu Hương", roles=frozenset({"tracer"})
    )
    with override("vi"):
        page = shell(request)["shell"]
    assert (page.name, page.duty, page.here) == ("Nguyễn Thu Hương", "Truy vết", "/cases?page=2")


def test_it_sends_packages_packed() -> None:
    frontend.install(Path(__file__).parents[2])
    answer = Client(SERVER_NAME="localhost").get(
        "/static/vendor/htmx/htmx.min.js", headers={"accept-encoding": "gzip"}
    )
    assert answer.headers["Content-Encoding"] == "gzip"
    assert b"htmx" in gzip.decompress(b"".join(answer.streaming_content))
