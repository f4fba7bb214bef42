"""Flagged votes as reviewers see them: numbers, signs and groups; neither persons nor choices."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.consultations.models import Consultation, Outcome
from portal.voting.box import boxes
from portal.voting.guard import seals
from portal.voting.guard.seals import Seals
from portal.voting.guard_models import GuardAct, Verdict

NUMBER = 8  # letters of a case's number


class State(Enum):
    """Where a flagged vote stands."""

    HELD = "held"
    RELEASED = "released"
    EXCLUDED = "excluded"


@dataclass(frozen=True)
class Case:
    """A flagged vote. `decided` is the verdict that holds, `exclusion` what one appeals against."""

    alias: bytes
    number: str
    group: str
    day: str
    signs: Mapping[str, str]
    appeal: str | None = None
    decided: GuardAct | None = None
    exclusion: GuardAct | None = None

    @property
    def state(self) -> State:
        """Held until two persons decided."""
        if self.decided is None:
            return State.HELD
        released = self.decided.verdict is Verdict.RELEASE
        return State.RELEASED if released else State.EXCLUDED

    @property
    def unanswered(self) -> bool:
        """Whether its voter appealed against the exclusion, and nobody has answered."""
        excluded = self.state is State.EXCLUDED
        return bool(excluded and self.appeal is not None and not self.final)

    @property
    def final(self) -> bool:
        """Whether an appeal was answered: nothing comes after that."""
        return self.decided is not None and self.decided.appeal


def of(session: Session, consultation: Consultation) -> list[Case]:
    """Every flagged vote of a consultation, by group and number."""
    key = seals.of(consultation.id)
    rows = boxes.of(consultation.id).read("SELECT alias, sealed FROM {box}flag")
    if key is None or not rows:
        return []
    known = {bytes(row[0]): bytes(row[1]) for row in rows}
    said = _appeals(key, consultation.id)
    verdicts = _verdicts(decided(session, consultation.id))
    found = [_case(key, alias, key.open(sealed), said, verdicts)
             for alias, sealed in known.items()]  # fmt: skip
    return sorted(found, key=lambda case: (case.group, case.number))


def one(session: Session, consultation: Consultation, alias: bytes) -> Case | None:
    """The case of one voter, if the vote was flagged."""
    box, key = boxes.of(consultation.id), seals.of(consultation.id)
    rows = box.read("SELECT sealed FROM {box}flag WHERE alias = ?", alias)
    if key is None or not rows:
        return None
    verdicts = _verdicts(decided(session, consultation.id))
    said = _appeals(key, consultation.id, alias)
    return _case(key, alias, key.open(bytes(rows[0][0])), said, verdicts)


def _case(
    key: Seals, alias: bytes, kept: Any, said: Mapping[bytes, str],
    verdicts: Mapping[str, Sequence[GuardAct]],
) -> Case:  # fmt: skip
    number = key.code("case", alias, NUMBER)
    acts = verdicts.get(number, ())
    excluding = [act for act in acts if act.verdict is Verdict.EXCLUDE and not act.appeal]
    return Case(
        alias, number, kept["group"], kept["day"], kept["signs"], said.get(alias),
        acts[-1] if acts else None, excluding[-1] if excluding else None,
    )  # fmt: skip


def _appeals(key: Seals, consultation_id: UUID, alias: bytes | None = None) -> dict[bytes, str]:
    where, values = (" WHERE alias = ?", (alias,)) if alias is not None else ("", ())
    statement = f"SELECT alias, sealed FROM {{box}}appeal{where}"  # noqa: S608
    rows = boxes.of(consultation_id).read(statement, *values)
    return {bytes(found): key.open(bytes(sealed)) or "" for found, sealed in rows}


def decided(session: Session, consultation_id: UUID) -> list[GuardAct]:
    """The verdicts two persons agreed on, oldest first."""
    query = sa.select(GuardAct).where(
        col(GuardAct.consultation_id) == consultation_id,
        col(GuardAct.outcome) == Outcome.CONFIRMED,
    )
    return list(session.scalars(query.order_by(col(GuardAct.decided_at), col(GuardAct.id))))


def _verdicts(acts: Iterable[GuardAct]) -> dict[str, list[GuardAct]]:
    found: dict[str, list[GuardAct]] = {}
    for act in acts:
        for number in act.cases:
            found.setdefault(number, []).append(act)
    return found


# --- in numbers -----------------------------------------------------------------------------


def numbers(cases: Sequence[Case]) -> dict[str, Any]:
    """How many were flagged, and what became of them, by formula and by ground."""
    states = Counter(case.state for case in cases)
    excluded = [case for case in cases if case.state is State.EXCLUDED]
    return {
        "flagged": len(cases),
        "held": states[State.HELD],
        "released": states[State.RELEASED],
        "excluded": states[State.EXCLUDED],
        "appeals": sum(case.appeal is not None for case in cases),
        "reasons": dict(sorted(Counter(
            case.decided.ground for case in excluded if case.decided).items())),
        "formulas": _by_formula(cases),
    }  # fmt: skip


def _by_formula(cases: Sequence[Case]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for case in cases:
        for id, version in case.signs.items():
            told = found.setdefault(
                id, {"version": version, "flagged": 0, "held": 0, "released": 0, "excluded": 0}
            )
            told["flagged"] += 1
            told[case.state.value] += 1
    return dict(sorted(found.items()))


def rounded(told: Mapping[str, Any], to: int) -> dict[str, Any]:
    """The same to the nearest ten, as long as voting goes on."""
    return {
        name: rounded(value, to) if isinstance(value, dict)
        else (value + to // 2) // to * to if isinstance(value, int) else value
        for name, value in told.items()
    }  # fmt: skip
