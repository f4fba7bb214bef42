"""What people may do with proposals, and what they are refused."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from portal.accounts.models import Role
from portal.proposals import lifecycle
from portal.proposals.models import Direction, Proposal, ReportReason, State, Support
from portal.proposals.refusals import (
    AlreadyReported,
    AlreadySupported,
    NotCollecting,
    NotSupportable,
    NotSupported,
    NotWithdrawable,
    NotYours,
    TooManyProposals,
    TooManyReports,
)
from portal.proposals.writing.draft import Draft
from portal.refusal import NotFound
from tests.conftest import NOON
from tests.factories import make_consultation, make_proposal

GOOD: dict[str, Any] = {
    "title": "Un filare di tigli in via Saffi",
    "body": "Alle fermate si aspetta sotto il sole.\n\nPiantiamo tigli.",
    "district": "navile",
}


def draft(**changes: Any) -> Draft:
    return Draft.model_validate({**GOOD, **changes})


def problems_of(**changes: Any) -> dict[str, str]:
    with pytest.raises(ValidationError) as found:
        draft(**changes)
    return {str(e["loc"][0]): e["msg"] for e in found.value.errors()}


def test_a_proposal_with_a_point_knows_its_district_and_area(session, sign_in):
    consultation, author = make_consultation(session, theme="verde"), sign_in()
    sent = draft(lat="44,493801234", lon="11.342601234", district="")
    made = lifecycle.propose(session, consultation, author, sent, now=NOON)
    assert (made.lat, made.lon) == (44.4938, 11.3426)
    assert made.district == "santo-stefano" or made.district == "porto-saragozza"
    assert made.area is not None
    assert (made.theme, made.language, made.state) == ("verde", "it", State.PUBLISHED)
    assert made.supports_count == 0 and not made.demonstration


def test_a_point_goes_before_the_district_chosen_beside_it(session, sign_in):
    sent = draft(lat="44.5440", lon="11.3572", district="savena")
    assert sent.place.district == "navile"


def test_a_district_or_the_whole_city_is_a_place_too(session):
    assert draft(district="savena").place.district == "savena"
    assert draft(district="city").place.district is None


MISTAKES: list[tuple[dict[str, str], str]] = [
    ({"title": "Troppo corto"}, "title"),
    ({"title": "x" * 151}, "title"),
    ({"title": "\u200b" * 40}, "title"),
    ({"body": "Poche parole"}, "body"),
    ({"body": "y" * 3001}, "body"),
    ({"district": ""}, "district"),
    ({"district": "atlantide"}, "district"),
    ({"lat": "44.49", "district": ""}, "lon"),
    ({"lon": "11.34", "district": ""}, "lon"),
    ({"lat": "45.4642", "lon": "9.19"}, "lon"),
    ({"lat": "nan", "lon": "11.34"}, "lat"),
    ({"lat": "inf", "lon": "11.34"}, "lat"),
    ({"lat": "1e309", "lon": "11.34"}, "lat"),
    ({"lat": "9" * 400, "lon": "11.34"}, "lat"),
    ({"lat": "91", "lon": "11.34"}, "lat"),
    ({"lat": "44.49", "lon": "-181"}, "lon"),
    ({"lat": "qui", "lon": "là"}, "lat"),
    ({"theme": "astrologia"}, "theme"),
    ({"language": "xx"}, "language"),
    ({"indicator": "felicita", "direction": "up"}, "indicator"),
    ({"indicator": "alberi"}, "direction"),
    ({"direction": "up"}, "direction"),
    ({"indicator": "alberi", "direction": "sideways"}, "direction"),
    ({"scenario": "verde-marte"}, "scenario"),
]


def test_a_draft_with_a_mistake_names_the_field(app):
    with app.test_request_context("/it/"):
        for changes, field in MISTAKES:
            assert field in problems_of(**changes), changes


def test_every_mistake_is_named_at_once(app):
    with app.test_request_context("/it/"):
        found = problems_of(title="x", body="y", lat="nan", lon="11", district="", theme="z")
    assert set(found) >= {"title", "body", "lat", "theme"}
    assert "district" not in found  # a place was tried: its own mistake is enough


def test_a_wish_names_a_figure_and_its_direction(session, sign_in):
    sent = draft(
        indicator="alberi_per_1000_abitanti", direction="up", scenario="verde-dove-mancano"
    )
    made = lifecycle.propose(session, make_consultation(session), sign_in(), sent, now=NOON)
    assert (made.indicator, made.direction) == ("alberi_per_1000_abitanti", Direction.UP)
    assert made.scenario == "verde-dove-mancano"


def test_the_same_text_sent_again_is_the_same_proposal(session, sign_in):
    consultation, author = make_consultation(session), sign_in()
    first = lifecycle.propose(session, consultation, author, draft(), now=NOON)
    again = lifecycle.propose(session, consultation, author, draft(), now=NOON)
    assert again.id == first.id
    other = lifecycle.propose(session, consultation, sign_in(), draft(), now=NOON)
    assert other.id != first.id


def test_five_proposals_a_day_are_the_most_of_one_person(session, sign_in):
    consultation, author = make_consultation(session), sign_in()
    for number in range(lifecycle.PER_DAY):
        sent = draft(title=f"La mia proposta numero {number}")
        lifecycle.propose(session, consultation, author, sent, now=NOON)
    with pytest.raises(TooManyProposals):
        lifecycle.propose(session, consultation, author, draft(), now=NOON)
    tomorrow = NOON + timedelta(days=1, seconds=1)
    assert lifecycle.propose(session, consultation, author, draft(), now=tomorrow)


@pytest.mark.parametrize("days", [-21, 11])
def test_nothing_is_collected_before_the_announcement_or_after_the_close(session, sign_in, days):
    consultation, now = make_consultation(session), NOON + timedelta(days=days)
    proposal = make_proposal(session, consultation_id=consultation.id)
    with pytest.raises(NotCollecting):
        lifecycle.propose(session, consultation, sign_in(), draft(), now=now)
    with pytest.raises(NotCollecting):
        lifecycle.support(session, consultation, proposal, sign_in(), now=now)


def test_proposals_are_collected_from_the_announcement_on(session, sign_in):
    consultation, early = make_consultation(session), NOON - timedelta(days=5)
    assert lifecycle.propose(session, consultation, sign_in(), draft(), now=early)


def _count(session, proposal) -> tuple[int, int]:
    kept = session.execute(
        sa.select(Proposal.supports_count).where(Proposal.id == proposal.id)
    ).scalar_one()
    rows = session.execute(
        sa.select(sa.func.count()).select_from(Support).where(Support.proposal_id == proposal.id)
    ).scalar_one()
    return kept, rows


def test_two_quick_clicks_count_once(session, sign_in):
    consultation, citizen = make_consultation(session), sign_in()
    proposal = make_proposal(session, consultation_id=consultation.id)
    assert lifecycle.support(session, consultation, proposal, citizen, now=NOON) == 1
    with pytest.raises(AlreadySupported):
        lifecycle.support(session, consultation, proposal, citizen, now=NOON)
    assert _count(session, proposal) == (1, 1)
    assert lifecycle.supports(session, proposal, citizen)


def test_a_support_can_be_taken_back_once(session, sign_in):
    consultation, citizen = make_consultation(session), sign_in()
    proposal = make_proposal(session, consultation_id=consultation.id)
    with pytest.raises(NotSupported):
        lifecycle.unsupport(session, consultation, proposal, citizen, now=NOON)
    lifecycle.support(session, consultation, proposal, citizen, now=NOON)
    assert lifecycle.unsupport(session, consultation, proposal, citizen, now=NOON) == 0
    assert _count(session, proposal) == (0, 0)


def test_the_kept_count_always_equals_the_rows(session, sign_in):
    consultation = make_consultation(session)
    proposal = make_proposal(session, consultation_id=consultation.id)
    people = [sign_in() for _ in range(6)]
    for turn in range(30):
        verb = lifecycle.support if turn % 3 else lifecycle.unsupport
        with suppress(AlreadySupported, NotSupported):
            verb(session, consultation, proposal, people[turn * 5 % 6], now=NOON)
        kept, rows = _count(session, proposal)
        assert kept == rows == proposal.supports_count


def test_a_closed_proposal_gets_no_support(session, sign_in):
    consultation = make_consultation(session)
    for state in (State.WITHDRAWN, State.REJECTED, State.HIDDEN):
        before = State.PUBLISHED if state is State.HIDDEN else None
        proposal = make_proposal(
            session, consultation_id=consultation.id, state=state, hidden_from=before
        )
        with pytest.raises(NotSupportable):
            lifecycle.support(session, consultation, proposal, sign_in(), now=NOON)


def test_an_author_withdraws_with_a_reason(session, sign_in):
    author = sign_in()
    proposal = make_proposal(session, author_id=author.id)
    lifecycle.withdraw(session, proposal, author, "Ho cambiato idea.", now=NOON)
    assert (proposal.state, proposal.state_reason) == (State.WITHDRAWN, "Ho cambiato idea.")
    with pytest.raises(NotWithdrawable):
        lifecycle.withdraw(session, proposal, author, "Ancora una volta.", now=NOON)


def test_nobody_withdraws_somebody_elses_proposal(session, sign_in):
    proposal = make_proposal(session)
    for role in Role:
        with pytest.raises(NotYours):
            lifecycle.withdraw(session, proposal, sign_in(role), "Non mi va.", now=NOON)


def test_an_answered_proposal_cannot_be_withdrawn(session, sign_in):
    author = sign_in()
    proposal = make_proposal(session, author_id=author.id, state=State.ACCEPTED)
    with pytest.raises(NotWithdrawable):
        lifecycle.withdraw(session, proposal, author, "Ho cambiato idea.", now=NOON)


def test_one_report_per_person_and_proposal(session, sign_in):
    proposal, reader = make_proposal(session), sign_in()
    lifecycle.report(session, proposal, reader, ReportReason.SPAM, "", now=NOON)
    with pytest.raises(AlreadyReported):
        lifecycle.report(session, proposal, reader, ReportReason.OFFENSIVE, "", now=NOON)


def test_reports_have_a_daily_limit(session, sign_in):
    reader, consultation = sign_in(), make_consultation(session)
    for _ in range(lifecycle.REPORTS_PER_DAY):
        proposal = make_proposal(session, consultation_id=consultation.id)
        lifecycle.report(session, proposal, reader, ReportReason.SPAM, "", now=NOON)
    with pytest.raises(TooManyReports):
        lifecycle.report(session, make_proposal(session), reader, ReportReason.SPAM, "", now=NOON)


def test_a_proposal_is_found_only_in_its_own_consultation(session):
    proposal, other = make_proposal(session), make_consultation(session)
    with pytest.raises(NotFound):
        lifecycle.find(session, other, proposal.id)
