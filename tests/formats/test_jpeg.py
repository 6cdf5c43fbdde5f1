"""A photograph is written again without place, time and device; what is none is refused."""

import pytest

from lachan.formats.jpeg import NotAPhoto, bare_jpeg
from tests.factories.photos import jpeg


def test_it_keeps_the_picture_and_drops_what_a_camera_adds() -> None:
    sent = jpeg()
    bare = bare_jpeg(sent)
    assert b"GPS" in sent
    assert b"a camera" in sent
    assert b"GPS" not in bare
    assert b"a camera" not in bare
    assert bare.startswith(b"\xff\xd8\xff\xe0")
    assert bare.endswith(b"\xff\xd9")
    assert bare_jpeg(bare) == bare


def test_it_leaves_out_what_comes_after_the_end() -> None:
    assert bare_jpeg(jpeg() + b"<script>" * 9) == bare_jpeg(jpeg())


def test_it_keeps_stuffed_bytes_and_restarts_of_a_scan() -> None:
    whole = jpeg()
    data = whole[:-2] + b"\xff\x00\xff\xd0\x12\xff\x00" + whole[-2:]
    assert b"\xff\x00\xff\xd0\x12\xff\x00\xff\xd9" in bare_jpeg(data)


def test_it_refuses_a_photo_cut_anywhere() -> None:
    whole = jpeg()
    for cut in range(1, len(whole)):
        with pytest.raises(NotAPhoto):
            bare_jpeg(whole[:cut])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "photo_kind"),
        (b"\x89PNG\r\n\x1a\n", "photo_kind"),
        (b"\xff\xd8\xff\xd9", "photo_broken"),
        (jpeg().replace(b"\xff\xdb", b"\xff\xdc"), "photo_broken"),
        (jpeg(width=20000), "photo_size"),
        (jpeg(height=8), "photo_size"),
    ],
)
def test_it_says_what_is_wrong(data: bytes, code: str) -> None:
    with pytest.raises(NotAPhoto) as said:
        bare_jpeg(data)
    assert said.value.code == code
