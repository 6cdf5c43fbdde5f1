"""Vietnamese words made comparable: how a name is typed must not decide whether it is found.

The same name reaches us in capitals, without diacritics, with the tone on either vowel (Hòa and
Hoà, Thủy and Thuỷ, quý and qúy), composed or decomposed, and with the Icelandic letter Ð for Đ.
"""

import re
import unicodedata

#: Look like đ but do not decompose to d: đ itself, the Icelandic eth, an African retroflex.
_LETTERS_D = str.maketrans({"đ": "d", "ð": "d", "ɖ": "d"})
#: The same letters for a key that keeps diacritics: all become đ.
_ONE_D = str.maketrans({"ð": "đ", "ɖ": "đ"})
#: Combining Diacritical Marks, Unicode block U+0300 to U+036F.  Only this block: the vowel signs of
#: other scripts are letters of a name, not its dress.
_MARKS = re.compile("[\u0300-\u036f]")
#: Tone marks of Vietnamese: grave, acute, hook above, tilde, dot below (Unicode chapter 7).
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
#: Apostrophes inside a word (Ea H'leo, Đắk R’lấp) and characters without a width: joined over.
_JOINED = re.compile("['`\u00b4\u2018\u2019\u02bb\u02bc\u00ad\u200b-\u200f\u2060\ufeff]")
#: Whatever is neither a letter, a digit nor a mark separates words.
_BETWEEN = re.compile("[^\\w\u0300-\u036f]+|_+")


def _decomposed(text: str) -> str:
    """Case folded and decomposed, with nothing inside words that only some people type."""
    # The acute accent on its own would decompose to a blank; a wide apostrophe decomposes to one
    # that joins: take both out, before and after.
    plain = unicodedata.normalize("NFKD", _JOINED.sub("", text)).casefold()
    return _JOINED.sub("", unicodedata.normalize("NFKD", plain))


def _words(text: str) -> list[str]:
    return _BETWEEN.sub(" ", text).split()


def fold(text: str) -> str:
    """The text without case, diacritics, tone place and punctuation: ``Đắk R'lấp`` → ``dak rlap``.

    Two spellings of one name give the same answer in either Unicode form; folding twice changes
    nothing.  Words stay separate by single blanks.  Letters of other scripts are kept.
    """
    bare = _MARKS.sub("", _decomposed(text)).translate(_LETTERS_D)
    return unicodedata.normalize("NFC", " ".join(_words(bare)))


def accented_key(text: str) -> str:
    """Like `fold` but with diacritics kept and each word's tone moved to its end.

    It tells ``Cẩm Giang`` from ``Cẩm Giàng`` and still holds ``Hòa`` equal to ``Hoà``; used to rank
    what `fold` found.  It is a key to compare, never a text to show.
    """
    words = _words(_decomposed(text).translate(_ONE_D))
    return " ".join(_TONES.sub("", word) + "".join(_TONES.findall(word)) for word in words)


def short_name(name: str) -> str:
    """`Trần Thị Mai` is `Trần Thị M.` to a guard: enough to compare, too little to spread."""
    words = name.split()
    if len(words) < 2:
        return name
    return " ".join([*words[:-1], f"{words[-1][0]}."])
