"""Packages that change during a vote: who voted confirms or changes, the others stand apart."""

import json
import re
import shutil
from datetime import timedelta

import pytest

from portal import db
from portal.accounts.models import Role, Tier
from portal.consultations import acts, adopting, listing, two_persons, watching
from portal.consultations.models import Ask
from portal.scenarios import store
from portal.scenarios.publishing.publish import publish
from portal.voting import verify
from portal.voting.box import boxes
from portal.voting.casting import ballots, changed, offers
from portal.voting.casting.ballots import Sent
from portal.voting.counts import opening
from portal.voting.counts.editions import Editions
from portal.voting.log import keeping, ledger
from tests.conftest import NOON
from tests.factories import ROOT, make_account
from tests.scenarios.making import edit, rewrite
from tests.voting.conftest import open_vote, person

NAME = "verde-dove-mancano"
WHY = "The new figures were looked at by two persons."
HOUR = timedelta(hours=1)


@pytest.fixture
def both(any_app):
    """A vote on each database in turn."""
    with any_app.test_request_context("/en/"):
        yield open_vote(any_app)
        boxes.close_all()


@pytest.fixture
def vote(app):
    """A vote on one database, where the other makes no difference."""
    with app.test_request_context("/en/"):
        yield open_vote(app)
        boxes.close_all()


def release(folder, version="1.1.0", name="dove-mancano"):
    """A newer version of an option, with other figures."""
    package = folder / f"given/verde/{name}"
    if not package.exists():
        shutil.copytree(ROOT / f"scenarios/verde/{name}", package)
    edit(package / "datapackage.json", lambda d: (
        d.update(version=version), d["scenario"].update(supersedes=f"verde-{name}@1.0.0")))  # fmt: skip
    table = (package / "kpi.csv").read_text()
    rewrite(package, "kpi.csv", table.replace("278.892,271.556,286.424",
                                              "310.892,303.556,318.424"))  # fmt: skip
    publish([package.parent.parent], store().root)


def pause(vote):
    with db.transaction() as session:
        watching.pause_changed(session, NOON)
    again(vote)


def resume(vote):
    with db.transaction() as session:
        held = listing.find(session, vote.consultation.slug, NOON)
        acts.resume(session, held, reason=WHY, actor=held.id, now=NOON + HOUR)
    again(vote)


def again(vote):
    """As the next request finds it."""
    vote.consultation, options = listing.find_with_options(
        db.session(), vote.consultation.slug, NOON
    )
    vote.offer = offers.offer(vote.consultation, options)


def go_on(vote, folder):
    release(folder)
    pause(vote)
    resume(vote)


def keep(vote, n, key=None):
    return ballots.keep(vote.consultation, vote.offer, person(n), key or f"keep {n}", now=NOON)


def checked(vote):
    return verify.check(str(keeping.folder_of(vote.consultation).path))


def test_the_log_says_what_changed_with_both_hashes_before_any_ballot_on_it(both, tmp_path):
    vote = both
    vote.fill(3, "dove-mancano")
    go_on(vote, tmp_path)
    vote.cast(10, "none")
    box = boxes.of(vote.consultation.id)
    (entry,) = (e for e in ledger.of_kind(box, "amend") if e["what"] == "packages")
    assert entry["options"]["dove-mancano"]["version"] == "1.1.0" and entry["reason"] == WHY
    assert len(entry["from"]) == len(entry["to"]) == 64 and entry["from"] != entry["to"]
    keeping.keep(vote.consultation, everything=True)
    editions = Editions(box)
    cast_on = [editions.of(bytes(c)) for (c,) in vote.rows(
        "SELECT commitment FROM {box}entry WHERE commitment IS NOT NULL ORDER BY idx")]  # fmt: skip
    assert cast_on == [1, 1, 1, 2] and not checked(vote).wrong


def test_a_voter_keeps_the_choice_without_anybody_reading_it(both, tmp_path):
    vote = both
    vote.fill(30, "dove-mancano")
    vote.fill(25, "per-abitante", first=100)
    go_on(vote, tmp_path)
    for n in range(3):
        assert keep(vote, n).version == 2
    assert keep(vote, 0).repeated  # the same form once more
    vote.cast(3, "none")
    lengths = {n for (n,) in vote.rows("SELECT length(sealed) FROM {box}ballot")}
    assert len(lengths) == 1
    found = [content for _tier, content in opening_of(vote)]
    assert sum(one["unconfirmed"] for one in found) == 51
    assert sorted(o["choice"] for o in found if not o["unconfirmed"]) == [
        "-1-",
        "-1-",
        "-1-",
        "none",
    ]


