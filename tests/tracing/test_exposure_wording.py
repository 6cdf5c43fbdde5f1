"""Every reason of the exposure score is one sentence in both languages."""

import pytest
from django.utils import translation

from lachan.engine.exposure_reasons import CODES
from lachan.tracing.wording import exposure

EVERY_CODE = sorted(code for pair in CODES.values() for code in pair)
VALUES = {
    "place": "Chuyền 7",
    "seconds": 45 * 60,
    "start": 1_794_700_800,  # 15 November 2026, 07:00 at +07:00
    "share": 80,
    "others": 2,
    "estimated": False,
}


@pytest.mark.parametrize("code", EVERY_CODE)
@pytest.mark.parametrize("others", [0, 1, 2])
@pytest.mark.parametrize("estimated", [False, True])
def test_every_code_is_one_sentence_of_its_own_in_both_languages(
    code: str, others: int, estimated: bool
) -> None:
    told = {}
    for language in ("vi", "en"):
        with translation.override(language):
            told[language] = exposure(code, VALUES | {"others": others, "estimated": estimated})

    assert told["vi"] != told["en"]
    for text in told.values():
        assert text.endswith(".")
        assert "%" in text
        assert "%(" not in text
        assert "15/11/2026" in text
        assert ". " not in text


def test_the_codes_are_told_apart() -> None:
    for language in ("vi", "en"):
        with translation.override(language):
            assert len({exposure(code, VALUES) for code in EVERY_CODE}) == len(EVERY_CODE)


def test_it_says_where_how_long_and_how_much() -> None:
    with translation.override("vi"):
        assert exposure("exposed_at_place", VALUES) == (
            "Ở cùng ca bệnh tại Chuyền 7 ngày 15/11/2026 trong 45 phút: chiếm 80% nguy cơ;"
            " còn 2 lần tiếp xúc khác."
        )
    with translation.override("en"):
        assert exposure("exposed_at_place", VALUES | {"estimated": True, "others": 0}) == (
            "Was with a case at Chuyền 7 on 15/11/2026 for about 45 minutes (exit time estimated):"
            " 80% of the risk; no other meeting is known."
        )
