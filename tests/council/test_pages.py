"""The council's pages: hidden before the count, plain about what is late, whole as JSON."""

import re
from datetime import timedelta

import pytest

from portal import db
from portal.council import docket
from tests.conftest import NOON
from tests.council.rows import make_asked, publish_result, result_of

RESULT = result_of(
    {"dove-mancano": 412, "per-abitante": 300},
    email={"dove-mancano": 20, "per-abitante": 9},
    districts={"navile": 300, "savena": 77, "santo-stefano": None, None: 40},
)
ANSWER = {
    "decision": "accepted_in_part",
    "answer_it": "Ne faremo una parte.",
    "answer_en": "We will do a part.",
    "reasons_it": "Costa troppo.",
    "reasons_en": "It costs too much.",
    "next_review_on": "2027-06-01",
    "step1_on": "2026-09-01",
    "step1_it": "Bando",
    "step1_en": "Tender",
}


@pytest.fixture
def asked(app):
    """Make a consultation; `days` since its count, None for a running one."""

    def make(days=None, result=RESULT, **values):
        with app.test_request_context(), db.transaction() as session:
            counted = None if days is None else NOON - timedelta(days=days)
            made = make_asked(session, counted_at=counted, **values)
            if result is not None:
                publish_result(made, result)
            return made.slug

    return make


def test_what_is_overdue_stands_first_and_says_so(client, asked):
    asked(5)
    asked(39)
    page = client.get("/en/council").text
    assert "9 days overdue" in page and "25 days left" in page
    assert page.index("9 days overdue") < page.index("25 days left")


def test_nothing_asked_yet_is_said_in_words(client):
    assert "Nothing has been answered yet." in client.get("/en/council").text


def test_a_summary_shows_the_result_the_margin_and_who_is_missing(client, asked):
    page = client.get(f"/en/council/{asked(5)}").text
    assert "“dove-mancano” was chosen most often: by 112 people more than the next option." in page
    assert "412 (58%)" in page and "counted apart, would not have changed the first place" in page
    assert "Heard least: Savena" in page and "too few to publish" in page
    assert "40 voters did not say where they live" in page
    assert "verde-dove-mancano" in page and "abababababab" in page


@pytest.mark.parametrize(
    "path", ["/en/council/{}", "/en/council/{}.json", "/council/{}.json", "/en/council"]
)
def test_before_the_count_no_page_tells_anything_of_the_result(client, people, asked, path):
    slug = asked(None)  # a stray result file must change nothing
    for browser in (client, people("community_manager"), people("council")):
        page = browser.get(path.format(slug))
        assert page.status_code == 200
        shown = re.sub(r'(nonce|value)="[^"]*"', "", page.text)  # those are drawn by chance
        for number in ("412", "300", "712", "77"):
            assert number not in shown


def test_before_the_count_the_twin_says_null(client, asked):
    found = client.get(f"/council/{asked(None)}.json").json
    assert found["result"] is None and found["participation"] is None and found["council"] is None


def test_the_twin_holds_the_page_s_figures(client, asked):
    slug = asked(5)
    found = client.get(f"/council/{slug}.json").json
    assert found == client.get(f"/it/council/{slug}.json").json
    assert found["result"]["lead"] == 112 and found["result"]["leaders"] == ["dove-mancano"]
    savena = next(d for d in found["participation"]["districts"] if d["district"] == "savena")
    assert savena["voters"] == 77 and savena["low"] < savena["rate"] < savena["high"]
    hidden = next(
        d for d in found["participation"]["districts"] if d["district"] == "santo-stefano"
    )
    assert hidden["voters"] is None and hidden["rate"] is None
    assert found["council"]["due_on"] == "2026-06-26" and found["council"]["overdue"] is False
    assert found["options"][0]["sha256"] == "ab" * 32


def test_of_very_few_votes_only_the_order_is_told(client, asked):
    result = result_of({"dove-mancano": 5, "per-abitante": 4})
    result |= {"none": None, "lead": None, "exact": False, "breakdown": []}
    for option in result["options"]:
        option |= {"votes": None, "votes_by_tier": {"V": None, "E": None}}
    page = client.get(f"/en/council/{asked(5, result)}").text
    assert "only the order of the options is published" in page


def test_a_lost_result_file_leaves_the_page_standing(client, asked):
    assert client.get(f"/en/council/{asked(5, None)}").status_code == 200


@pytest.mark.parametrize("path", ["/en/council/none", "/council/none.json", "/en/council/%00.json"])
def test_an_unknown_consultation_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_only_the_council_may_answer(client, people, asked):
    slug = asked(5)
    for role in ("citizen", "community_manager"):
        assert people(role).post(f"/en/council/{slug}/answer", data=ANSWER).status_code == 403
        assert people(role).get(f"/en/council/{slug}/answer").status_code == 403
    assert client.post(f"/en/council/{slug}/answer", data=ANSWER).status_code == 303
    assert client.get(f"/council/{slug}.json").json["council"]["decision"] == "none"


def test_the_council_answers_and_the_answer_is_public_at_once(client, people, asked):
    slug = asked(39)
    assert people("council").post(f"/en/council/{slug}/answer", data=ANSWER).status_code == 303
    page = client.get(f"/en/council/{slug}").text
    assert "Accepted in part" in page and "We will do a part." in page and "Tender" in page
    found = client.get(f"/council/{slug}.json").json["council"]
    assert found["milestones"] == [
        {"date": "2026-09-01", "text": {"it": "Bando", "en": "Tender"}, "done": False}
    ]
    assert found["overdue"] is False and found["next_review_on"] == "2027-06-01"


