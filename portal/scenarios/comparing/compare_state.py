"""What an address says beside the two options: view, columns, table. What is unknown is said."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from portal.i18n import N_, _

LONGEST = 60  # letters of a wrong value that a notice repeats
MOST_LETTERS = 100  # of a search

VIEWS = {
    "side": N_("Side by side"),
    "swipe": N_("One over the other"),
    "difference": N_("The difference"),
}
SORTS = {
    "size": N_("largest difference"),
    "name": N_("name"),
    "left": N_("first option"),
    "right": N_("second option"),
    "difference": N_("difference"),
}
OPTIONS = {"two": N_("two options"), "all": N_("all options")}
ORDERS = {"asc": N_("rising"), "desc": N_("falling")}
FIELDS = ("left", "right", "indicator", "area", "options", "view", "profile", "columns")
TABLE = ("sort", "order", "q", "district", "page")


@dataclass(frozen=True)
class State:
    """How the comparison is shown; every field has a usual value, which addresses leave out."""

    options: str = "two"
    view: str = "side"
    profile: str = ""
    columns: int = 1
    sort: str = "size"
    order: str = "desc"
    q: str = ""
    district: str = ""
    page: int = 1

    @property
    def every(self) -> bool:
        """Whether all options of the family are compared."""
        return self.options == "all"

    def address(self) -> dict[str, str]:
        """What an address must say to lead here again."""
        usual = State(order=usual_order(self.sort))
        return {
            name: str(getattr(self, name))
            for name in (*FIELDS[4:], *TABLE)
            if getattr(self, name) != getattr(usual, name)
        }

    def but(self, **changes: Any) -> "State":
        """The same with other values."""
        return replace(self, **changes)


def usual_order(sort: str) -> str:
    """Names rise, figures fall: what a reader of a new order wants to see first."""
    return "asc" if sort == "name" else "desc"


def read(asked: Mapping[str, str], notices: list[str]) -> State:
    """The state asked for; the nearest one where something in it is unknown."""
    sort = _one_of(asked.get("sort", ""), SORTS, "size", notices)
    return State(
        options=_one_of(asked.get("options", ""), OPTIONS, "two", notices),
        view=_one_of(asked.get("view", ""), VIEWS, "side", notices),
        profile=asked.get("profile", ""),
        columns=_count(asked.get("columns", ""), notices),
        sort=sort,
        order=_one_of(asked.get("order", ""), ORDERS, usual_order(sort), notices),
        q=_words(asked.get("q", ""), notices),
        district=asked.get("district", ""),
        page=_count(asked.get("page", ""), notices),
    )


def _one_of(asked: str, offered: Mapping[str, str], usual: str, notices: list[str]) -> str:
    if not asked or asked in offered:
        return asked or usual
    notices.append(
        _(
            "“%(asked)s” cannot be chosen here. Shown instead: %(name)s.",
            asked=asked[:LONGEST],
            name=_(offered[usual]),
        )
    )
    return usual


def _count(asked: str, notices: list[str]) -> int:
    """A number of a page, from one up."""
    if not asked:
        return 1
    if asked.isdecimal() and len(asked) < 10 and int(asked) > 0:
        return int(asked)
    if not (asked.isdecimal() and int(asked[:10])):
        notices.append(
            _("There is no page “%(asked)s”. The first one is shown.", asked=asked[:LONGEST])
        )
        return 1
    return 10**9  # beyond every last page, which is then said


def _words(asked: str, notices: list[str]) -> str:
    words = " ".join(asked.split())
    if len(words) > MOST_LETTERS:
        notices.append(
            _("Only the first %(most)s letters of the search were used.", most=MOST_LETTERS)
        )
    return words[:MOST_LETTERS]


def sent_twice(asked: Mapping[str, list[str]], known: list[str]) -> list[str]:
    """What to say of fields that an address holds more than once."""
    twice = [name for name in known if len(asked.get(name, [])) > 1]
    if not twice:
        return []
    return [
        _(
            "Part of the address was given more than once; the first value counts: %(names)s.",
            names=", ".join(twice),
        )
    ]
