"""Pabulib files (`.pb`): a budget vote with its measures, their costs and every ballot.

The format is described at pabulib.org: three sections, META, PROJECTS and VOTES, of semicolons.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

SECTIONS = ("META", "PROJECTS", "VOTES")


class NotPabulib(ValueError):
    """The text is not a pabulib file; the message says why."""


@dataclass(frozen=True)
class Project:
    """One measure: what it costs, how many chose it, whether it is funded."""

    id: str
    cost: int
    name: str = ""
    votes: int | None = None
    selected: bool | None = None


@dataclass(frozen=True)
class Instance:
    """A budget vote; `votes` holds each voter's choice, by their number from 1."""

    budget: int
    projects: tuple[Project, ...]
    votes: tuple[tuple[str, ...], ...]
    meta: Mapping[str, str] = field(default_factory=dict)


def write(instance: Instance) -> str:
    """The file's text."""
    meta = {
        **instance.meta,
        "num_projects": str(len(instance.projects)),
        "num_votes": str(len(instance.votes)),
        "budget": str(instance.budget),
        "vote_type": "approval",
    }
    full = ("project_id", "cost", "votes", "name", "selected")
    rows = [
        (one.id, one.cost, "" if one.votes is None else one.votes, one.name,
         "" if one.selected is None else int(one.selected))
        for one in instance.projects
    ]  # fmt: skip
    votes = ((number, ",".join(vote)) for number, vote in enumerate(instance.votes, start=1))
    return (
        _section("META", ("key", "value"), meta.items())
        + _section("PROJECTS", full, rows)
        + _section("VOTES", ("voter_id", "vote"), votes)
    )


def _section(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    text.write(f"{name}\n")
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_flat(cell) for cell in row] for row in rows)
    return text.getvalue()


def _flat(cell: object) -> str:
    return " ".join(str(cell).split())


def read(text: str) -> Instance:
    """The budget vote in a file. Raises NotPabulib."""
    sections = _sections(text)
    meta = {row[0]: row[1] for row in sections["META"][1:] if len(row) > 1}
    projects = tuple(_project(row) for row in _named(sections["PROJECTS"]))
    known = {project.id for project in projects}
    votes = tuple(
        tuple(one for one in row.get("vote", "").split(",") if one)
        for row in _named(sections["VOTES"])
    )
    if any(one not in known for vote in votes for one in vote):
        raise NotPabulib("a vote names a project there is not")
    rest = {key: value for key, value in meta.items() if key not in _OURS}
    return Instance(_whole(meta.get("budget", "")), projects, votes, rest)


_OURS = ("num_projects", "num_votes", "budget", "vote_type")


def _sections(text: str) -> dict[str, list[list[str]]]:
    sections: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    for row in _rows(text):
        if len(row) == 1 and row[0].strip().upper() in SECTIONS:
            rows = sections.setdefault(row[0].strip().upper(), [])
        elif row:
            rows.append(row)
    missing = [name for name in SECTIONS if not sections.get(name)]
    if missing:
        raise NotPabulib(f"without {', '.join(missing)}")
    return sections


def _rows(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";"))
    except csv.Error as problem:
        raise NotPabulib(str(problem)) from None


def _named(rows: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    head = [cell.strip() for cell in rows[0]]
    return [dict(zip(head, row, strict=False)) for row in rows[1:]]


def _project(row: Mapping[str, str]) -> Project:
    votes, selected = row.get("votes", ""), row.get("selected", "")
    return Project(
        row.get("project_id", ""), _whole(row.get("cost", "")), row.get("name", ""),
        _whole(votes) if votes else None, selected.strip() == "1" if selected else None,
    )  # fmt: skip


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise NotPabulib(f"“{text[:40]}” is no whole number") from None