def opening_of(vote):
    now = vote.consultation.closes_at + HOUR
    keeping.close(vote.consultation, now.date().isoformat())
    return list(opening.opened(vote.consultation.id))


def test_the_unconfirmed_are_counted_and_shown_apart(vote, tmp_path):
    vote.fill(30, "dove-mancano")
    vote.fill(25, "per-abitante", first=100)
    vote.fill(12, "dove-mancano", "per-abitante", first=150)
    go_on(vote, tmp_path)
    for n in range(100, 125):  # all who chose the second confirm, and ten who chose both
        keep(vote, n)
    for n in range(150, 160):
        keep(vote, n)
    vote.fill(12, "per-abitante", first=200)
    result = vote.count()
    told = result["unconfirmed"]
    assert result["turnout"]["headline"] == 79 and told["voters"] == 32
    assert result["winners"] == ["per-abitante"] and told["winners"] == ["per-abitante"]
    assert told["differs"] is False
    assert [one["edition"] for one in result["editions"]] == [1, 2]
    assert result["options"][1]["version"] == "1.1.0"
    report = checked(vote)
    assert not report.wrong, report.wrong


def test_it_is_said_when_the_winner_would_be_another(vote, tmp_path):
    vote.fill(45, "dove-mancano")
    vote.fill(22, "per-abitante", first=100)
    vote.fill(10, "dove-mancano", first=300)
    vote.fill(12, "per-abitante", first=400)
    go_on(vote, tmp_path)
    for n in [*range(100, 122), *range(300, 310)]:
        keep(vote, n)
    told = vote.count()["unconfirmed"]
    assert told["voters"] == 57 and told["differs"] is True
    assert told["winners"] == ["per-abitante"]
    assert told["sums"]["ballots"] == 32 and told["votes"]["unconfirmed"]["dove-mancano"] == 45
    assert not checked(vote).wrong


@pytest.mark.parametrize("few", [1, 9])
def test_of_a_few_unconfirmed_nothing_more_is_told(vote, tmp_path, few):
    vote.fill(30, "dove-mancano")
    go_on(vote, tmp_path)
    for n in range(few, 30):
        keep(vote, n)
    told = vote.count()["unconfirmed"]
    assert told == {"voters": None, "fewer_than": 10, "places": None, "winners": None,
                    "differs": None, "sums": None, "votes": None}  # fmt: skip
    assert not checked(vote).wrong


def test_unconfirmed_of_one_mind_are_not_told_by_sums(vote, tmp_path):
    vote.fill(30, "dove-mancano")
    vote.fill(30, "per-abitante", first=100)
    go_on(vote, tmp_path)
    for n in range(100, 130):
        keep(vote, n)
    told = vote.count()["unconfirmed"]
    assert told["voters"] == 30 and told["sums"] is None and told["votes"] is None


# --- nobody votes on figures they did not see --------------------------------------------------


def test_a_ballot_filled_in_on_the_old_figures_is_not_recorded(vote, tmp_path):
    vote.fill(3, "dove-mancano")
    old = vote.offer
    go_on(vote, tmp_path)
    vote.cast(9, "none")
    with pytest.raises(ballots.OtherFigures):
        ballots.cast(vote.consultation, old, person(8), Sent("k8", ("none",)), now=NOON)
    assert vote.rows("SELECT count(*) FROM {box}ballot")[0][0] == 4


def test_a_process_that_did_not_hear_of_it_is_refused_by_the_box(both, tmp_path):
    vote = both
    vote.fill(3, "dove-mancano")
    stale = vote.app.extensions["frozen"][vote.consultation.id]
    old = vote.offer
    go_on(vote, tmp_path)
    keeping.keep(vote.consultation)
    vote.app.extensions["frozen"][vote.consultation.id] = stale
    with pytest.raises(ballots.OtherFigures):
        ballots.cast(vote.consultation, old, person(9), Sent("k", ("none",)), now=NOON)
    assert vote.rows("SELECT count(*) FROM {box}ballot")[0][0] == 3
    assert vote.cast(9, "none").version == 1


