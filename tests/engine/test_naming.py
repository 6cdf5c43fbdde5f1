"""Texts to numbers: against a dict, and their order against `sorted`."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from lachan.engine import naming

#: Texts that share long beginnings, end in zero bytes, or fill words of eight bytes exactly.
TEXTS = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.text("\x00a", max_size=20),
        st.integers(0, 300).map(lambda number: f"Person-number-{number}"),
        st.text("é中\U0001f637", max_size=9),
    ),
    max_size=60,
)


@settings(max_examples=500, deadline=None, database=None)
@given(st.lists(TEXTS, max_size=5))
@example([["a" * 5_000, "a" * 5_000 + "b", "a" * 4_999], ["", "\x00", "\x00" * 8, "\x00" * 9]])
def test_it_numbers_every_text_once_as_it_comes(parts: list[list[str]]) -> None:
    names = naming.no_names(texts=1, length=1)
    known: dict[str, int] = {}

    for part in parts:
        names, numbers = naming.numbered(names, part)

        assert numbers.tolist() == [known.setdefault(text, len(known)) for text in part]
    assert naming.texts_of(names, range(len(known))) == list(known)
    assert naming.texts_of(names, naming.in_order(names)) == sorted(known)


def test_it_knows_very_many_texts() -> None:
    texts = [f"{number * 7_919 % 100_003:06}" for number in range(100_003)]

    names, numbers = naming.numbered(naming.no_names(), texts)
    names, again = naming.numbered(names, texts[::-1])

    assert numbers.tolist() == list(range(100_003))
    assert again.tolist() == numbers.tolist()[::-1]
    assert naming.in_order(names).tolist() == sorted(range(100_003), key=texts.__getitem__)
