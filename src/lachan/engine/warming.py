"""Every kernel that a running installation uses, compiled or loaded before the first question."""

import tempfile
from datetime import date
from pathlib import Path
from uuid import UUID

import numpy as np

from lachan.engine import runs, tracing
from lachan.engine.days import DayVisit, begin_of
from lachan.engine.feeding import Writer
from lachan.engine.hopping import Way
from lachan.engine.reaching import CaseWindow
from lachan.engine.records import DayColumns
from lachan.engine.rule import Rule
from lachan.engine.store import Store

#: Any day; nothing of it stays.
DAY = date(2020, 1, 1)

CASE, CONTACT, VENUE = UUID(int=1), UUID(int=2), UUID(int=3)


def warm_up() -> None:
    """Feed, seal and ask a tiny index in a folder of its own, in every way."""
    tracing.warm_up()
    with tempfile.TemporaryDirectory(prefix="lachan-warming-") as name:
        folder = Path(name)
        _feed(folder)
        store = Store(folder, name)
        since = begin_of(DAY)
        for end in (None, since + 3_600):
            cases = [CaseWindow(CASE, since, end)]
            for way in Way:
                reach = store.reach(cases, Rule(hops=2, min_seconds=60), None, way)
            store.explain(reach, [CONTACT])
            store.related(cases)
    _count()


def _feed(folder: Path) -> None:
    stays = [DayVisit(VENUE, 10, 40, imputed=False)]
    with Writer(folder, str(folder)) as writer:
        for person in (CASE, CONTACT):
            writer.replace(person, DAY, stays)
            writer.meet(CASE, CONTACT, begin_of(DAY), begin_of(DAY) + 60)
            writer.commit({})
        writer.seal(DAY)
        writer.replace(CONTACT, DAY, stays)
        writer.commit({})


def _count() -> None:
    """What only a day of many needs."""
    columns = DayColumns(
        person=np.zeros(2, np.uint32),
        venue=np.zeros(2, np.uint32),
        start=np.array([20, 10], np.uint16),
        end=np.array([30, 15], np.uint16),
        imputed=np.zeros(2, np.uint8),
    )
    runs.counted(columns, people=1, venues=1)
