"""Names of areas and streets, so that no two are mistaken for one another."""

from portal import i18n
from portal.i18n import _
from portal.scenarios import store, words
from portal.scenarios.geography import Geography

NAMED = 3  # more places that share a rank are counted, not named


def name(code: str, geography: Geography) -> tuple[str, str]:
    """An area's name and what tells it from others: its district, or its stretch of street."""
    area = geography.areas.get(code)
    if area is None:
        return code, ""
    if geography.level == "street":
        return area.name or _("Unnamed street"), _stretch(code, geography)
    districts = store().districts()
    parent = area.parents.get(districts.id) if districts else None
    return geography.name(code), districts.name(parent) if districts and parent else ""


def listed(codes: list[str], geography: Geography) -> str:
    """Places by name, or counted where they are many."""
    if len(codes) <= NAMED:
        return words.listed([in_sentence(code, geography) for code in codes])
    first = in_sentence(codes[0], geography)
    return _("%(n)s places, among them %(first)s", n=i18n.number(len(codes)), first=first)


def in_sentence(code: str, geography: Geography) -> str:
    """A place as a sentence names it."""
    known, note = name(code, geography)
    return f"{known} ({note})" if note and geography.level == "street" else known


def _stretch(code: str, geography: Geography) -> str:
    """Which stretch of its street it is; nothing for the only one."""
    one = geography.stretches[code]
    if one.of == 1:
        return ""
    gaps = {"number": i18n.number(one.number), "total": i18n.number(one.of)}
    if one.start == "west":
        return _("stretch %(number)s of %(total)s from the west", **gaps)
    return _("stretch %(number)s of %(total)s from the north", **gaps)
