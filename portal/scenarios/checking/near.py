"""“Did you mean …?”: the known word closest to a mistyped one."""

from collections.abc import Iterable
from difflib import get_close_matches

COMPARISONS = 200_000  # of one check: a table of unknown codes must not cost minutes


class Near:
    """Finds close words, each question answered once, until its budget is spent."""

    def __init__(self, budget: int = COMPARISONS) -> None:
        """`budget` bounds the words compared in all."""
        self._left = budget
        self._known: dict[tuple[str, int], str] = {}

    def closest(self, word: str, among: Iterable[str]) -> str:
        """The closest word, or an empty text if none is close."""
        key = (word, id(among))
        if key not in self._known:
            words = list(map(str, among))
            self._left -= len(words)
            spent = self._left < 0 or len(word) > 120
            found = [] if spent else _matches(word, words)
            self._known[key] = found[0] if found else ""
        return self._known[key]


def _matches(word: str, words: list[str]) -> list[str]:
    """Close words; letters that differ in height or in the line between them do not count."""
    plain = {w.casefold().replace("-", "_"): w for w in reversed(words)}
    close = get_close_matches(word.casefold().replace("-", "_"), plain, n=1, cutoff=0.72)
    return [plain[c] for c in close]
