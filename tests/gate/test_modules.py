"""Every name that a module of the scan pages imports is there: a browser would show an empty
page."""

import re
from posixpath import dirname, normpath

from tests.gate import twins

EXPORT = re.compile(r"export (?:async )?(?:function|const|class) (\w+)")
IMPORT = re.compile(r'(?:import|export) \{([^}]*)\} from "(\.[\w./-]+\.js)"')
PASSED_ON = re.compile(r"export \{([^}]*)\} from")
#: Folder of files -> folder of addresses.
FOLDERS = {
    twins.STATIC: "gate",
    twins.SHARED: "ui/scan",
    twins.ROOT / "src/lachan/sampling/static/sampling": "sampling",
    twins.ROOT / "src/lachan/vaccination/static/vaccination": "vaccination",
}


def test_every_import_is_exported() -> None:
    texts = {
        f"{address}/{path.name}": path.read_text("utf-8")
        for folder, address in FOLDERS.items()
        for path in folder.glob("*.js")
    }
    exported = {
        name: {
            *EXPORT.findall(text),
            *(word.strip() for words in PASSED_ON.findall(text) for word in words.split(",")),
        }
        for name, text in texts.items()
    }
    absent = [
        (name, word.strip(), source)
        for name, text in texts.items()
        for words, source in IMPORT.findall(text)
        for word in words.split(",")
        if word.strip()
        and word.split(" as ")[0].strip()
        not in exported.get(normpath(f"{dirname(name)}/{source}"), set())
    ]
    assert absent == []
    assert len(texts) > 20
