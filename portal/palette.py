"""Colours of maps and figures, in one place: legends read them here, the map's script gets them.

Maps keep a light ground in the dark scheme too, so one set serves both. Every step has at least
3:1 against `OUTLINE`, so neighbouring areas are told apart by their border and not by hue alone.
"""

from collections.abc import Sequence

OUTLINE = "#0b1117"
GROUND = "#eef1f3"
NO_VALUE = "#e3e6ea"

# Little to much: one hue direction, falling lightness (reads in grey and with colour blindness).
SEQUENTIAL = ("#f7f3d8", "#cfe6c9", "#9accc6", "#66accb", "#428ac4", "#2f66ad")

# Worse, unchanged, better: orange to blue through a light middle.
DIVERGING = ("#c2571a", "#e39a5c", "#f6d3ae", "#f3f3ef", "#bdd6ec", "#7fb0dd", "#3b74b5")

# Lines and points on the light map ground, 3:1 against it.
LINES = ("#0b4c92", "#b5471b", "#1c7a5a", "#7b3f98", "#7a6000", "#4b5a69")


def sequential(steps: int) -> tuple[str, ...]:
    """That many colours from little to much."""
    return _spread(SEQUENTIAL, steps)


def diverging(steps: int) -> tuple[str, ...]:
    """That many colours from worse to better; an odd number has the unchanged middle."""
    if steps % 2:
        half = _spread(DIVERGING[:3], steps // 2) if steps > 1 else ()
        other = _spread(DIVERGING[4:][::-1], steps // 2)[::-1] if steps > 1 else ()
        return (*half, DIVERGING[3], *other)
    return (*_spread(DIVERGING[:3], steps // 2), *_spread(DIVERGING[4:][::-1], steps // 2)[::-1])


def for_script() -> dict[str, object]:
    """What `map.js` needs to know, as plain values for JSON."""
    return {"outline": OUTLINE, "ground": GROUND, "noValue": NO_VALUE, "lines": list(LINES)}


def _spread(colours: Sequence[str], steps: int) -> tuple[str, ...]:
    """Evenly chosen colours, the outermost always among them."""
    if not 0 <= steps <= len(colours):
        raise ValueError(f"between 0 and {len(colours)} steps, not {steps}")
    if steps < 2:
        return tuple(colours[:steps])
    last = len(colours) - 1
    return tuple(colours[round(i * last / (steps - 1))] for i in range(steps))
