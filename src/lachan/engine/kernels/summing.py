"""A checksum that keeps up with memory: files of the index are as large as the day.

It finds files that are torn, cut, mixed up or damaged on disk; it is no defence against somebody
who wants to deceive, whom the folder's rights keep out.
Twin: `naive_index.checksum`.
"""

import numpy as np

from lachan.engine.compiled import kernel
from lachan.engine.records import Words

#: Odd multipliers with many changing bits (the golden ratio and the square root of two, as 64
#: bits): an even one would lose the highest bit of what it multiplies.
FOLD, STIR = np.uint64(0x9E3779B97F4A7C15), np.uint64(0x6A09E667F3BCC909)


@kernel
def turned(word: np.uint64) -> np.uint64:
    """Rotated left by 31 bits, so that high bits come to matter below."""
    return (word << np.uint64(31)) | (word >> np.uint64(33))


@kernel
def checksum(words: Words) -> np.uint64:
    """Four sums side by side, each over every fourth word, folded with the length."""
    a, b, c, d = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
    whole = len(words) // 4 * 4
    for i in range(0, whole, 4):
        a = turned(a ^ words[i] * FOLD) * STIR
        b = turned(b ^ words[i + 1] * FOLD) * STIR
        c = turned(c ^ words[i + 2] * FOLD) * STIR
        d = turned(d ^ words[i + 3] * FOLD) * STIR
    for i in range(whole, len(words)):
        a = turned(a ^ words[i] * FOLD) * STIR
    total = np.uint64(len(words))
    for lane in (a, b, c, d):
        total = turned(total ^ lane * FOLD) * STIR
    return total ^ (total >> np.uint64(32))
