"""The browser's own modules in one Node process, asked by tests."""

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from lachan.core.signing import public_points

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "src/lachan/gate/static/gate"
#: What the gate and the sampling table share.
SHARED = ROOT / "src/lachan/ui/static/ui/scan"
NODE = shutil.which("node")


def ask(told: dict[str, Any], script: str = "pack_twin.mjs") -> Any:
    """What the modules answer to `told`, which travels as JSON."""
    assert NODE, "node is needed to play the browser's modules (.ci/run installs it)"
    command = [NODE, str(ROOT / "tests/gate" / script), str(STATIC), str(SHARED)]
    text = json.dumps(told)
    made = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)


def points() -> dict[str, str]:
    """The public keys as `/gate/keys.json` gives them."""
    return {str(key): base64.b64encode(point).decode() for key, point in public_points().items()}


def packed(pack: dict[str, Any], gate: str, asked: list[list[Any]]) -> dict[str, Any]:
    """What a pack says of [pseudonym in hex or None, second] each."""
    answer: dict[str, Any] = ask({"keys": points(), "pack": pack, "gate": gate, "asked": asked})
    return answer
