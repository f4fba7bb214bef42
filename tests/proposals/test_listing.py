"""Lists narrow, sort and page by key; the files hold what the pages hold."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from portal.proposals.models import State
from portal.proposals.searching import listing
from portal.proposals.searching.listing import Filter, Sort
from tests.conftest import NOON
from tests.factories import make_account, make_consultation, make_proposal


@pytest.fixture
def many(session) -> UUID:
    """45 proposals, several at the same moment and with the same supports."""
    consultation, author = make_consultation(session), make_account(session)
    for number in range(45):
        make_proposal(
            session, consultation_id=consultation.id, author_id=author.id,
            title=f"Alberi più grandi, la {number:02}", district=("savena", None)[number % 2],
            theme=("verde", "casa")[number % 3 == 0], supports_count=number // 4,
            created_at=NOON - timedelta(hours=number // 4),
        )  # fmt: skip
    return consultation.id


def titles(rows) -> list[str]:
    return [row.title for row in rows]


def everything(session, consultation, wanted, **options) -> list:
    return [row for some in listing.every(session, consultation, wanted, **options) for row in some]


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_by_key_give_every_row_once_both_ways(session, many, sort):
    forward, wanted = [], Filter(sort=sort)
    pages = []
    while True:
        page = listing.page(session, many, wanted)
        pages.append(titles(page.rows))
        forward += pages[-1]
        if page.after is None:
            break
        wanted = Filter(sort=sort, after=page.after)
    assert len(forward) == len(set(forward)) == 45
    assert [len(p) for p in pages] == [20, 20, 5]
    back = [page]
    while back[-1].before is not None:
        back.append(listing.page(session, many, Filter(sort=sort, before=back[-1].before)))
    assert [titles(p.rows) for p in back] == pages[::-1]
    assert titles(everything(session, many, Filter(sort=sort))) == forward


def test_a_new_proposal_does_not_shift_the_next_page(session, many):
    first = listing.page(session, many, Filter())
    expected = titles(listing.page(session, many, Filter(after=first.after)).rows)
    make_proposal(session, consultation_id=many, created_at=NOON + timedelta(hours=1))
    assert titles(listing.page(session, many, Filter(after=first.after)).rows) == expected


def test_filters_narrow_list_count_and_file_alike(session, many):
    for wanted in (
        Filter(theme="casa"), Filter(district="savena"), Filter(q="PIU grandi 07"),
        Filter(theme="casa", district="savena", q="alberi"), Filter(q="100%"), Filter(theme="x"),
    ):  # fmt: skip
        rows = titles(everything(session, many, wanted))
        assert listing.count(session, many, wanted) == len(rows)
        assert titles(listing.page(session, many, wanted).rows) == rows[:20]
    assert len(titles(everything(session, many, Filter(q="PIÙ 07")))) == 1


def test_withdrawn_ones_are_listed_only_on_request_and_hidden_ones_never(session):
    consultation = make_consultation(session).id
    make_proposal(session, consultation_id=consultation, state=State.WITHDRAWN)
    make_proposal(
        session, consultation_id=consultation, state=State.HIDDEN, hidden_from=State.PUBLISHED
    )
    assert listing.page(session, consultation, Filter()).rows == []
    assert listing.count(session, consultation, Filter(state=State.WITHDRAWN)) == 1
    with pytest.raises(ValueError):
        Filter(state=State.HIDDEN)


def test_only_points_go_to_the_map(session):
    consultation = make_consultation(session).id
    make_proposal(session, consultation_id=consultation)
    placed = make_proposal(
        session, consultation_id=consultation, lat=44.49, lon=11.34, district="savena"
    )
    rows = everything(session, consultation, Filter(), placed=True)
    assert [row.id for row in rows] == [placed.id]


def test_a_count_stops_beyond_what_is_said(session, monkeypatch):
    monkeypatch.setattr(listing, "COUNTED", 20)
    consultation, author = make_consultation(session).id, make_account(session).id
    for _ in range(listing.COUNTED + 5):
        make_proposal(session, consultation_id=consultation, author_id=author)
    assert listing.count(session, consultation, Filter()) == listing.COUNTED + 1


@pytest.mark.parametrize(
    "key",
    ["x", "1", "1.", ".5", "-1." + "a" * 32, "1.zz", "²." + "a" * 32, "9" * 18 + ".a" * 32],
)
def test_a_made_up_key_is_not_a_key(key):
    with pytest.raises(ValueError):
        listing.read_key(key)


@pytest.mark.parametrize("sort", list(Sort))
def test_a_huge_key_is_harmless(session, many, sort):
    key = f"{'9' * 17}.{uuid4().hex}"
    rows = listing.page(session, many, Filter(sort=sort, after=key)).rows
    assert len(rows) == 20 or sort is Sort.RANDOM  # where the round may end before