def test_an_answer_with_gaps_is_shown_again_with_every_problem_and_nothing_lost(people, asked):
    slug = asked(5)
    sent = {**ANSWER, "answer_en": " ", "step1_en": "", "step2_it": "Solo parole"}
    page = people("council").post(f"/en/council/{slug}/answer", data=sent)
    assert page.status_code == 422
    for field in ("step1_en", "step2_on", "step2_en"):
        assert f"#field-{field}" in page.text
    assert "Ne faremo una parte." in page.text and "Solo parole" in page.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"decision": "maybe"},
        {"decision": "none"},
        {"next_review_on": "tomorrow"},
        {"step1_on": "0000-99-99"},
        {"answer_it": "x" * 6001},
        {"next_review_on": "2020-01-01"},
        {"answer_it": "zero\x00"},
        {"reasons_it": ""},
    ],
)
def test_a_wrong_field_is_refused_in_words(people, asked, wrong):
    answer = people("council").post(f"/en/council/{asked(5)}/answer", data={**ANSWER, **wrong})
    assert answer.status_code == 422
    assert f"#field-{next(iter(wrong))}" in answer.text


@pytest.mark.parametrize("days", [None])
def test_a_running_vote_cannot_be_answered(people, asked, days):
    slug = asked(days)
    member = people("council")
    assert member.get(f"/en/council/{slug}/answer").status_code == 409
    assert member.post(f"/en/council/{slug}/answer", data=ANSWER).status_code == 409


def test_the_same_answer_sent_twice_counts_once(people, asked):
    slug = asked(5)
    member = people("council")
    assert member.post(f"/en/council/{slug}/answer", data=ANSWER).status_code == 303
    again = member.post(f"/en/council/{slug}/answer", data=ANSWER)
    assert again.status_code == 409 and "already answered" in again.text


def test_a_step_is_marked_as_a_page_and_as_a_fragment(app, people, asked):
    slug = asked(5)
    member = people("council")
    member.post(f"/en/council/{slug}/answer", data=ANSWER)
    path = f"/en/council/{slug}/steps/1"
    assert member.post(path, data={"done": "1"}).status_code == 303
    part = member.post(path, data={"done": "0"}, headers={"HX-Request": "true"})
    assert part.status_code == 200 and '<div id="steps"' in part.text
    assert "<html" not in part.text
    assert member.post(f"/en/council/{slug}/steps/9", data={"done": "1"}).status_code == 404
    assert member.post(path, data={"done": "2"}).status_code == 422
    assert people("citizen").post(path, data={"done": "1"}).status_code == 403


def test_it_can_be_followed_from_the_consultation_to_the_answer_and_back(client, asked):
    slug = asked(5)
    up = client.get(f"/lineage/council/{slug}.json").json
    assert [(ref["kind"], ref["id"]) for ref in up["uses"]] == [("consultation", slug)]
    down = client.get(f"/lineage/consultation/{slug}.json").json
    assert ("council", slug) in [(ref["kind"], ref["id"]) for ref in down["used_by"]]


def test_a_running_consultation_has_no_council_item_to_follow(client, asked):
    assert client.get(f"/lineage/council/{asked(None)}.json").status_code == 404


def test_the_front_page_says_what_came_of_earlier_votes(client, asked):
    asked(39)
    assert "9 days overdue" in client.get("/en/").text


def test_the_list_as_json_has_the_overdue_first(client, asked, app):
    due, late = asked(5), asked(39)
    items = client.get("/council.json").json["items"]
    assert [item["consultation"] for item in items] == [late, due]
    with app.test_request_context():
        assert docket.read(db.session(), NOON).overdue[0].consultation.slug == late


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"step1_on": "2020-01-01"}, "This day has passed already."),
        ({"next_review_on": "2020-01-01"}, "The next review lies in the future."),
        ({"reasons_en": ""}, "Please say why (English)."),
        ({"answer_it": ""}, "Please say what the council will do (Italiano)."),
    ],
)
def test_each_problem_of_an_answer_says_what_it_is_about(people, asked, wrong, words):
    slug = asked(5)
    page = people("council").post(f"/en/council/{slug}/answer", data={**ANSWER, **wrong})
    assert page.status_code == 422
    assert words in page.text and f"#field-{next(iter(wrong))}" in page.text
    assert people("council").get(f"/council/{slug}.json").json["council"]["decision"] == "none"


def test_the_council_is_told_that_its_answer_is_published(people, asked):
    member = people("council")
    page = member.post(f"/en/council/{asked(5)}/answer", data=ANSWER).location
    assert "The answer is published." in member.get(page).text


def test_the_desk_says_which_answers_are_late(people, asked):
    asked(5)
    assert "The council owes" not in people("community_manager").get("/en/manage").text
    asked(39)
    assert "The council owes 1 answer" in people("community_manager").get("/en/manage").text


def test_members_of_the_council_have_a_desk_of_their_own(people, asked):
    slug = asked(39)
    page = people("council").get("/en/manage")
    assert page.status_code == 200 and "9 days overdue" in page.text
    assert f'href="/en/council/{slug}/answer"' in page.text
    assert "/manage/consultations" not in page.text  # nothing that would turn them away
