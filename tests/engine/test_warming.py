"""Nothing is compiled while an officer waits."""

import subprocess
import sys
from pathlib import Path

#: After warming up, a whole round of feeding and asking may compile nothing more.
PROBE = """
import sys
from pathlib import Path
from numba.core.dispatcher import Dispatcher
from lachan.engine import warming

warming.warm_up()
compiled = Dispatcher._compile_for_args
seen = []


def noting(self, *arguments, **words):
    seen.append(self.py_func.__qualname__)
    return compiled(self, *arguments, **words)


Dispatcher._compile_for_args = noting
from tests.engine.indexed import CLUSTER, cases_of, feed, with_uuids
from tests.engine.worlds import random_world
from lachan.engine.store import Store
import random

folder = Path(sys.argv[1])
for seed in range(5):
    world = with_uuids(random_world(seed))
    feed(folder / str(seed), world, random.Random(seed))
    store = Store(folder / str(seed), CLUSTER)
    reach = store.reach(cases_of(world), world.rule)
    store.explain(reach, [row.person for row in reach.people])
    store.related(cases_of(world))
print(",".join(seen))
"""


def test_it_compiles_all_that_feeding_and_asking_need(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
        env={"PYTHONPATH": f"{root / 'src'}:{root}", "HOME": str(Path.home()), "PATH": "/usr/bin"},
    )

    assert done.stdout.strip() == ""
