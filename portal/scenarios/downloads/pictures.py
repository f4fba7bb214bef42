"""Preview pictures, drawn when something is published: for scenarios, comparisons, the portal."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from flask import current_app

from portal import i18n
from portal.i18n import _
from portal.scenarios import store
from portal.scenarios.downloads import picture_card, picture_facts
from portal.scenarios.downloads.picture_card import Fonts
from portal.scenarios.downloads.picture_looks import Drawn
from portal.scenarios.publishing import webfiles
from portal.scenarios.publishing.disk import locked, write
from portal.statics import STATIC

FORMAT = 1  # of the pictures; all are drawn anew when it changes
FOLDER = "pictures"
LIST = f"{FOLDER}/list.json"
FONTS = Fonts(STATIC / "vendor/fonts/DejaVuSans.ttf", STATIC / "vendor/fonts/DejaVuSans-Bold.ttf")


@dataclass(frozen=True)
class Picture:
    """A picture that is there: its file, and what it shows in words."""

    file: str
    alt: str
    width: int = picture_card.WIDTH
    height: int = picture_card.HEIGHT

    @property
    def name(self) -> str:
        """The file without its ending, as its address has it."""
        return self.file.removesuffix(".png")


@dataclass(frozen=True)
class Result:
    """What a call did; `possible` is False where no fonts are installed to write with."""

    possible: bool = True
    drawn: int = 0
    failed: tuple[str, ...] = ()


def find(key: str, language: str) -> Picture | None:
    """The picture of `scenario:<name>@<version>`, `family:<id>` or `portal`; None without one."""
    found = _listed().get("pictures", {}).get(key, {}).get(language)
    return None if found is None else Picture(found["file"], found["alt"])


def refresh(fonts: Fonts = FONTS) -> Result:
    """Draw what is missing or was changed by what is published now; forget the rest.

    Pictures follow from the store, so a broken-off call is mended by the next one.
    """
    if not fonts.installed:
        return Result(possible=False)
    root = store().root
    with locked(root):
        state = _state()
        known = _listed()
        if known.get("state") == state:
            return Result()
        listed, drawn, failed = _draw(root, known.get("pictures", {}), fonts)
        text = webfiles.dumps({"state": state, "pictures": listed})
        write(root / f"{LIST}.new", text)
        (root / f"{LIST}.new").replace(root / LIST)
        _forget(root, listed)
    return Result(True, drawn, tuple(failed))


def _listed() -> dict[str, Any]:
    return store().kept_list(LIST)


def _state() -> list[Any]:
    """What all pictures together follow from."""
    catalogue = hashlib.sha256((store().root / "catalogue.json").read_bytes()).hexdigest()
    config = current_app.config
    return [FORMAT, catalogue, config["CITY"], list(config["LANGUAGES"])]


def _draw(
    root: Path, known: Mapping[str, Any], fonts: Fonts
) -> tuple[dict[str, Any], int, list[str]]:
    listed: dict[str, Any] = {}
    drawn, failed = 0, []
    for key, versions in _each():
        maps: list[bytes] | None = None
        for language, one in versions.items():
            name = f"{key.replace(':', '-').replace('@', '-')}-{language}-{_mark(one)}.png"
            old = known.get(key, {}).get(language, {})
            if old.get("file") != name or not (root / FOLDER / name).is_file():
                try:
                    maps = maps if maps is not None else one.maps()
                    write(root / FOLDER / name, picture_card.png(one.card, maps, fonts))
                except (ValueError, OSError) as problem:
                    failed.append(f"{key}: {problem}")
                    continue
                drawn += 1
            listed.setdefault(key, {})[language] = {"file": name, "alt": one.alt}
    return listed, drawn, failed


def _each() -> Iterator[tuple[str, dict[str, Drawn]]]:
    """Every picture there is to be, in every language; maps are the same in all of them."""
    yield "portal", _spoken(picture_facts.portal)
    for family in store().families():
        yield f"family:{family.id}", _spoken(picture_facts.family, family)
    for entry in store().catalogue().entries:
        package = store().package(entry.name, entry.version)
        yield f"scenario:{entry.name}@{entry.version}", _spoken(picture_facts.scenario, package)


def _spoken(facts: Any, *about: Any) -> dict[str, Drawn]:
    found = {}
    for language in current_app.config["LANGUAGES"]:
        with i18n.in_language(language):
            found[language] = facts(*about)
    return found


def _mark(one: Drawn) -> str:
    """Hash of everything the picture follows from."""
    text = json.dumps([FORMAT, astuple(one.card), one.maps_mark], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _forget(root: Path, listed: Mapping[str, Mapping[str, Any]]) -> None:
    kept = {one["file"] for languages in listed.values() for one in languages.values()}
    for path in (root / FOLDER).glob("*.png"):
        if path.name not in kept:
            path.unlink()


def notes(result: Result) -> Sequence[str]:
    """What a person at the terminal should know."""
    if not result.possible:
        return [
            _(
                "Preview pictures were not drawn: fonts are missing. "
                "Run `portal assets`, then publish again."
            )
        ]
    return [_("No preview picture of %(what)s", what=line) for line in result.failed]
