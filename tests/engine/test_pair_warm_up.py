"""What is compiled before the first question."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: Runs in a process of its own, so that no other test has compiled anything before.
QUESTIONS = """
from lachan.engine.kernels import (
    gathering_pairs, joining_meetings, meeting_pairs, ordering, relating, summing_pairs, uniting
)
from lachan.engine.pair_names import meetings_named, related_named, trace_named, warm_up
from tests.engine.pair_worlds import random_pair_world

modules = (
    gathering_pairs, joining_meetings, meeting_pairs, ordering, relating, summing_pairs, uniting
)

def compiled():
    return {
        kernel.__name__: len(kernel.signatures)
        for module in modules
        for kernel in vars(module).values()
        if hasattr(kernel, "signatures")
    }

warm_up()
before = compiled()
for seed in range(60):
    world = random_pair_world(seed)
    trace_named(*world)
    meetings_named(*world, 1)
    related_named(*world)
assert sum(before.values()) > 12, before
print({name: (before[name], now) for name, now in compiled().items() if now != before[name]})
"""


def test_no_question_waits_for_a_kernel_after_warming_up() -> None:
    command = [sys.executable, "-c", QUESTIONS]
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": paths}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    assert (done.stdout, done.stderr) == ("{}\n", "")
