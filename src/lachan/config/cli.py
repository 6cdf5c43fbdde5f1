"""The command line `lachan`: a command's module is imported only when it is called."""

import sys
from importlib import import_module

#: command -> one line of help.  The module `config/commands/<name>.py` has `run(argv) -> int`.
COMMANDS = {
    "up": "start the database, the web and the worker, in the foreground",
    "down": "stop what `up` left running",
    "story": "fill an empty database with the demo story",
    "trace": "find contacts in files of visits and encounters; needs no database",
    "clusters": "find places with more cases than chance; needs no database",
    "rt": "estimate R(t) from cases a day; needs no database",
    "spread": "rank people and places by whom they infected; needs no database",
    "warning": "apply the law's arithmetic of epidemics and warnings; needs no database",
    "exposures": "score how likely contacts were infected, from files; needs no database",
    "pool": "say what pooled testing costs and misses, and which pools to take; needs no database",
    "zone": "find the narrowest zone that covers a share of the risk; needs no database",
    "reach": "find whom cases reached in tables of any size; DuckDB or Spark, no database",
    "qr": "say what scanned texts are, one JSON a line; needs no database",
    "lab": "results of laboratories: read files, enter them, listen for them",
    "people": "say how well records of one person are found; needs no database",
    "places": "resolve and convert codes of territory; needs no database",
    "account": "open accounts of staff, and help whoever is locked out",
    "audit": "verify the sealed chain of audit events",
    "keys": "rotate keys",
    "engine": "rebuild the tracing index from the database",
    "gateway": "the sandbox message gateway of the demo",
    "migrate": "bring the database schema up to date",
}


def usage() -> str:
    """The list of commands."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {help_}" for name, help_ in COMMANDS.items()]
    return "usage: lachan COMMAND [...]\n\n" + "\n".join(lines) + "\n"


def main(argv: list[str] | None = None) -> int:
    """Run one command; 2 when there is no such command."""
    arguments = sys.argv[1:] if argv is None else argv
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        sys.stdout.write(usage())
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        sys.stderr.write(f"lachan: there is no command {name!r}.\n\n{usage()}")
        return 2
    run = import_module(f"lachan.config.commands.{name}").run
    return int(run(rest))
