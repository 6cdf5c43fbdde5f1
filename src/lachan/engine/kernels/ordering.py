"""Sorting dense numbers by counting them."""

import numpy as np

from lachan.engine.compiled import kernel
from lachan.engine.dtypes import Ints


@kernel
def counting_order(key: Ints, order: Ints, size: int) -> Ints:
    """`order` sorted stably by `key`, whose values are below `size`.

    Cost: two passes over the rows, one over `size`.  Twin: `numpy.argsort(kind="stable")`.
    """
    begin = np.zeros(size + 1, np.int64)
    for i in range(len(key)):
        begin[key[i] + 1] += 1
    for i in range(size):
        begin[i + 1] += begin[i]
    ordered = np.empty(len(order), np.int64)
    for i in range(len(order)):
        ordered[begin[key[order[i]]]] = order[i]
        begin[key[order[i]]] += 1
    return ordered
