"""Before the close nothing anyone can fetch depends on a choice."""

import re
import shutil

import pytest

from portal import db
from portal.accounts.models import Role
from portal.voting.box import boxes
from portal.voting.log import keeping
from tests.conftest import _portal
from tests.voting.conftest import open_vote

SLUG = "alberi"
PUBLIC = (
    "/en/consultations/{slug}", "/en/consultations/{slug}/results", "/en/",
    "/consultations/{slug}/results.json", "/consultations/{slug}/log/entries.jsonl",
    "/consultations/{slug}/log/checkpoint", "/consultations/{slug}/log/checkpoints.txt",
    "/en/consultations/{slug}/receipt/{tracker}", "/consultations/{slug}/log/receipt/{tracker}",
    "/consultations/{slug}/log/proof/{tracker}", "/readyz", "/metrics",
)  # fmt: skip
# what chance alone decides: commitments, signatures, check numbers, keys, identifiers, codes (QR)
CHANCE = [
    (re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}"), "NUMBER"),
    (re.compile(r"data:image/svg[^\"]*"), "PICTURE"),
    (re.compile(r"[0-9a-f]{12,}"), "HEX"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}"), "ID"),
    (re.compile(r"[A-Za-z0-9+/_.-]{20,}={0,2}"), "BASE64"),
    (re.compile(r"(BASE64\n)+"), "PATH"),
    (re.compile(r"(?m)^index \d+$"), "PLACE"),
    (re.compile(r"entry number \d+"), "PLACE"),
]


def plain(text):
    for pattern, word in CHANCE:
        text = pattern.sub(word, text)
    return text


def world(folder, published, empty_tables, choice):
    """All that can be fetched in a city where person 3 chose this, and how large the box is."""
    folder.mkdir()
    shutil.copy(empty_tables, folder / "portal.sqlite")
    app = _portal(folder, f"sqlite:///{folder}/portal.sqlite", published)
    with app.test_request_context("/en/"):
        vote = open_vote(app, slug=SLUG)
        for n in range(12):
            mine = vote.cast(n, *(choice if n == 3 else ("dove-mancano",)), key=f"form {n}")
            tracker = mine.tracker if n == 3 else locals().get("tracker", "")
        keeping.keep(vote.consultation)
        lengths = sorted(n for (n,) in vote.rows("SELECT length(sealed) FROM {box}ballot"))
        boxes.close_all()
        db.session().close()
    fetched = {"lengths": lengths}
    for role in (None, *Role):
        client = app.test_client()
        if role is not None:
            client.post("/en/sign-in/demo", data={"role": role.value, "n": "1"})
        for address in (*PUBLIC, "/en/consultations/{slug}/vote", "/en/manage", "/en/account"):
            answer = client.get(address.format(slug=SLUG, tracker=tracker))
            length = "" if "{tracker}" in address else len(answer.data)
            text = plain(answer.text)
            if address.endswith("/vote"):  # the order of the options is drawn for each browser
                text = "".join(sorted(text))
            fetched[role, address] = (answer.status_code, length, text)
    app.extensions["engine"].dispose()
    return fetched


@pytest.mark.parametrize("other", [("none",), ("per-abitante", "dove-mancano", "caldo-anziani")])
def test_no_byte_anyone_can_fetch_depends_on_a_choice(tmp_path, published, empty_tables, other):
    one = world(tmp_path / "one", published, empty_tables, ("dove-mancano",))
    two = world(tmp_path / "two", published, empty_tables, other)
    assert one.keys() == two.keys()
    for where in one:
        assert one[where] == two[where], where
    assert sum(1 for found in one.values() if found[0] == 200) > 40
