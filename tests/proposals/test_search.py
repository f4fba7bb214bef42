"""Searches find what people mean; the map, the feed and the files show the same filter."""

from xml.etree import ElementTree

import pytest
import sqlalchemy as sa

from portal import db
from portal.proposals import texts
from portal.proposals.families import shown
from portal.proposals.mapping import cells, dots
from portal.proposals.models import Origin, Proposal, State, TextStatus
from portal.proposals.searching import listing, stems
from portal.proposals.searching.filters import Answered, Filter, Sort
from tests.conftest import NOON
from tests.factories import make_consultation, make_proposal
from tests.proposals.conftest import LIST

ATOM = "{http://www.w3.org/2005/Atom}"


def found(session, consultation, **asked) -> list[str]:
    return [row.title for row in listing.page(session, consultation.id, Filter(**asked)).rows]


@pytest.mark.parametrize(
    ("text", "language", "asked"),
    [
        ("Più alberi alle fermate", "it", "albero fermata"),
        ("La CITTÀ è di tutti", "it", "citta"),
        ("Trees for the schools", "en", "tree school"),
        ("Una panchina all'ombra", "it", "panchine ombre"),
        ("地铁站需要更多的树", "zh", "树"),
    ],
)
def test_accents_capitals_and_endings_do_not_count(session, text, language, asked):
    consultation = make_consultation(session)
    proposal = make_proposal(session, consultation_id=consultation.id, language=language)
    proposal.search = stems.searchable(f"{text} e altre cose", language, most=6300)
    session.add(proposal)
    session.flush()
    assert found(session, consultation, q=asked) == [proposal.title]
    assert found(session, consultation, q=f"{asked} ippopotamo") == []


def test_little_words_do_not_narrow(session):
    consultation = make_consultation(session)
    make_proposal(session, consultation_id=consultation.id)
    assert len(found(session, consultation, q="gli alberi della piazza")) == 1
    assert len(found(session, consultation, q='"alberi" OR -piazza* (NEAR')) == 0


def test_every_filter_narrows_few_and_many_alike(session, monkeypatch):
    consultation = make_consultation(session)
    values = [
        {"state": State.ACCEPTED}, {"state": State.EVALUATING}, {"origin": Origin.MEETING},
        {"language": "en"}, {"lat": 44.49, "lon": 11.34, "district": "savena"}, {"theme": "casa"},
    ]  # fmt: skip
    for more in values:
        make_proposal(session, consultation_id=consultation.id, **more)
    cell = str(cells.Cell.at(15, 44.49, 11.34))
    asked = [
        {"answered": Answered.YES}, {"answered": Answered.NO}, {"state": State.EVALUATING},
        {"origin": Origin.MEETING}, {"language": "en"}, {"theme": "casa"}, {"cell": cell},
        {"q": "alberi"}, {"state": State.ACCEPTED, "answered": Answered.NO},
    ]  # fmt: skip
    by_index = [found(session, consultation, **one) for one in asked]
    assert [len(titles) for titles in by_index] == [1, 5, 1, 1, 1, 1, 1, 6, 0]
    monkeypatch.setattr(listing.search, "FEW", -1)  # as where a filter leaves many
    assert [found(session, consultation, **one) for one in asked] == by_index


def test_chance_gives_another_order_with_another_seed_and_each_row_once(session):
    consultation = make_consultation(session)
    for _ in range(30):
        make_proposal(session, consultation_id=consultation.id)
    orders = set()
    for seed in ("a", "b", "c"):
        wanted, seen = Filter(sort=Sort.RANDOM, seed=seed), []
        while True:
            page = listing.page(session, consultation.id, wanted)
            seen += [row.id for row in page.rows]
            if page.after is None:
                break
            wanted = Filter(sort=Sort.RANDOM, seed=seed, after=page.after)
        assert len(seen) == len(set(seen)) == 30
        orders.add(tuple(seen))
    assert len(orders) == 3


def test_the_map_counts_few_exactly_and_many_by_chance(session, monkeypatch):
    consultation = make_consultation(session)
    for number in range(40):
        make_proposal(
            session, consultation_id=consultation.id, district="savena",
            lat=44.48 + number / 2000, lon=11.34,
        )  # fmt: skip
    near = cells.Box.read("11.33,44.4799,11.35,44.4902")
    look = dots.look(session, consultation.id, Filter(), None, 12)
    assert sum(dot.count for dot in look.dots) == 40 and not look.about
    assert dots.look(session, consultation.id, Filter(), near, 16).dots != look.dots
    monkeypatch.setattr(dots, "MOST", 10)
    look = dots.look(session, consultation.id, Filter(), None, 12)
    assert look.about and 5 < sum(dot.count for dot in look.dots) < 200
    assert dots.look(session, consultation.id, Filter(q="nulla"), None, 12).dots == []


