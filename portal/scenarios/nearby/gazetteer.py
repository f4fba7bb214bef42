"""Find places by name: streets, parks and stations, however somebody spells them.

Formulas only: the index is built from the published list, and a search compares words. A word may
be misspelt (one letter in four to six, two in longer ones), cut short, or stand in another order;
kinds of street, accents, apostrophes and little words do not matter.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.scenarios.nearby.spelling import JOINED, Asked, asked, core, distance, fold, kind_of

MOST = 12  # answers to choose from
LONGEST = 120  # letters of a search that are read
NEAR = 0.18  # below the best answer's score, others are left out
LEAST = 0.62  # of the words looked for that an answer must have
PREFIX = 3  # letters that may stand for the beginning of a word


@dataclass(frozen=True, slots=True)
class Spot:
    """A place within one area; `metres` is a street's length there."""

    area: str
    lat: float
    lon: float
    metres: float | None


@dataclass(frozen=True, slots=True)
class Place:
    """A name and where it is: the area that holds most of it first."""

    id: str
    kind: str
    name: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A place that fits what was looked for, from 0 to about 1."""

    place: Place
    score: float


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found, best first, and the house number it had to leave aside."""

    matches: tuple[Match, ...]
    number: str = ""
    nameless: bool = False

    @property
    def clear(self) -> Place | None:
        """The one place that is meant, when no other is as good."""
        if not self.matches:
            return None
        best, *others = self.matches
        alone = best.score >= 0.9 and all(o.score < best.score - 0.08 for o in others)
        return best.place if alone else None


class Gazetteer:
    """Places by name. `geography` is the one whose areas its spots are in."""

    def __init__(self, geography: str, attribution: str, places: Iterable[Place]) -> None:
        self.geography = geography
        self.attribution = attribution
        self.places = {place.id: place for place in places}
        self._words: dict[str, list[str]] = defaultdict(list)
        self._joined: dict[str, list[str]] = defaultdict(list)
        self._long: dict[str, int] = {}
        for place in self.places.values():
            words = core(place.name)
            self._long[place.id] = max(1, len(words))
            for word in dict.fromkeys(words):
                self._words[word].append(place.id)
            if len(words) > 1:
                self._words["".join(words)].append(place.id)
                self._joined["".join(words)].append(place.id)
        self._grams: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            for gram in _grams(word):
                self._grams[gram].append(word)

    def of_name(self, name: str) -> Place | None:
        """The street of exactly this name, however it is written."""
        wanted = fold(name)
        for place in self._with(core(name)):
            if place.kind == "street" and fold(place.name) == wanted:
                return place
        return None

    def search(self, text: str) -> Results:
        """Places that fit the text, best first."""
        query = asked(text[:LONGEST])
        if not query.words:
            return Results((), query.number, nameless=True)
        found = self._scored(query)
        if not found and len(query.words) > 1:  # a word nobody knows: go by the others
            found = self._scored(query, least=0.5 - 1e-9)
        found.sort(key=lambda m: (-m.score, m.place.name))
        near = [m for m in found if m.score >= found[0].score - NEAR][:MOST]
        return Results(tuple(near), query.number)

    def _scored(self, query: Asked, least: float = LEAST) -> list[Match]:
        """Every place with a fair part of the words, scored."""
        scores: dict[str, float] = defaultdict(float)
        whole: set[str] = set()
        for word in query.words:
            best: dict[str, float] = {}
            for known, likeness in self._like(word).items():
                for id in self._words[known]:
                    best[id] = max(best.get(id, 0.0), likeness)
            for id, likeness in best.items():
                scores[id] += likeness
        for known, likeness in self._like("".join(query.words)).items():
            for id in self._joined.get(known, ()):
                whole.add(id)
                scores[id] = max(scores[id], likeness * len(query.words))
        return [
            Match(self.places[id], self._score(self.places[id], total, query, id in whole))
            for id, total in scores.items()
            if total / len(query.words) >= least
        ]

    def _score(self, place: Place, total: float, query: Asked, whole: bool) -> float:
        """Words found of those looked for, a little for how few others there are, and for kind."""
        count = len(query.words)
        covered = 1.0 if whole else min(1.0, count / self._long[place.id])
        kind = 0.04 if query.kind in ("", kind_of(place.name)) else -0.06
        return 0.82 * min(1.0, total / count) + 0.14 * covered + kind

    def _like(self, word: str) -> dict[str, float]:
        """Known words like this one: the same, beginning like it, or misspelt."""
        if len(word) == 1:  # an initial: `A. Saffi`
            return {known: 0.8 for known in self._words if known[0] == word}
        found = {word: 1.0} if word in self._words else {}
        if word.isdigit():
            return found
        for article in JOINED:
            rest = word.removeprefix(article)
            if rest != word and len(rest) > PREFIX and rest in self._words:
                found[rest] = 0.97
        if len(word) >= PREFIX:
            found |= {
                known: max(0.86, 0.98 - 0.02 * (len(known) - len(word)))
                for known in self._grams.get(f" {word[0]}", ())
                if known != word and known.startswith(word)
            }
        return found | self._misspelt(word, found)

    def _misspelt(self, word: str, found: Mapping[str, float]) -> dict[str, float]:
        most = 0 if len(word) < 4 else 1 if len(word) < 7 else 2
        if not most:
            return {}
        shared = Counter(known for gram in set(_grams(word)) for known in self._grams.get(gram, ()))
        least = len(word) - 2 * most  # each letter that is wrong spoils two pairs
        return {
            known: 1.0 - 0.13 * away
            for known, count in shared.items()
            if known not in found
            and count >= least
            and abs(len(known) - len(word)) <= most
            and (away := distance(word, known, most)) <= most
        }

    def _with(self, words: Sequence[str]) -> list[Place]:
        sets = [set(self._words.get(word, ())) for word in words]
        return [self.places[id] for id in sorted(set.intersection(*sets))] if sets else []


def _grams(word: str) -> list[str]:
    """Pairs of letters that follow each other, beginning and end included."""
    padded = f" {word} "
    return [padded[i : i + 2] for i in range(len(padded) - 1)]


# --- as it is published -----------------------------------------------------------------------


def published(resource: Mapping[str, Any], rows: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """The list as the store keeps it."""
    return {
        "geography": resource["geography"],
        "attribution": resource["attribution"],
        "places": [
            [
                row["kind"],
                row["name"],
                row["area"],
                float(row["lat"]),
                float(row["lon"]),
                float(row["metres"]) if row["metres"] else None,
            ]
            for row in rows
        ],
    }


def gazetteer_from(raw: Mapping[str, Any]) -> Gazetteer:
    """The index over a published list."""
    spots: dict[tuple[str, str], list[Spot]] = defaultdict(list)
    for kind, name, *where in raw["places"]:
        spots[kind, name].append(Spot(*where))
    ids: Counter[str] = Counter()
    places = []
    for (kind, name), here in spots.items():
        id = fold(name).replace(" ", "-") or "place"
        ids[id] += 1
        unique = id if ids[id] == 1 else f"{id}-{ids[id]}"
        order = tuple(sorted(here, key=lambda s: -(s.metres or 0)))
        places.append(Place(unique, kind, name, order))
    return Gazetteer(raw["geography"], raw["attribution"], places)
