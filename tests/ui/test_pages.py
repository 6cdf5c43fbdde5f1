"""Lists in pages, without counting."""

from django.http import QueryDict

from lachan.ui.pages import ROWS, page_of

NUMBERS = list(range(2 * ROWS + 1))


def test_it_shows_the_first_page_with_a_way_on() -> None:
    page = page_of(NUMBERS, QueryDict("q=nga"))
    assert list(page) == NUMBERS[:ROWS]
    assert (page.first, page.last, page.previous, page.next) == (1, ROWS, "", "?q=nga&page=2")


def test_it_ends_on_the_last_page() -> None:
    page = page_of(NUMBERS, QueryDict("page=3"))
    assert list(page) == NUMBERS[2 * ROWS :]
    assert (page.previous, page.next) == ("?page=2", "")


def test_it_takes_a_page_that_is_no_number_as_the_first() -> None:
    assert page_of(NUMBERS, QueryDict("page=hai")).first == 1
    assert page_of(NUMBERS, QueryDict("page=0")).first == 1