def test_a_moved_state_and_a_deleted_proposal_leave_the_index(session):
    consultation = make_consultation(session)
    proposal = make_proposal(session, consultation_id=consultation.id)
    proposal.state, proposal.hidden_from = State.HIDDEN, State.PUBLISHED
    session.add(proposal)
    session.flush()
    assert listing.count(session, consultation.id, Filter()) == 0
    session.delete(proposal)
    session.flush()
    assert listing.count(session, consultation.id, Filter(q="alberi")) == 0


def test_chips_take_one_part_of_the_filter_away_and_an_empty_list_says_what_to_loosen(
    city, client, proposed
):
    proposed(theme="verde")
    page = client.get(f"{LIST}?theme=verde&q=ippopotamo").text
    assert f'href="{LIST}?theme=verde"' in page and f'href="{LIST}?q=ippopotamo"' in page
    assert "Senza «Parole: ippopotamo»: 1 proposta" in page


def test_the_feed_marks_the_language_of_each_entry(city, client, proposed):
    page = proposed(title="Più ombra per tutta la piazza")
    proposed(title="More shade for the whole square", language="en")
    with city.app_context(), db.transaction() as session:
        one = session.get(Proposal, _id(page))
        texts.keep(session, one, "en", "Shade for the square", "Translated words.",
                   TextStatus.MACHINE, now=NOON)  # fmt: skip
    feed = ElementTree.fromstring(client.get(f"{LIST.replace('/it', '/en')}.atom").data)
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    said = {e.find(f"{ATOM}title").text: e.get(language) for e in feed.findall(f"{ATOM}entry")}
    assert said == {"Shade for the square": "en", "More shade for the whole square": "en"}
    feed = ElementTree.fromstring(client.get(f"{LIST}.atom?q=tutta").data)
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.get(language) == "it" and feed.find(f"{ATOM}updated") is not None


def test_a_translation_is_shown_as_one_with_the_way_to_the_original(city, client, proposed):
    page = proposed(title="Più ombra per tutta la piazza")
    with city.app_context(), db.transaction() as session:
        one = session.get(Proposal, _id(page))
        texts.keep(session, one, "en", "Shade for the square", "Translated words.",
                   TextStatus.MACHINE, now=NOON)  # fmt: skip
    english = client.get(page.replace("/it/", "/en/")).text
    assert "Shade for the square" in english and "Translated by a machine" in english
    assert "?text=it" in english
    original = client.get(page.replace("/it/", "/en/") + "?text=it").text
    assert "Più ombra per tutta la piazza" in original and "Translated by a machine" not in original
    assert "Più ombra" in client.get(page).text
    assert [t["title"] for t in client.get(f"{page}.json").get_json()["texts"]] == [
        "Shade for the square"
    ]
    whole = client.get(f"{LIST}/all.json").get_json()["proposals"]
    assert whole[0]["texts"][0]["status"] == "machine"
    assert client.get(f"{LIST}/texts.csv").text.count("\r\n") == 3
    with city.test_request_context("/it/"):
        session = db.session()
        at = session.get(Proposal, _id(page)).consultation_id
        assert listing.count(session, at, Filter(q="squares")) == 1


def test_staff_link_and_part_a_family_on_the_page(city, people, client, proposed):
    one, other = proposed(), proposed()
    staff = people("community_manager")
    why = "Chiedono lo stesso filare nella stessa via."
    refused = staff.post(f"{one}/family", data={"grounds": why})
    assert refused.status_code == 422 and "Scegli una proposta" in refused.text
    linked = staff.post(f"{one}/family", data={"addresses": other, "grounds": why})
    assert linked.status_code == 303
    page = client.get(one).text
    assert why in page and other in page and "0 persone" in page
    assert "Con altre simili" in client.get(LIST).text
    assert people().post(f"{one}/family", data={"addresses": other}).status_code == 403
    parted = staff.post(f"{one}/family/removal", data={"because": "Non chiede la stessa cosa."})
    assert parted.status_code == 303 and "Con altre simili" not in client.get(LIST).text
    with city.test_request_context("/it/"):
        assert shown.of(db.session(), db.session().get(Proposal, _id(one))) is None


def _id(page: str):
    from uuid import UUID

    return UUID(page.rpartition("/")[2])


def test_few_are_read_from_the_index_that_holds_all_that_is_asked_of_them(city, client, proposed):
    """Each row looked up beside the index would cost a list of hundreds twice its time."""
    proposed()
    asked: list[str] = []
    with city.app_context():
        engine = db.engine()
    sa.event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    client.get(LIST)
    client.get(f"{LIST}/map.geojson")
    wanted = 2 if engine.dialect.name == "sqlite" else 0  # PostgreSQL chooses by itself
    assert sum("INDEXED BY ix_proposal_dot" in one for one in asked) == wanted
