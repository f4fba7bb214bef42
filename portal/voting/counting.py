"""After the close: from the box to the published result."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlmodel import Session

from portal.accounts.models import Tier
from portal.consultations import abilities, lifecycle
from portal.consultations.models import Consultation, ConsultationOption, Phase
from portal.i18n import N_
from portal.refusal import Refusal
from portal.voting import boxes, disclosure, publication, receipts, tally
from portal.voting.boxes import Box

GRACE = timedelta(seconds=30)  # a vote that arrived in time may still be on its way to the disk
NOT_SAID = ""  # the group of those who did not answer the optional question

# every alias's last version; whatever came before it was replaced
LAST = """
SELECT tier, payload, nonce, commitment FROM {box}ballot AS ballot
WHERE version = (SELECT max(version) FROM {box}ballot AS later WHERE later.alias = ballot.alias)
"""


class NotYetClosed(Refusal):
    """Votes are counted after the close only."""

    status = 409
    message = N_(
        "Votes are counted after the close only, half a minute later at the earliest, so that "
        "a vote sent in time is never lost."
    )


class AlreadyCounted(Refusal):
    """The result is published."""

    status = 409
    message = N_("The votes of this consultation have been counted already.")


class NotCounted(Refusal):
    """There is no result to publish again."""

    status = 409
    message = N_("The votes of this consultation have not been counted yet.")


class BoxBroken(Refusal):
    """The box does not hold what it should; nothing is published."""

    status = 409
    title = N_("The ballot box needs an examination")
    message = N_(
        "The ballots do not agree with their commitments or with the rights issued, so nothing "
        "was published. The box must be examined first."
    )


@dataclass(frozen=True)
class Count:
    """What a box holds: ballots by tier, and how many people of each tier voted."""

    ballots: Mapping[str, "Counter[Pattern]"]
    cast: int  # with the ballots that were replaced later

    def tally(self, tiers: Sequence[str], options: Sequence[str]) -> tally.Tally:
        """The votes of these tiers together."""
        return tally.count(
            ((pattern.choice, times) for tier in tiers
             for pattern, times in self.ballots.get(tier, {}).items()), options)  # fmt: skip

    def groups(
        self, attribute: str, tiers: Sequence[str], options: Sequence[str]
    ) -> list[disclosure.Group]:
        """The same votes by what people said of themselves."""
        by_answer: dict[str, list[tuple[Sequence[str], int]]] = {}
        for tier in tiers:
            for pattern, times in self.ballots.get(tier, {}).items():
                answer = dict(pattern.attributes).get(attribute, NOT_SAID)
                by_answer.setdefault(answer, []).append((pattern.choice, times))
        groups = []
        for answer in sorted(by_answer):
            found = tally.count(by_answer[answer], options)
            groups.append(disclosure.Group(answer, found.ballots, found.votes))
        return groups


@dataclass(frozen=True)
class Pattern:
    """Equal ballots: what they approve and what they say of the voter."""

    choice: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]


def close(consultation: Consultation, now: datetime) -> None:
    """Close the box: from here on it refuses every ballot, whoever asks. Raises NotYetClosed."""
    if consultation.phase(now) in (Phase.DRAFT, Phase.ANNOUNCED, Phase.OPEN) or (
        now < consultation.closes_at + GRACE
    ):
        raise NotYetClosed
    box = boxes.of(consultation.id)
    day = now.astimezone(current_app.config["ZONE"]).date().isoformat()
    with box.lock, box.writing() as run:
        run("INSERT INTO {box}closing (kind, day) VALUES ('closed', ?) ON CONFLICT DO NOTHING", day)
    box.tidy()


def count(
    session: Session,
    consultation: Consultation,
    options: Sequence[ConsultationOption],
    *,
    now: datetime,
    actor: UUID | None = None,
) -> dict[str, Any]:
    """Close, count, publish, and say so. Raises NotYetClosed, AlreadyCounted, BoxBroken."""
    phase = consultation.phase(now)
    if phase in (Phase.COUNTED, Phase.ANSWERED):
        raise AlreadyCounted
    if not abilities.allowed("count", phase):
        raise NotYetClosed
    close(consultation, now)
    result = publication.result_of(consultation, options, read(consultation.id), counted_at=now)
    publication.write(consultation, result)
    lifecycle.mark_counted(session, consultation, now=now, actor=actor)
    return result


def publish_again(
    consultation: Consultation, options: Sequence[ConsultationOption]
) -> dict[str, Any]:
    """Write the public file once more, the same bytes as before. Raises NotCounted."""
    if consultation.counted_at is None:
        raise NotCounted
    found = read(consultation.id)
    result = publication.result_of(consultation, options, found, counted_at=consultation.counted_at)
    publication.write(consultation, result)
    return result


def read(consultation_id: UUID) -> Count:
    """Open a closed box: last version of each voter, each checked against its commitment."""
    box = boxes.of(consultation_id)
    ballots: dict[str, Counter[Pattern]] = {tier.value: Counter() for tier in Tier}
    for tier, payload, nonce, commitment in box.read(LAST):
        content = json.loads(bytes(payload))
        bound = receipts.commit(consultation_id, content, bytes(nonce))
        if bound.digest != bytes(commitment) or content["tier"] != tier:
            raise BoxBroken
        if content["choice"] is not None:  # None withdraws a vote
            ballots[tier][_pattern(content)] += 1
    cast = box.read("SELECT count(*) FROM {box}ballot")
    rights = issued(box)
    if any(sum(patterns.values()) > rights.get(tier, 0) for tier, patterns in ballots.items()):
        raise BoxBroken
    return Count(ballots, cast[0][0] if cast else 0)


def issued(box: Box) -> dict[str, int]:
    """How many people have voted, by tier: a right is issued to each once, with the first vote."""
    return dict(box.read('SELECT tier, count(*) FROM {box}"right" GROUP BY tier'))


def _pattern(content: Mapping[str, Any]) -> Pattern:
    return Pattern(tuple(content["choice"]), tuple(sorted(content["attrs"].items())))
