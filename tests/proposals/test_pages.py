"""The pages of proposals, whole and as fragments, with good and bad input."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from portal import db
from portal.accounts.models import Account
from portal.proposals.models import State
from tests.proposals.conftest import GOOD, LIST, kept

HTMX = {"HX-Request": "true"}
ATTACKS = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{7*7}}", "${7*7}",
    "<svg/onload=alert(1)>", "javascript:alert(1)", "]]><!--", "'-alert(1)-'",
)  # fmt: skip


def test_a_citizen_proposes_and_reads_it(city, people):
    citizen = people()
    answer = citizen.post(LIST, data=GOOD)
    assert answer.status_code == 303
    page = citizen.get(answer.location)
    assert page.status_code == 200
    assert GOOD["title"] in page.text and "Piantiamo tigli." in page.text
    assert "Porto - Saragozza" in page.text
    [row] = kept(city)
    assert row.demonstration and answer.location.endswith(str(row.id))


def test_a_link_fills_the_form(city, people):
    page = people().get(
        f"{LIST}/new?scenario=verde-dove-mancano&indicator=alberi_per_1000_abitanti"
    )
    for value in ("verde-dove-mancano", "alberi_per_1000_abitanti", "verde"):
        assert re.search(f'<option value="{value}" selected', page.text), value
    assert people().get(f"{LIST}/new?scenario={'x' * 9999}&indicator=%00").status_code == 200


def test_a_form_with_mistakes_comes_back_with_every_word_kept(city, people):
    sent = {**GOOD, "title": "Corto", "lat": "45.4642", "lon": "9.19", "direction": ""}
    answer = people().post(LIST, data=sent)
    assert answer.status_code == 422
    assert "Scrivi almeno 15 caratteri." in answer.text
    for field in ("title", "lon", "direction"):
        assert f'href="#field-{field}"' in answer.text
    assert "Piantiamo tigli." in answer.text and "45.4642" in answer.text
    assert kept(city) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"lat": "nan"}, {"lat": "1e999"}, {"lon": "9" * 5000}, {"lat": "", "lon": ""},
        {"lat": "44.5", "lon": ""}, {"title": "\x00" * 20}, {"body": "x" * 100_000},
        {"district": "../../etc"}, {"theme": "'; DROP TABLE proposal; --"},
        {"direction": "sideways"}, {"language": "zz"}, {"title": ["Una proposta buona uno"] * 2},
    ],
)  # fmt: skip
def test_bad_input_is_answered_with_a_message(city, people, changes):
    answer = people().post(LIST, data={**GOOD, **changes})
    assert answer.status_code == 422 and kept(city) == []


def test_an_empty_form_is_answered_with_a_message(city, people):
    refused = people().post(LIST, data={})
    assert refused.status_code == 422
    assert refused.text.count("Compila questo campo.</a>") == 2  # one link a field, by its name
    assert "Titolo: Compila questo campo." in refused.text


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_people_write_stays_text(city, people, attack):
    citizen = people()
    title = f"{attack} in piazza Maggiore"
    where = citizen.post(LIST, data={**GOOD, "title": title, "body": f"{attack}\n{attack * 4}"})
    assert where.status_code == 303
    for page in (citizen.get(where.location), citizen.get(LIST), citizen.get("/it/account")):
        assert page.status_code == 200
        if "<" in attack or '"' in attack:
            assert attack not in page.text
        assert "<script>alert" not in page.text and "onerror=alert(1)>" not in page.text
        assert not re.search(r'href="javascript', page.text)
    refused = citizen.post(LIST, data={**GOOD, "title": attack, "body": attack, "lat": attack})
    assert refused.status_code == 422 and "<script>alert" not in refused.text


def test_the_list_is_a_page_and_a_fragment_at_one_address(city, client, proposed):
    proposed(title="Tigli nel cortile della scuola")
    page, part = client.get(LIST), client.get(LIST, headers=HTMX)
    assert page.text.count("<h1") == 1 and "Tigli nel cortile" in page.text
    assert part.text.lstrip().startswith('<div id="list"') and "<html" not in part.text
    assert "Tigli nel cortile" in part.text
    assert "HX-Request" in page.headers["Vary"]


def test_the_list_of_nothing_says_so(city, client):
    assert client.get(LIST).status_code == 200
    assert client.get(f"{LIST}?q=zzz").status_code == 200


@pytest.mark.parametrize(
    "query",
    ["sort=evil", "after=zzz", "before=1.2", "state=hidden", "state=%00", "q=%00", "q=a&q=b",
     "theme=%27%22%3E", "q=" + "%25" * 300, "after=99999999999999999." + "f" * 32, "q=%ff%fe"],
)  # fmt: skip
def test_unreadable_filters_are_left_out(city, client, proposed, query):
    proposed()
    for kind in ("", ".json", ".csv", ".geojson", "/map.geojson"):
        assert client.get(f"{LIST}{kind}?{query}").status_code == 200


def test_a_support_is_a_fragment_for_htmx_and_a_redirect_for_everyone_else(city, people, proposed):
    page = proposed()
    first, second = people(n=1), people(n=2)
    answer = first.post(f"{page}/supports")
    assert answer.status_code == 303 and answer.location.endswith(page)
    part = second.post(f"{page}/supports", headers=HTMX)
    assert part.status_code == 200 and part.text.lstrip().startswith('<div id="support"')
    assert "2" in part.text and kept(city)[0].supports_count == 2
    assert second.post(f"{page}/supports/removal", headers=HTMX).status_code == 200
    assert kept(city)[0].supports_count == 1


def test_supporting_twice_counts_once_and_says_so(city, people, proposed):
    page, citizen = proposed(), people()
    citizen.post(f"{page}/supports")
    again = citizen.post(f"{page}/supports")
    assert again.status_code == 409 and 'id="support"' in again.text
    part = citizen.post(f"{page}/supports", headers=HTMX)
    assert part.status_code == 409 and part.text.lstrip().startswith('<div id="support"')
    assert kept(city)[0].supports_count == 1


def test_a_withdrawn_proposal_cannot_be_supported(city, people, proposed):
    page, citizen = proposed(state=State.WITHDRAWN, state_reason="Ripensamento."), people()
    assert citizen.post(f"{page}/supports").status_code == 409
    assert kept(city)[0].supports_count == 0
    assert "Ripensamento." in citizen.get(page).text


def test_only_the_author_withdraws(city, people):
    author, other = people(n=1), people(n=2)
    page = author.post(LIST, data=GOOD).location
    why = {"reason": "Ne ho parlato in assemblea."}
    assert "/withdrawal" in author.get(page).text and "/withdrawal" not in other.get(page).text
    assert other.post(f"{page}/withdrawal", data=why).status_code == 403
    assert author.post(f"{page}/withdrawal", data={"reason": "no"}).status_code == 422
    assert author.post(f"{page}/withdrawal", data=why).status_code == 303
    assert author.post(f"{page}/withdrawal", data=why).status_code == 409
    assert kept(city)[0].state is State.WITHDRAWN
    assert GOOD["title"] not in other.get(LIST).text
    assert GOOD["title"] in other.get(f"{LIST}?state=withdrawn").text


def test_a_report_reaches_the_desk(city, people, proposed):
    page = proposed(title="Comprate da me le piante")
    sent = {"about": "spam", "note": "<b>È pubblicità</b>"}
    assert people().post(f"{page}/reports", data={"about": "nonsense"}).status_code == 422
    assert people().post(f"{page}/reports", data=sent).status_code == 303
    assert people().post(f"{page}/reports", data=sent).status_code == 409
    manager = people("community_manager")
    desk = manager.get("/it/manage/moderation").text
    assert "Comprate da me" in desk
    case = re.search(r'href="(/it/manage/moderation/cases/[^"]+)"', desk)
    shown = manager.get(case[1]).text
    assert "&lt;b&gt;È pubblicità" in shown and "pubblicità&lt;" not in people(n=2).get(page).text


def test_a_hidden_proposal_is_gone_for_all_but_author_and_staff(city, people, client):
    author, manager = people(), people("community_manager")
    page = author.post(LIST, data=GOOD).location
    sent = {"decision": "hide", "rule": "privacy", "grounds": "Contiene un numero di telefono."}
    assert author.post(f"{page}/decisions", data=sent).status_code == 403
    assert manager.post(f"{page}/decisions", data=sent).status_code == 303
    for address in (page, f"{page}.json"):
        gone = client.get(address)
        assert gone.status_code == 410 and GOOD["title"] not in gone.text
    assert people(n=2).post(f"{page}/supports").status_code == 410
    assert author.get(page).status_code == manager.get(page).status_code == 200
    for kind in ("", ".json", ".csv", ".geojson", "/map.geojson", "?state=hidden"):
        assert GOOD["title"] not in client.get(f"{LIST}{kind}").text
    back = {"decision": "restore", "grounds": "Il numero è stato tolto."}
    assert manager.post(f"{page}/decisions", data=back).status_code == 303
    assert client.get(page).status_code == 200


def test_unknown_addresses_are_not_found(city, client, people, proposed):
    page = proposed()
    identity = page.rpartition("/")[2]
    for address in (
        f"{LIST}/{uuid4()}", f"{LIST}/not-an-id", "/it/consultations/nothing/proposals",
        f"/it/consultations/nothing/proposals/{identity}", f"{LIST}/{uuid4()}.json",
        "/it/consultations/nothing/proposals.csv", "/it/consultations/nothing/proposals/new",
    ):  # fmt: skip
        assert people().get(address).status_code == 404, address
    assert people().post(f"{LIST}/{uuid4()}/supports").status_code == 404


def test_after_the_close_everything_stays_readable_and_nothing_is_taken(
    city, people, proposed, later
):
    page = proposed()
    later(timedelta(days=11))
    citizen = people()
    assert citizen.get(page).status_code == citizen.get(LIST).status_code == 200
    for address in (f"{page}/supports", LIST):
        assert citizen.post(address, data=GOOD).status_code == 409
    assert citizen.get(f"{LIST}/new").status_code == 409


def test_a_person_who_left_has_no_name(city, client, proposed):
    page = proposed(author_id=None)
    assert client.get(page).status_code == 200
    with city.app_context():
        assert db.session().get(Account, uuid4()) is None


def test_a_text_in_another_language_is_marked(city, client, proposed):
    page = proposed(language="en", title="More shade at the bus stops")
    assert '<h1 lang="en">' in client.get(page).text
    assert '<h1 lang="en">' not in client.get(page.replace("/it/", "/en/")).text


def test_whoever_finds_a_proposal_hidden_is_not_told_to_correct_anything(city, people, client):
    page, manager = people().post(LIST, data=GOOD).location, people("community_manager")
    hide = {"decision": "hide", "rule": "privacy", "grounds": "C'è un telefono."}
    assert manager.post(f"{page}/decisions", data=hide).status_code == 303
    gone = client.get(page)
    assert gone.status_code == 410 and "invia di nuovo" not in gone.text
