"""Many doing the same at once: one import, one slip, nothing lost and never a fault."""

from concurrent.futures import ThreadPoolExecutor

from sqlmodel import select

from portal import db
from portal.proposals.models import Proposal
from tests.proposals import importing_files as files
from tests.proposals.test_assisted import GOOD
from tests.proposals.test_import_storing import send


def all_at_once(post, browsers) -> list[int]:
    with ThreadPoolExecutor(len(browsers)) as pool:
        return sorted(pool.map(lambda browser: post(browser).status_code, browsers))


def kept(app) -> int:
    with app.app_context():
        return len(db.session().exec(select(Proposal.id)).all())


def test_the_same_file_sent_by_eight_managers_comes_in_once(city, people):
    data = files.decidim({}, {}, {})
    browsers = [people("community_manager", n) for n in range(1, 9)]
    found = all_at_once(lambda browser: send(browser, data, "import"), browsers)
    assert set(found) <= {303, 409}
    assert found[0] == 303
    assert kept(city) == 3


def test_one_form_sent_sixteen_times_publishes_one_proposal(city, people):
    browser = people("community_manager")
    browsers = [city.test_client() for _ in range(16)]
    for one in browsers:
        one.set_cookie("session", browser.get_cookie("session").value)
    form = {**GOOD, "step": "publish", "agreed": "1"}
    found = all_at_once(lambda one: one.post("/it/manage/desk", data=form), browsers)
    assert found == [200] * 16
    assert kept(city) == 1
