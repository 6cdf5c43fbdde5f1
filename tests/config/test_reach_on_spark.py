"""The expression on a cluster of two machines, which are two Java processes here."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lachan.engine.rule import Rule
from tests.config.installations import ROOT, environment_of

pytest.importorskip("ibis", reason="the extra cluster is not installed (./lachan.sh cluster)")
pytest.importorskip("pyspark", reason="the extra cluster is not installed (./lachan.sh cluster)")

from lachan.config.commands.reach import run
from lachan.config.commands.reachtables.on_spark import OnSpark
from tests.engine.asking import FOUR, asked, deep, defined, together

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("java"), reason="Java is not installed"),
]

MASTER = "local-cluster[2,1,1024]"

#: Short questions on two cores: quick to compile counts more than quick to run.
QUICK = "-XX:TieredStopAtLevel=1"
SPARK = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.driver.extraJavaOptions": QUICK,
    "spark.executor.extraJavaOptions": QUICK,
}


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One session for all questions."""
    pytest.importorskip(
        "pyspark", reason="the extra cluster is not installed (./lachan.sh cluster)"
    )
    if not shutil.which("java"):
        pytest.skip("Java is not installed")

    work = tmp_path_factory.mktemp("spark") / "work"
    engine = OnSpark(MASTER, str(work), SPARK)
    yield engine
    engine.close()
    assert not Path(work).exists()


def test_it_agrees_with_the_definition_on_spark(spark: Any) -> None:
    world = together(deep(40), FOUR)

    answer = asked(spark, world)

    assert answer == defined(world)
    assert {hop for _, hop, _, _ in answer} == {1, 2, 3, 4}


def test_it_agrees_on_spark_with_another_rule(spark: Any) -> None:
    world = together(range(700, 730), Rule(1, min_seconds=900, latent_seconds=3_600))

    assert asked(spark, world) == defined(world) != []


#: Rows of every kind the command refuses, floating seconds, a missing end.
TABLE = (
    "FROM (VALUES ('F0', 'v', 0::DOUBLE, 3600::DOUBLE), (NULL, 'v', 0, 1), (' ', 'v', 0, 1),"
    " ('a', 'v', 2, 1), ('a', 'v', 0.5, 1), ('a', 'v', NULL, 1), ('a', 'v', 0, 'inf'),"
    " ('{who}', 'v', 0, 'nan')) AS t(person, venue, start, \"end\")"
)


def test_the_command_answers_and_refuses_as_with_duckdb(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for day, who in enumerate("bc"):
        folder = tmp_path / "visits" / f"day={day}"
        folder.mkdir(parents=True)
        duckdb.execute(f"COPY ({TABLE.format(who=who)}) TO '{folder}/part.parquet'")
    cases = tmp_path / "cases.csv"
    cases.write_text("person,infectious_from,infectious_to\nF0,0,\n", encoding="utf-8")
    here, there = tmp_path / "here.parquet", tmp_path / "there.parquet"
    words = ["--visits", f"{tmp_path}/visits", "--cases", str(cases), "--hops", "1", "--json"]
    settings = [word for key, value in SPARK.items() for word in ("--conf", f"{key}={value}")]

    assert run([*words, "--out", str(here)]) == 0
    said = capfd.readouterr().err
    spark = subprocess.run(
        [
            *(sys.executable, "-m", "lachan", "reach", *words, "--engine", "spark"),
            *("--master", MASTER, *settings, "--out", str(there)),
        ],
        env=environment_of(tmp_path / "home"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert spark.returncode == 0
    assert spark.stderr.replace(f"file:{tmp_path}", "") == said.replace(str(tmp_path), "")
    rows = [("b", 1, 0, 3600), ("c", 1, 0, 3600)]
    for pattern in (here, f"{there}/*.parquet"):
        assert duckdb.sql(f"FROM '{pattern}' ORDER BY person").fetchall() == rows
    assert (there / "_SUCCESS").exists()
    assert not list(tmp_path.glob("*.work"))
