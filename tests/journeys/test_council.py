"""The council's story: read the summary, answer what is overdue, report on the promised steps."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.past import add_closed_vote
from tests.journeys.people import City, Person

OVERDUE = "alloggi-turistici"
Arrive = Callable[..., Person]


def test_everyone_sees_who_is_late(person: Arrive, scripts: bool) -> None:
    page = person(scripts=scripts).go("/en/council")
    overdue = page.get_by_role("region", name="Overdue")
    expect(overdue).to_contain_text(re.compile("Alloggi turistici|[Ss]hort|[Tt]ourist"))
    expect(overdue).to_contain_text("days overdue")


def test_the_summary_holds_result_turnout_proposals_and_versions(person: Arrive) -> None:
    page = person().go(f"/en/council/{OVERDUE}")
    expect(page.get_by_role("region", name="Result", exact=True)).to_contain_text(
        "was chosen most often"
    )
    expect(page.get_by_role("region", name="Who took part")).to_contain_text("Navile")
    expect(page.get_by_role("region", name="Options and their scenarios")).to_contain_text("casa-")
    expect(page.get_by_role("region", name="What people proposed")).to_contain_text("support")


def test_the_council_reads_the_summary_and_answers(
    city: City, person: Arrive, scripts: bool
) -> None:
    slug = f"risposta-{'con' if scripts else 'senza'}"
    add_closed_vote(city, slug, f"Strade e alberi {slug}", counted=True)
    member = person("council", 1, scripts=scripts)
    page = member.go("/en/council")
    page.get_by_role("link", name=f"Strade e alberi {slug}").click()
    expect(page.get_by_role("region", name="Result", exact=True)).to_contain_text("40")
    page.get_by_role("link", name="Write the answer").click()
    page.get_by_label("Accepted in part").check()
    for language in ("Italiano", "English"):
        page.get_by_label(f"What the council will do ({language})").fill("Venti strade l'anno.")
        page.get_by_label(f"Why ({language})", exact=False).fill("I fondi bastano per venti.")
    page.get_by_label("Step 1: by which day").fill("2031-05-01")
    page.get_by_label("Step 1: what (Italiano)").fill("Primo bando")
    page.get_by_label("Step 1: what (English)").fill("First tender")
    page.get_by_role("button", name="Publish the answer").click()
    answer = page.get_by_role("region", name="The council's answer")
    expect(answer).to_contain_text("Accepted in part")
    page.get_by_role("button", name="Mark step 1 as done").click()
    expect(page.locator("#steps")).to_contain_text("Done")
    member.check_access()

    citizen = person(scripts=scripts)
    read = citizen.go(f"/en/council/{slug}")
    expect(read.get_by_role("region", name="The council's answer")).to_contain_text("First tender")
    assert (
        citizen.page.request.get(f"/council/{slug}.json").json()["council"]["decision"]
        == "accepted_in_part"
    )


def test_half_an_answer_is_shown_again_whole(person: Arrive) -> None:
    member = person("council", 2, scripts=False)
    page = member.go(f"/en/council/{OVERDUE}/answer")
    page.get_by_label("Not accepted").check()
    for language in ("Italiano", "English"):
        page.get_by_label(f"What the council will do ({language})").fill("Nulla.")
        page.get_by_label(f"Why ({language})").fill("Le regole lo vietano.")
    page.get_by_label("Step 2: what (English)").fill("A step without a day")
    page.get_by_role("button", name="Publish the answer").click()
    expect(page.locator('a[href="#field-step2_on"]')).to_be_visible()
    expect(page.get_by_label("Step 2: what (English)")).to_have_value("A step without a day")
    member.check_access()
