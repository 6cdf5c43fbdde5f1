"""One line on a terminal that says how far long work has come; nothing anywhere else."""

import sys

#: Work on fewer rows is over before anybody wonders.
MANY = 1_000_000


class Progress:
    """Rewrites its line on standard error, if that is a terminal."""

    def __init__(self) -> None:
        self.told = 0
        self.shown = False

    def rows(self, file: str, rows: int) -> None:
        """Say once a million that so many rows of a file were read."""
        if rows // MANY != self.told:
            self.told = rows // MANY
            self.say(f"{file}: {self.told} million rows read" if self.told else "")

    def say(self, words: str) -> None:
        """Put other words on the line."""
        if sys.stderr.isatty() and (words or self.shown):
            sys.stderr.write(f"\r\x1b[K{words}")
            sys.stderr.flush()
            self.shown = bool(words)
