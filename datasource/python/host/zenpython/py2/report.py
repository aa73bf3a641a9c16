"""What translation did to a file and what it could not do safely, for `plugins check`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Note(NamedTuple):
    """One line of the report: line number in the original file, and what is there."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


@dataclass
class Notes:
    """Collects changes and problems while a file is translated; each is said once a line."""

    changes: list[Note] = field(default_factory=list)
    problems: list[Note] = field(default_factory=list)

    def change(self, line: int, text: str) -> None:
        """Record something that was translated."""
        self._add(self.changes, Note(line, text))

    def problem(self, line: int, text: str) -> None:
        """Record something that may behave differently from Python 2 and needs a person to look."""
        self._add(self.problems, Note(line, text))

    @staticmethod
    def _add(notes: list[Note], note: Note) -> None:
        if note not in notes[-20:]:
            notes.append(note)