def test_who_has_not_voted_has_nothing_to_keep(vote, tmp_path):
    vote.cast(1, "none")
    with pytest.raises(ballots.NothingToKeep):
        keep(vote, 2)


def test_a_version_published_after_the_pause_was_looked_at_is_not_adopted_unseen(vote, tmp_path):
    release(tmp_path)
    pause(vote)
    with db.transaction() as session:
        first, second = (make_account(session, role=Role.COMMUNITY_MANAGER) for _ in range(2))
        held = listing.find(session, vote.consultation.slug, NOON)
        given = {"store": store(), "languages": ["it", "en"], "now": NOON}
        act = two_persons.ask(session, held, Ask.RESUME, first, reason=WHY, **given)
        assert [one["version"] for one in adopting.due(session, held)] == ["1.1.0"]
    table = tmp_path / "given/verde/dove-mancano/kpi.csv"
    table.write_text(
        table.read_text().replace("310.892,303.556,318.424", "278.892,271.556,286.424")
    )
    release(tmp_path, "1.2.0")
    with db.transaction() as session:
        watching.pause_changed(session, NOON)
    with pytest.raises(two_persons.ChangedSince), db.transaction() as session:
        held = listing.find(session, vote.consultation.slug, NOON)
        again_ = two_persons.find(session, held, act.id)
        two_persons.confirm(session, held, again_, second, **given)


def test_what_no_newer_version_led_to_goes_on_as_it_was(vote):
    vote.cast(1, "none")
    with db.transaction() as session:
        held = listing.find(session, vote.consultation.slug, NOON)
        acts.pause(session, held, reason="Looked at.", now=NOON)
    resume(vote)
    vote.cast(2, "none")
    assert Editions(boxes.of(vote.consultation.id)).last == 1


# --- a lie is named -----------------------------------------------------------------------------


def lie(vote, name, change):
    path = keeping.folder_of(vote.consultation).path / name
    told = json.loads(path.read_bytes())
    change(told)
    path.write_text(json.dumps(told))


@pytest.fixture
def counted(app, tmp_path):
    with app.test_request_context("/en/"):
        vote = open_vote(app, slug="alberi")
        vote.fill(45, "dove-mancano")
        vote.fill(22, "per-abitante", first=100)
        vote.fill(10, "dove-mancano", first=300)
        vote.fill(12, "per-abitante", first=400)
        go_on(vote, tmp_path)
        for n in [*range(100, 122), *range(300, 310)]:
            keep(vote, n)
        vote.count()
        yield vote
        boxes.close_all()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda told: told["unconfirmed"].update(winners=["dove-mancano"]), "told wrongly"),
        (lambda told: told["unconfirmed"].update(differs=False), "told wrongly"),
        (lambda told: told["unconfirmed"].update(voters=95), "more unconfirmed"),
        (lambda told: told["unconfirmed"]["sums"].update(ballots=31), "are not the headline's"),
        (lambda told: told.update(unconfirmed=None), "unconfirmed votes, but"),
        (lambda told: told["editions"].pop(), "editions are not those"),
        (lambda told: told["options"][1].update(version="1.0.0"), "options are not those"),
        (lambda told: told["unconfirmed"]["sums"]["marks"].update({"per-abitante": [0, 5]}),
         "without unconfirmed votes, counted again"),
    ],
)  # fmt: skip
def test_the_verifier_names_what_is_told_wrongly_of_the_unconfirmed(counted, change, named):
    lie(counted, "results.json", change)
    assert any(named in words for words in checked(counted).wrong), checked(counted).wrong


def test_the_verifier_names_another_package_in_the_log(counted):
    path = keeping.folder_of(counted.consultation).path / "entries.jsonl"
    lines = path.read_text().splitlines()
    place = next(i for i, line in enumerate(lines) if '"what":"packages"' in line)
    lines[place] = lines[place].replace('"1.1.0"', '"1.1.1"')
    path.write_text("\n".join(lines) + "\n")
    assert any("is not the hash of what was put" in words for words in checked(counted).wrong)


# --- pages --------------------------------------------------------------------------------------


