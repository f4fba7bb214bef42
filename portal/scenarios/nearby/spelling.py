"""How people spell the names of streets: accents, kinds, little words, numbers, misspellings."""

import re
import unicodedata
from dataclasses import dataclass

KINDS = {
    "via": ("via", "v", "str", "strada"),
    "viale": ("viale", "vle", "v le"),
    "piazza": ("piazza", "pza", "pzza", "p za", "p zza", "pz"),
    "piazzale": ("piazzale", "ple", "p le"),
    "piazzetta": ("piazzetta", "ptta", "p tta"),
    "vicolo": ("vicolo", "vic", "vlo", "v lo"),
    "largo": ("largo", "lgo", "l go"),
    "corte": ("corte", "cte"),
    "rotonda": ("rotonda", "rotatoria", "rot"),
    "galleria": ("galleria", "gall"),
    "ponte": ("ponte",),
    "parco": ("parco",),
    "giardino": ("giardino", "giardini"),
}
KIND_OF = {written: kind for kind, ways in KINDS.items() for written in ways}
LITTLE = frozenset(
    re.findall(
        r"\w+",
        "a ai al alla alle allo d da dai dal dalla de degli dei del dell della delle dello di e ed "
        "i il in l la le lo n snc civico numero",
    )
)
NUMBERS = {
    "due": "2", "tre": "3", "quattro": "4", "cinque": "5", "sei": "6", "sette": "7", "otto": "8",
    "nove": "9", "dieci": "10", "undici": "11", "dodici": "12", "venti": "20", "ventuno": "21",
    "venticinque": "25", "ii": "2", "iii": "3", "iv": "4", "v": "v", "vi": "6", "vii": "7",
    "viii": "8", "ix": "9", "xi": "11", "xii": "12", "xx": "20", "xxi": "21", "xxiii": "23",
    "xxv": "25",
}  # fmt: skip
SAINTS = {"sant": "san", "santa": "san", "santo": "san", "ss": "san", "sta": "san", "sto": "san"}
ANYWHERE = frozenset(("via", "viale", "piazza"))  # `Saffi, via` is `via Saffi`
JOINED = ("dell", "dall", "nell", "d", "l")  # articles that lost their apostrophe
HOUSE = re.compile(
    r"[\s,]+(?:(?:n|nr|civico|num|numero)\.?)?\s*(\d{1,4}(?:\s*[/-]?\s*[a-z])?)$", re.ASCII
)
LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "’": "'", "`": "'"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for: its words, the kind of place if named, a house number if any."""

    words: tuple[str, ...]
    kind: str
    number: str


def fold(text: str) -> str:
    """Small letters and digits, accents gone: `V.le Niccolò d'Asti` is `v le niccolo d asti`."""
    small = "".join(LETTERS.get(letter, letter) for letter in text.casefold())
    plain = unicodedata.normalize("NFKD", small)
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", " ", kept).strip()


def core(text: str) -> list[str]:
    """The words that make a name: without its kind and little words, saints and numbers alike."""
    _kind, words = _apart(fold(text))
    return [_alike(word) for word in words if word not in LITTLE and word not in ANYWHERE]


def kind_of(text: str) -> str:
    """`via`, `piazza` …; nothing where the name does not begin with one."""
    kind, words = _apart(fold(text))
    return kind or next((word for word in words if word in ANYWHERE), "")


def asked(text: str) -> Asked:
    """Read a search; a number at its end that follows a name is a house number."""
    text = " ".join(text.split())
    found = HOUSE.search(text.casefold())
    number = ""
    if found and core(text[: found.start()]):
        number = re.sub(r"\s+", "", found.group(1))
        text = text[: found.start()]
    return Asked(tuple(core(text)), kind_of(text), number)


def _apart(plain: str) -> tuple[str, list[str]]:
    words = plain.split()
    for count in (2, 1):
        written = " ".join(words[:count])
        if len(words) >= count and written in KIND_OF:
            rest = words[count:]
            return KIND_OF[written], rest
    return "", words


def _alike(word: str) -> str:
    return NUMBERS.get(SAINTS.get(word, word), SAINTS.get(word, word))


def distance(one: str, other: str, most: int) -> int:
    """Letters to add, drop, change or swap with a neighbour; `most + 1` stands for any more."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, mine in enumerate(other, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != mine))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == mine:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)
