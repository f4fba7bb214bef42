"""Write faults for people at a terminal: by file, counted, always in the same order."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Any

import click

from portal.i18n import N_, gettext, ngettext
from portal.scenarios.authoring.placeholders import STILL
from portal.scenarios.checking.faults import Fault

OF_ONE_KIND = 60  # of one rule in one column of one file; `--all` writes every one


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """By file, row and column; what concerns no file comes last. Nothing is said twice."""
    return sorted(dict.fromkeys(faults), key=_key)


def _key(fault: Fault) -> tuple[Any, ...]:
    row = -1 if fault.row is None else fault.row
    return (not fault.file, fault.file, row, fault.column or "", fault.reason, str(fault.gaps))


def lines(faults: Iterable[Fault], *, every: bool = False) -> list[str]:
    """The report, with marks for colour that are left out where there is no terminal."""
    ordered = in_order(faults)
    files = len({f.file for f in ordered if f.file})
    count = ngettext("%(n)s problem", "%(n)s problems", len(ordered))
    where = ngettext("in %(n)s file", "in %(n)s files", files)
    still = sum(f.reason == STILL for f in ordered)
    rest = gettext(N_(" Still to fill: %(still)s."), still=still) if still else ""
    out = [click.style((f"{count}, {where}." if files else f"{count}.") + rest, bold=True)]
    for file, group in groupby(ordered, key=lambda f: f.file):
        out += _file(file, list(group), every)
    return out


def _file(file: str, faults: list[Fault], every: bool) -> list[str]:
    out = ["", click.style(f"{file} ({len(faults)})", bold=True)] if file else [""]
    kinds = Counter(_kind(f) for f in faults)
    told: Counter[Any] = Counter()
    for fault in faults:
        told[_kind(fault)] += 1
        if every or told[_kind(fault)] <= OF_ONE_KIND:
            out.append(_line(fault))
        elif told[_kind(fault)] == kinds[_kind(fault)]:
            out.append(_rest(fault, kinds[_kind(fault)] - OF_ONE_KIND))
    return out


def _kind(fault: Fault) -> tuple[str, str]:
    column = (fault.column or "").split("[")[0]
    return fault.reason, column


def _line(fault: Fault) -> str:
    where = click.style(fault.where, fg="cyan") + ": " if fault.where else ""
    return f"  {where}{fault.words}"


def _rest(last: Fault, count: int) -> str:
    said = gettext(
        N_("… and %(count)s more of this kind, the last at %(where)s; --all writes every one."),
        count=count,
        where=last.where or last.file,
    )
    return f"  {said}"
