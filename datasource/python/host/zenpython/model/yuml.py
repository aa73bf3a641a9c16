"""Relations between classes as zenpacklib writes them: its own short form and yUML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_SHORT = re.compile(
    r"^\s*(?P<left>[\w.]+)\s*(?:\((?P<left_rel>\w+)\))?\s+(?P<left_many>1|M|MC):(?P<right_many>1|M|MC)\s+"
    r"(?:\((?P<right_rel>\w+)\)\s*)?(?P<right>[\w.]+)\s*(?:\((?P<right_rel2>\w+)\))?\s*$"
)
_YUML = re.compile(
    r"^\s*\[(?P<left>[\w.]+)\](?P<left_end>[^\[\]]*?)-(?:\.-)?(?P<right_end>[^\[\]]*?)\[(?P<right>[\w.]+)\]\s*$"
)
_CARDINALITY = re.compile(r"\+\+|\d+\.\.\*|\*|\d+")
_MANY_CARDINALITIES = ("*", "++")


@dataclass(frozen=True)
class End:
    """One end of a relation: its class, the name by which that class calls the relation, and how many it holds."""

    class_name: str
    relation: str
    holds: str  # of the other class: "1", "M", or "MC" where they are parts


@dataclass(frozen=True)
class ClassRelation:
    """A relation between two classes."""

    left: End
    right: End


def parse_relations(lines: Any) -> list[ClassRelation]:
    """Return the relations of a ``class_relationships`` entry: a list of texts and maps, or one text of lines.

    A line that is neither form raises ValueError with the line.
    """
    if isinstance(lines, str):
        lines = lines.splitlines()
    found = []
    for line in lines or ():
        if isinstance(line, dict):
            found.append(_from_map(line))
        elif line.strip() and not line.lstrip().startswith(("//", "#")):
            found.append(_from_text(line))
    return found


def _from_map(entry: dict[str, Any]) -> ClassRelation:
    left, right = entry["left_class"], entry["right_class"]
    left_type, right_type = entry.get("left_type", "ToMany"), entry.get("right_type", "ToOne")
    return _relation(
        left, entry.get("left_relname"), _KINDS[left_type], _KINDS[right_type], entry.get("right_relname"), right
    )


_KINDS = {"ToOne": "1", "ToMany": "M", "ToManyCont": "MC"}


def _from_text(line: str) -> ClassRelation:
    if match := _SHORT.match(line):
        # "A 1:MC B" reads: one A has many B, so A's relation holds what stands on the right of the colon.
        return _relation(
            match["left"], match["left_rel"], match["right_many"], match["left_many"],
            match["right_rel"] or match["right_rel2"], match["right"],
        )  # fmt: skip
    if match := _YUML.match(line):
        return _from_yuml(match)
    raise ValueError(f"class_relationships: {line.strip()!r} is neither 'Left(relation) 1:MC (relation)Right' nor yUML")


def _from_yuml(match: re.Match[str]) -> ClassRelation:
    left_name, left_count = _yuml_end(match["left_end"])
    right_name, right_count = _yuml_end(match["right_end"])
    # In yUML ++ stands at the container; a number or star stands at the class that it counts.
    contained = left_count == "++"
    left_holds = "MC" if contained else "M" if right_count.endswith(_MANY_CARDINALITIES) else "1"
    right_holds = "1" if contained else "M" if left_count.endswith(_MANY_CARDINALITIES) else "1"
    return _relation(match["left"], left_name, left_holds, right_holds, right_name, match["right"])


def _yuml_end(text: str) -> tuple[str | None, str]:
    """Return the relation's name, if one is given, and the cardinality at one end."""
    cardinality = _CARDINALITY.search(text)
    name = re.sub(r"[^\w]", "", _CARDINALITY.sub("", text))
    return name or None, cardinality.group() if cardinality else "1"


def _relation(
    left: str, left_rel: str | None, left_holds: str, right_holds: str, right_rel: str | None, right: str
) -> ClassRelation:
    return ClassRelation(
        End(left, left_rel or default_name(right, left_holds), left_holds),
        End(right, right_rel or default_name(left, right_holds), right_holds),
    )


def default_name(remote_class: str, holds: str) -> str:
    """Return the name of a relation that was given none: that of the other class, in the plural for many."""
    name = remote_class.rpartition(".")[2]
    name = name[:1].lower() + name[1:]
    return name if holds == "1" else name + "s"
