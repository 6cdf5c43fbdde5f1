"""Posters are printed, and what is printed is read again from the PDF."""

from dataclasses import replace

import pytest

from lachan.venues.poster import EDGES, MOST_SHEETS, STICKERS, Sheet, posters
from tests.tracing.pdf_words import words_of
from tests.venues.pdf_codes import codes_of, page_sizes

ADDRESS = "https://lachan.example/q/"


def sheets(number: int) -> list[Sheet]:
    signs = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    return [
        Sheet(
            name='Chợ Sen Hồ #1 "Đông"',
            where="Phường Nếnh, tỉnh Bắc Ninh",
            code=f"K7M2QX{signs[at % 24]}{signs[at // 24]}",
            address=f"{ADDRESS}K7M2QX{signs[at % 24]}{signs[at // 24]}",
            law_vi="Tự nguyện: chưa có văn bản nào bắt buộc việc này tại nơi này.",
            law_en="Voluntary: no document makes this compulsory here.",
            part=f"Cổng {at + 1}",
            plate="99B-012.34",
        )
        for at in range(number)
    ]


@pytest.mark.parametrize(
    ("layout", "number", "pages", "size"),
    [
        ("a4", 2, 2, (210, 297)),
        ("a5", 1, 1, (148, 210)),
        ("stickers", STICKERS + 1, 2, (210, 297)),
        ("vehicle", 2, 2, (148, 105)),
    ],
)
def test_every_code_of_a_printed_pdf_is_read_and_has_its_size(
    layout: str, number: int, pages: int, size: tuple[int, int]
) -> None:
    asked = sheets(number)

    pdf = posters(asked, layout=layout)

    found = codes_of(pdf)
    assert sorted(code.text for code in found) == sorted(sheet.address for sheet in asked)
    assert page_sizes(pdf) == [size] * pages
    assert [round(code.edge_mm) for code in found] == [EDGES[layout]] * number


def test_on_a_wall_the_code_has_fifteen_centimetres() -> None:
    (code,) = codes_of(posters(sheets(1)))
    assert code.edge_mm == pytest.approx(150, abs=0.3)


def test_it_says_where_it_is_what_is_recorded_and_by_which_rule() -> None:
    words = words_of(posters(sheets(1))).replace("\n", " ")
    for said in ("Cổng 1", "Nếnh", "K7M2-QXAA", "lachan.example/q/", "Tự nguyện", "Voluntary"):
        assert said in words, said
    assert "Ghi lại:" in words
    assert "Recorded:" in words


@pytest.mark.parametrize("layout", EDGES)
def test_the_longest_name_and_address_stay_on_their_page(layout: str) -> None:
    (sheet,) = sheets(1)
    long = replace(
        sheet,
        name="Trường Trung học phổ thông " * 4 + "số Một",
        part="Dãy ki-ốt hàng khô và hàng gia vị số 12",
        address="https://khaibaoyte.soyte.bacninh.example.gov.vn/q/K7M2QXAA",
    )
    pdf = posters([long], layout=layout)
    assert len(page_sizes(pdf)) == 1
    assert [code.text for code in codes_of(pdf)] == [long.address]


def test_a_dormitory_is_printed_in_one_go() -> None:
    assert (
        len(page_sizes(posters(sheets(MOST_SHEETS), layout="stickers"))) == MOST_SHEETS // STICKERS
    )
