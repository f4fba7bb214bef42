"""Make the starting folder of a scenario, alone or like another one."""

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.refusal import Refusal
from portal.scenarios.authoring import likeness, starting
from portal.scenarios.authoring.sealing import replace_json
from portal.scenarios.package import Store

FAMILY, CATALOGUE = "family.json", "indicators.json"


class BadName(Refusal):
    """The name cannot be a package's."""

    message = N_(
        "“%(name)s” cannot be a scenario's name. Write <family>-<scenario> in lower-case letters, "
        "digits and hyphens, for example market-closed."
    )


class Occupied(Refusal):
    """There is something already where the folder would go."""

    message = N_("%(folder)s is there already, and nothing was changed. Choose another name.")


class UnreadableFamily(Refusal):
    """A family.json cannot be used."""

    message = N_("%(path)s cannot be read as a family. Mend it first: portal scenarios check.")


@dataclass(frozen=True)
class Made:
    """What was made: the package's folder, and shared files written or extended beside it."""

    name: str
    folder: Path
    role: str
    beside: list[Path] = field(default_factory=list)


def make(
    name: str,
    into: Path,
    store: Store,
    *,
    family: str | None = None,
    like: str | None = None,
    languages: Sequence[str],
    now: datetime,
) -> Made:
    """Write the starting folder of a scenario below `into`; the folder appears whole or not."""
    model = None if like is None else likeness.find(like, store)
    begun = plan(name, into, store, family or (model.family if model else None), languages)
    if model is None:
        descriptor = begun.descriptor(store, languages, now)
        tables = {f"{r}.csv": starting.table(r).encode() for r in starting.COLUMNS}
        descriptor["resources"] = [
            starting.resource(r, schema=starting.schema(c)) for r, c in starting.COLUMNS.items()
        ]
    else:
        descriptor, tables = model.emptied(begun.name, begun.id, begun.role, languages, now)
        descriptor["scenario"]["parameters"] = begun.parameters()
    return write(begun, descriptor, tables, store, languages)


@dataclass(frozen=True)
class Plan:
    """A scenario that is not there yet, and its family with the scenario among its own."""

    into: Path
    id: str
    slug: str
    family: dict[str, Any]
    is_new: bool

    @property
    def name(self) -> str:
        """The package's name."""
        return f"{self.id}-{self.slug}"

    @property
    def folder(self) -> Path:
        """Where it will lie."""
        return self.into / self.id / self.slug

    @property
    def role(self) -> str:
        """The first scenario of a family is its baseline."""
        return "baseline" if self.family["baseline"] == self.slug else "alternative"

    def parameters(self) -> dict[str, Any]:
        """Its point on the family's grid, as far as it is known."""
        return _parameters(self.family, self.slug)

    def descriptor(self, store: Store, languages: Sequence[str], now: datetime) -> dict[str, Any]:
        """Its descriptor, every field still to fill."""
        bbox = self.family["bbox"] if isinstance(self.family["bbox"], list) else None
        return starting.descriptor(
            self.name,
            self.id,
            self.role,
            self.parameters(),
            geographies=sorted(store.catalogue().geographies),
            bbox=bbox,
            languages=languages,
            now=now,
        )


def plan(name: str, into: Path, store: Store, family: str | None, languages: Sequence[str]) -> Plan:
    """Where a scenario of this name belongs. Refuses bad names and places that are taken."""
    known = {raw["id"]: raw for raw in store.raw_families()} | _around(into)
    id, slug = _split(name, family, known)
    if (into / id / slug).exists():
        raise Occupied(folder=str(into / id / slug))
    shared = _family(id, slug, known.get(id), store, languages)
    return Plan(into, id, slug, shared, id not in known)


def write(
    begun: Plan,
    descriptor: dict[str, Any],
    files: dict[str, bytes],
    store: Store,
    languages: Sequence[str],
) -> Made:
    """Write what the package shares with others, then its folder in one step.

    Interrupted, it can be called again: shared files are extended, never begun anew.
    """
    beside = _write_shared(begun, store, languages)
    appear(begun.folder, descriptor, files)
    return Made(begun.name, begun.folder, begun.role, beside)


def _split(name: str, family: str | None, known: dict[str, Any]) -> tuple[str, str]:
    """Family and scenario of a name: `citta-30-notte` is `notte` of the family `citta-30`."""
    if family is None:
        longer = [id for id in known if name.startswith(f"{id}-")]
        family = max(longer, key=len) if longer else name.rpartition("-")[0]
    slug = name.removeprefix(f"{family}-")
    for part in (family, slug):
        if not all(p.isascii() and p.isalnum() and p.islower() | p.isdigit() for p in _parts(part)):
            raise BadName(name=name)
    if len(family) > 60 or len(f"{family}-{slug}") > 120:
        raise BadName(name=name)
    return family, slug


def _parts(part: str) -> list[str]:
    return part.split("-") if part else [""]


def _around(into: Path) -> dict[str, Any]:
    """Families that lie in the folder already."""
    found = {}
    for path in sorted(into.glob(f"*/{FAMILY}")):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            found[content["id"]] = {**content, "order": list(content["order"])}
            _ = content["parameters"], content["baseline"], content["bbox"]
        except (OSError, ValueError, KeyError, TypeError):
            raise UnreadableFamily(path=str(path)) from None
    return found


def _family(id: str, slug: str, known: Any, store: Store, languages: Sequence[str]) -> Any:
    """The family with this scenario among its own."""
    if known is None:
        return starting.family(id, slug, sorted(store.catalogue().geographies), languages)
    order = known["order"] if slug in known["order"] else [*known["order"], slug]
    parameters = [_with_option(p, slug, languages) for p in known["parameters"]]
    return {**known, "order": order, "parameters": parameters}


def _with_option(parameter: Any, slug: str, languages: Sequence[str]) -> Any:
    """A parameter made by this command gets an option for each scenario; others are the city's."""
    values = [o["value"] for o in parameter["options"]]
    if parameter["id"] != "variant" or slug in values:
        return parameter
    option = {"value": slug, "name": starting.words("option", languages)}
    return {**parameter, "options": [*parameter["options"], option]}


def _parameters(family: Any, slug: str) -> dict[str, Any]:
    said = N_("one of %(values)s, as family.json has it; or add your own there")
    found = {}
    for parameter in family["parameters"]:
        values = [o["value"] for o in parameter["options"]]
        found[parameter["id"]] = (
            slug
            if parameter["id"] == "variant" and slug in values
            else starting.fill(said, values=", ".join(map(str, values)))
        )
    return found


def _write_shared(begun: Plan, store: Store, languages: Sequence[str]) -> list[Path]:
    """Write family.json, and indicators.json where the portal and the folder have none."""
    written = []
    place = begun.into / begun.id / FAMILY
    before = json.loads(place.read_text(encoding="utf-8")) if place.exists() else None
    if before != begun.family:
        place.parent.mkdir(parents=True, exist_ok=True)
        replace_json(place, begun.family)
        written.append(place)
    catalogue = begun.into / CATALOGUE
    if not store.indicators() and not catalogue.exists():
        replace_json(catalogue, starting.catalogue(languages))
        written.append(catalogue)
    return written


def appear(folder: Path, descriptor: Any, files: dict[str, bytes]) -> None:
    """Write a folder beside its place and move it there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    try:
        stage.chmod(0o755)
        for path, data in files.items():
            (stage / path).parent.mkdir(parents=True, exist_ok=True)
            (stage / path).write_bytes(data)
        replace_json(stage / "datapackage.json", descriptor)
        stage.rename(folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