def test_a_voter_reads_what_changed_and_keeps_the_choice_with_one_button(app, people, tmp_path):
    base = "/en/consultations/alberi"
    with app.test_request_context("/en/"):
        vote = open_vote(app, slug="alberi")
    citizen, other = people("citizen"), people("citizen", 2)
    for browser, key in ((citizen, "a"), (other, "b")):
        given = {"idempotency_key": key, "choice": "per-abitante", "confirm": "1"}
        receipt = browser.post(f"{base}/vote", data=given).headers["Location"]
    page = other.get(f"{base}/vote").text
    edition = re.search(r'name="edition" value="([^"]+)"', page)[1]
    with app.test_request_context("/en/"):
        go_on(vote, tmp_path)
        vote.fill(1, "none", first=500)
        db.session().close()
    for address in (f"{base}/vote", base, receipt):
        shown = other.get(address).text
        assert "The figures changed since you voted" in shown and "I keep my choice" in shown
        assert "version 1.0.0 is now version 1.1.0" in shown, address
        assert "papers" not in address and "/scenarios/verde-dove-mancano/versions" in shown
    assert "The figures changed after this vote was cast" in app.test_client().get(receipt).text
    late = {"idempotency_key": "c", "choice": "none", "confirm": "1", "edition": edition}
    answer = other.post(f"{base}/vote", data=late)
    assert answer.status_code == 409 and "the figures of an option changed" in answer.text
    assert 'name="idempotency_key" value="c"' in answer.text
    key = re.search(r'name="idempotency_key" value="([^"]+)"', other.get(receipt).text)[1]
    for _ in range(2):
        kept = other.post(f"{base}/vote/keep", data={"idempotency_key": key})
        assert kept.status_code == 303
    shown = other.get(kept.headers["Location"]).text
    assert "Your choice stands" in shown and "I keep my choice" not in shown
    assert people("citizen", 3).post(
        f"{base}/vote/keep", data={"idempotency_key": "x"}).status_code == 409  # fmt: skip
    assert citizen.post(f"{base}/vote/keep").status_code == 422


def test_results_tell_of_the_unconfirmed(counted, client):
    page = client.get("/en/consultations/alberi/results").text
    assert "Without these votes another would come first" in page
    assert "57 people who voted before the change did not confirm" in page


def test_whoever_asks_to_go_on_sees_on_which_figures(app, people, tmp_path):
    with app.test_request_context("/en/"):
        vote = open_vote(app, slug="alberi")
        release(tmp_path)
        pause(vote)
        db.session().close()
    page = people("community_manager").get("/en/manage/consultations/alberi/ask/resume").text
    assert "From then on people vote on these versions" in page and "1.1.0" in page


def test_nobody_is_told_anything_without_having_voted(vote):
    assert changed.of(vote.consultation, person(1)) is None
    assert changed.of(vote.consultation, person(1, Tier.EMAIL)) is None


def test_whoever_votes_with_a_code_keeps_the_choice_in_the_booth(app, tmp_path):
    from tests.voting.paper.conftest import TIERS, printed

    with app.test_request_context("/en/"):
        vote = open_vote(app, slug="alberi", tiers=TIERS)
        code = printed(vote.consultation)[0][0]
        db.session().close()
    booth, browser = "/en/consultations/alberi/booth", app.test_client()
    assert browser.post(f"{booth}/keep", data={"idempotency_key": "k"}).status_code >= 400
    browser.post("/en/paper", data={"code": code})
    given = {"idempotency_key": "a", "choice": "dove-mancano", "confirm": "1"}
    assert browser.post(booth, data=given).status_code == 303
    with app.test_request_context("/en/"):
        go_on(vote, tmp_path)
        db.session().close()
    browser = app.test_client()
    browser.post("/en/paper", data={"code": code})
    page = browser.get(booth).text
    assert f'action="{booth}/keep"' in page and "I keep my choice" in page
    for _ in range(2):
        kept = browser.post(f"{booth}/keep", data={"idempotency_key": "b"})
        assert kept.status_code == 303, kept.text
    assert browser.get(kept.headers["Location"]).status_code == 200
    with app.test_request_context("/en/"):
        assert vote.rows("SELECT max(version) FROM {box}ballot")[0][0] == 2
