"""Polars: a frame sorted by venue and day, a copy sorted by person; join, then filter."""

import os
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from bench.asking import LAST_MINUTE, LATENT, LEAST_MINUTES, Answer, Question, Tally
from bench.peers.asked import Missing, Way
from bench.visiting import Day
from bench.world import DAYS, MINUTES_A_DAY, World

#: Polars reads this when it is imported.
os.environ.setdefault("POLARS_MAX_THREADS", "2")


class Polars:
    """In this process's memory."""

    def __init__(self, folder: Path) -> None:
        try:
            self._pl: Any = import_module("polars")
        except ImportError:
            raise Missing("Polars is not asked: `pip install polars`.") from None
        self.name = f"Polars {self._pl.__version__}"
        self._visit: Any = None
        self._by_person: Any = None
        self._source: Any = None
        self._known: Any = None
        self._hops = 1

    def load(self, world: World, days: Iterable[Day]) -> None:
        """`stand` is a venue on one day: visits are cut at midnight."""
        raw = self._pl.concat(
            self._pl.DataFrame(
                {
                    "person": day.person.astype(np.int32),
                    "stand": day.venue.astype(np.int32) * DAYS + number,
                    "start": day.start.astype(np.int32) + number * MINUTES_A_DAY,
                    "stop": day.end.astype(np.int32) + number * MINUTES_A_DAY,
                }
            )
            for number, day in enumerate(days)
        )
        self._visit = raw.sort("stand", "start")
        del raw  # or three copies would lie in memory
        self._by_person = self._visit.sort("person", "start")

    def ways(self) -> list[Way]:
        """One way."""
        return [Way(self.name, self._prepared, self._ask, read, self._count)]

    def _prepared(self, question: Question) -> None:
        columns = (column.astype(np.int32) for column in question[:3])
        self._source = self._pl.DataFrame(
            dict(zip(("person", "since", "until"), columns, strict=True))
        )
        self._known = self._source.select("person")
        self._hops = question.hops

    def _met(self, source: Any, known: Any) -> Any:
        """A query for people who met a source."""
        pl = self._pl
        start, stop, begin, till = map(pl.col, ("start", "stop", "begin", "till"))
        # Naming the few people and venues first lets the scan pass over all other rows.
        stay = (
            self._by_person.lazy()
            .filter(pl.col("person").is_in(source["person"].implode()))
            .join(source.lazy(), on="person")
            .filter((start < pl.col("until")) & (stop > pl.col("since")))
            .select(
                "stand",
                begin=pl.max_horizontal("start", "since"),
                till=pl.min_horizontal("stop", "until"),
            )
            .collect(engine="streaming")
        )
        minutes = pl.min_horizontal("stop", "till") - pl.max_horizontal("start", "begin")
        return (
            self._visit.lazy()
            .filter(pl.col("stand").is_in(stay["stand"].unique().implode()))
            .join(stay.lazy(), on="stand")
            .filter((start < till) & (stop > begin))
            .join(known.lazy(), on="person", how="anti")
            .group_by("person")
            .agg(first=pl.max_horizontal("start", "begin").min(), minutes=minutes.sum())
            .filter(pl.col("minutes") >= LEAST_MINUTES)
        )

    def _ask(self) -> list[Any]:
        pl = self._pl
        source, known, hops = self._source, self._known, []
        for _ in range(self._hops):
            hops.append(self._met(source, known).collect(engine="streaming"))
            known = pl.concat((known, hops[-1].select("person")))
            source = hops[-1].select(
                "person", since=pl.col("first") + LATENT, until=pl.lit(LAST_MINUTE, pl.Int32)
            )
            source = source.filter(pl.col("since") < LAST_MINUTE)
        return hops

    def _count(self) -> Tally:
        pl = self._pl
        person, first, minutes = (
            pl.col(name).cast(pl.Int64) for name in ("person", "first", "minutes")
        )
        wanted = (pl.len(), (person * 7 + first * 3 + minutes).sum().alias("checksum"))
        query = self._met(self._source, self._known).select(*wanted)
        return Tally(*query.collect(engine="streaming").row(0))

    def size(self) -> int:
        """Both frames."""
        return int(self._visit.estimated_size() + self._by_person.estimated_size())

    def close(self) -> None:
        """Drop both frames."""
        self._visit = self._by_person = None


def read(hops: list[Any]) -> list[Answer]:
    """Columns of the frames."""
    names = ("person", "first", "minutes")
    return [Answer(*(rows[name].to_numpy() for name in names)) for rows in hops]
