"""Acts on a consultation: announced whole or not at all, only ever extended, in their phase."""

from datetime import timedelta

import pytest

from portal.accounts.models import Role
from portal.consultations import abilities, gate, lifecycle, listing
from portal.consultations.lifecycle import BadExtension, CannotAnnounce, WrongPhase
from portal.consultations.listing import UnknownConsultation
from portal.consultations.models import Consultation, ConsultationOption, Phase
from portal.scenarios import store
from tests.conftest import NOON
from tests.factories import make_consultation

DAY = timedelta(days=1)
LANGUAGES = ["it", "en"]
WORDS = {"it": "Parole", "en": "Words"}


def draft(**values):
    texts = dict.fromkeys(("title", "question", "summary", "can_change", "cannot_change"), WORDS)
    values = {"slug": "alberi", "family": "verde", "opens_at": NOON + DAY,
              "closes_at": NOON + 9 * DAY, **texts, **values}  # fmt: skip
    return Consultation(**values)


def option(key="dove-mancano", **values):
    package = store().package("verde-dove-mancano")
    values = {"key": key, "position": 0, "title": WORDS, "package": package.name,
              "version": package.version, "sha256": package.sha256, **values}  # fmt: skip
    return ConsultationOption(**values)


def announce(session, consultation, options):
    return lifecycle.announce(
        session, consultation, options, store=store(), languages=LANGUAGES, now=NOON
    )


def test_a_good_consultation_is_announced_with_its_options_in_order(session):
    consultation = announce(session, draft(), [option("b"), option("a")])
    assert consultation.phase(NOON) is Phase.ANNOUNCED
    assert [o.key for o in listing.options_of(session, consultation)] == ["b", "a"]
    acts = lifecycle.acts_of(session, consultation)
    assert [act.action for act in acts] == ["consultation.announced"]


def test_every_problem_is_named_at_once(session):
    make_consultation(session, slug="alberi")
    bad = draft(
        title={"it": "Solo italiano"}, question={}, closes_at=NOON, tiers=["X"],
        attributes=["district", "age", "shoe size"], announced_at=NOON + 3 * DAY,
    )  # fmt: skip
    options = [
        option("none"), option("Big Letters", title={"it": "x"}), option("a", version="9.9.9"),
        option("b", sha256="0" * 64), option("c", package="atlantide-1"), option("c"),
    ]  # fmt: skip
    with pytest.raises(CannotAnnounce) as refused:
        announce(session, bad, options)
    fields = [problem.field for problem in refused.value.problems]
    for field in ("title", "question", "closes_at", "tiers", "attributes", "opens_at", "slug",
                  "options.none", "options.Big Letters", "options.a", "options.b", "options.c",
                  "options.Big Letters.title"):  # fmt: skip
        assert field in fields, field
    assert all(problem.text for problem in refused.value.problems)


def test_one_option_is_no_choice(session):
    with pytest.raises(CannotAnnounce):
        announce(session, draft(), [option()])


def test_voting_can_be_extended_with_a_reason(session, sign_in):
    consultation, manager = make_consultation(session), sign_in(Role.COMMUNITY_MANAGER)
    closes = consultation.closes_at + 2 * DAY
    lifecycle.extend(session, consultation, closes, reason="The portal was away for an hour.",
                     actor=manager.id, now=NOON)  # fmt: skip
    assert consultation.closes_at == closes
    act = lifecycle.acts_of(session, consultation)[0]
    assert act.reason.startswith("The portal was away") and act.actor == manager.id


@pytest.mark.parametrize(
    ("by", "reason"), [(-DAY, "A good reason."), (0 * DAY, "A good reason."), (DAY, "no"),
                       (900 * DAY, "A good reason.")]
)  # fmt: skip
def test_voting_is_never_made_shorter_nor_extended_without_reason(session, sign_in, by, reason):
    consultation, manager = make_consultation(session), sign_in(Role.COMMUNITY_MANAGER)
    with pytest.raises(BadExtension):
        lifecycle.extend(session, consultation, consultation.closes_at + by, reason=reason,
                         actor=manager.id, now=NOON)  # fmt: skip


def test_each_act_belongs_to_its_phase(session, sign_in):
    consultation, manager = make_consultation(session), sign_in(Role.COMMUNITY_MANAGER)
    with pytest.raises(WrongPhase):
        lifecycle.mark_counted(session, consultation, now=NOON)
    with pytest.raises(WrongPhase):
        lifecycle.mark_answered(session, consultation, now=NOON)
    after = consultation.closes_at + DAY
    with pytest.raises(WrongPhase):
        lifecycle.extend(session, consultation, after + DAY, reason="Once more, please.",
                         actor=manager.id, now=after)  # fmt: skip
    lifecycle.mark_counted(session, consultation, now=after)
    with pytest.raises(WrongPhase):
        lifecycle.mark_counted(session, consultation, now=after)
    lifecycle.mark_answered(session, consultation, now=after + DAY)
    assert consultation.phase(after + 2 * DAY) is Phase.ANSWERED


def test_phases_follow_from_the_dates(session):
    consultation = make_consultation(session)
    phases = [consultation.phase(NOON + days * DAY) for days in (-9, -8, -1, 9, 10)]
    assert phases == [Phase.DRAFT, Phase.ANNOUNCED, Phase.OPEN, Phase.OPEN, Phase.CLOSED]
    consultation.cancelled_at = NOON
    assert consultation.phase(NOON) is Phase.CANCELLED


def test_a_draft_is_nobodys_to_see(session):
    make_consultation(session, slug="segreta", announced_at=None)
    with pytest.raises(UnknownConsultation):
        listing.find(session, "segreta", NOON)
    assert "segreta" not in [one.slug for one in listing.announced(session, NOON)]


def test_the_list_puts_first_what_can_be_done_now(session):
    far = {"opens_at": NOON - DAY, "closes_at": NOON + 20 * DAY}
    make_consultation(session, slug="past", opens_at=NOON - 5 * DAY, closes_at=NOON - DAY)
    make_consultation(session, slug="coming", opens_at=NOON + DAY, closes_at=NOON + 2 * DAY)
    make_consultation(session, slug="open-long", **far)
    make_consultation(session, slug="open-soon-over")
    order = [one.slug for one in listing.announced(session, NOON)]
    assert order == ["open-soon-over", "open-long", "coming", "past"]


@pytest.mark.parametrize("role", [None, *Role])
def test_results_are_hidden_from_every_role_until_the_count(session, role, sign_in):
    consultation = make_consultation(session)
    viewer = sign_in(role) if role else None
    for days in (-5, 0, 9, 11, 300):
        assert not gate.results_visible(consultation, viewer, NOON + days * DAY)
    consultation.counted_at = NOON + 11 * DAY
    assert gate.results_visible(consultation, viewer, NOON + 12 * DAY)


def test_what_may_be_done_is_one_table_of_phase_and_role():
    assert abilities.may(Role.CITIZEN, "vote", Phase.OPEN)
    assert not abilities.may(Role.CITIZEN, "vote", Phase.ANNOUNCED)
    assert not abilities.may(None, "vote", Phase.OPEN)
    assert abilities.may(Role.COMMUNITY_MANAGER, "count", Phase.CLOSED)
    assert not abilities.may(Role.CITIZEN, "count", Phase.CLOSED)
    assert not abilities.may(Role.ADMINISTRATOR, "fly", Phase.OPEN)
