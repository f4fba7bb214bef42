"""Every rule broken alone and fifty at once, scripts in every text, changes nobody thought of.

The list of rules is read from the code: a rule no test breaks makes this file fail.
"""

import ast
import json
import re
import shutil
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import scenarios as room
from portal.scenarios.checking.check import check
from portal.scenarios.checking.check_descriptor import validator
from portal.scenarios.checking.faults import Faults
from portal.scenarios.publishing.compiling import Unpublishable
from portal.scenarios.publishing.finding import find
from portal.scenarios.publishing.publish import publish
from tests.scenarios import test_check as known
from tests.scenarios.making import (
    AREAS,
    KPI,
    PROFILE,
    collection,
    edit,
    make_city,
    rewrite,
    square,
)

DESCRIPTOR = "datapackage.json"
JUDGES = ("check*.py", "intake.py", "finding.py", "unseen.py", "layer_*.py", "judging.py", "stated.py",
          "shared.py", "publish.py", "compiling.py", "placeholders.py", "schema_words.py")  # fmt: skip
ROOM = Path(room.__file__).parent


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name != ".lock"
    }


@pytest.fixture
def store(city, tmp_path):
    """A store with the small city in it."""
    publish([city], tmp_path / "store")
    return tmp_path / "store"


# --- the rules, as the code has them ------------------------------------------------------------


def _said(node: ast.AST) -> str | None:
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_":
        return str(ast.literal_eval(node.args[0]))
    return None


def rules() -> dict[str, str]:
    """Every reason the check can give, with its file: a sentence followed by a remedy."""
    found: dict[str, str] = {}
    files = [path for name in JUDGES for path in ROOM.rglob(name)]
    for path in sorted(files):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            parts = node.args if isinstance(node, ast.Call) else getattr(node, "elts", [])
            pairs = [(_said(a), b) for a, b in pairwise(parts)]
            told = [a for a, b in pairs if a and (_said(b) or isinstance(b, ast.Starred))]
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "reason":
                told += [s for s in [_said(node.value)] if s]
            found |= dict.fromkeys(told, path.name)
    return found


def fragments(sentence: str) -> list[str]:
    """The words of a sentence between its gaps and between what it quotes."""
    parts = re.split(r"“?%\(\w+\)s”?|“[^”]*”", sentence)
    return [p for part in parts if len(p := part.strip(" .,:;")) >= 7]


def spoken_of(reason: str) -> bool:
    """Whether some test quotes the reason."""
    said = fragments(reason) or [re.sub(r"%\(\w+\)s", "", reason).strip(" .,:;")]
    return any(q in part or part in q for part in said for q in QUOTES)


QUOTES = {
    quote
    for path in Path(__file__).parent.glob("test_*.py")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 400
    for quote in fragments(node.value)
}


def test_the_rules_are_found_in_the_code():
    assert len(rules()) > 100
    assert "The path “%(path)s” is absolute." in rules()


def test_no_rule_is_without_a_test_that_quotes_it():
    assert {r: f for r, f in rules().items() if not spoken_of(r)} == {}


# --- one at a time ------------------------------------------------------------------------------


def of_descriptor(change):
    return lambda city: edit(city / "strade/trenta" / DESCRIPTOR, change)


def of_file(name: str, content: Any):
    return lambda city: rewrite(city / "strade/trenta", name, content)


def of_json(path: str, change):
    return lambda city: edit(city / path, change)


def of_text(written: str):
    """A change of a package's title, as JSON writes it."""

    def change(city: Path) -> None:
        path = city / "strade/trenta" / DESCRIPTOR
        content = json.loads(path.read_text(encoding="utf-8"))
        content["scenario"]["title"]["it"] = "HERE"
        text = json.dumps(content, ensure_ascii=False).replace("HERE", written)
        path.write_text(text, encoding="utf-8")

    return change


def layer(*coordinates: list[float], kind: str = "Polygon") -> str:
    shape = {"type": kind, "coordinates": [list(coordinates)]}
    return collection({"type": "Feature", "properties": {}, "geometry": shape})


def of_layer(**properties: Any):
    """A layer that carries the noise of one square, with other properties."""

    def change(city: Path) -> None:
        square_ = square("x", 11.1)
        square_["properties"] = {"id": "x", "name": "X", "rumore": 60} | properties
        kept = {k: v for k, v in square_["properties"].items() if v is not None}
        square_["properties"] = kept
        rewrite(city / "strade/trenta", "zona.geojson", collection(square_))
        edit(city / "strade/trenta" / DESCRIPTOR, put("resources.3.indicators", ["rumore"]))

    return change


put, drop = known.put, known.drop
ALONE: dict[str, tuple[Any, str]] = {
    **{f"descriptor: {k}": (of_descriptor(v[0]), v[1]) for k, v in known.DESCRIPTOR_RULES.items()},
    **{f"table: {k}": (of_file("kpi.csv", v[0]), v[3]) for k, v in known.TABLE_RULES.items()},
    **{f"layer: {k}": (of_file("zona.geojson", v[0]), v[1]) for k, v in known.LAYERS.items()},
    "ten gigabytes claimed": (
        of_descriptor(put("resources.0.bytes", 10_000_000_000)),
        "the descriptor says 10000000000",
    ),
    "bytes below nothing": (of_descriptor(put("resources.0.bytes", -1)), "is too small"),
    "a path with a line end": (
        of_descriptor(put("resources.0.path", "kpi\n.csv")),
        "is no name for a file",
    ),
    "a path home": (of_descriptor(put("resources.0.path", "~/kpi.csv")), "is absolute"),
    "data for a path": (of_descriptor(put("resources.0.path", "data:,x")), "another computer"),
    "a path to a share": (of_descriptor(put("resources.0.path", "//host/x")), "another computer"),
    "a path through itself": (
        of_descriptor(put("resources.0.path", "a/../../base/kpi.csv")),
        "leads outside",
    ),
    "a script for an owner's address": (
        of_descriptor(put("scenario.model.owner.path", "javascript:alert(1)")),
        "not written as it must be",
    ),
    "a script for a licence's address": (
        of_descriptor(put("sources.0.license_path", "javascript:alert(1)")),
        "not written as it must be",
    ),
    "mail with a header": (
        of_descriptor(put("scenario.model.owner.email", "a@b\nBcc: c@d")),
        "not written as it must be",
    ),
    "too many keywords": (of_descriptor(put("keywords", ["k"] * 41)), "too much here"),
    "too long a title": (of_descriptor(put("title", "t" * 301)), "too much here"),
    "a source with a dataset alone": (
        of_descriptor(put("sources.0", {"title": "d", "dataset": "ombra"})),
        "Missing beside dataset: version",
    ),
    "a source with nothing": (
        of_descriptor(put("sources.0", {"title": "d"})),
        "neither a licence nor a dataset",
    ),
    "a level of confidence of one's own": (
        of_descriptor(put("scenario.model.interval.level", 0.9)),
        "not allowed here",
    ),
    "a horizon too far": (of_descriptor(put("scenario.horizon", 99999)), "is too large"),
    "a strange field in a table's schema": (
        of_descriptor(put("resources.0.schema.fields.0.format", "x")),
        "does not belong here",
    ),
    "a family with a key of its own": (
        of_json("strade/family.json", put("colour", "red")),
        "colour does not belong here",
    ),
    "a family out of its folder": (
        of_json("strade/family.json", put("id", "vie")),
        "lies in a folder of another name",
    ),
    "the same main indicator twice": (
        of_json("strade/family.json", put("main_indicators", ["rumore", "rumore"])),
        "is there twice",
    ),
    "an indicator without a unit": (
        of_json("indicators.json", put("indicators.0.unit", "")),
        "too little here",
    ),
    "an indicator of an unknown theme": (
        of_json("indicators.json", put("indicators.0.theme", "aria")),
        "no theme “aria”",
    ),
    "a geography with a code that is none": (
        lambda c: rewrite(c / "areas", "rioni.geojson", collection(square("", 11.1))),
        "area has no code",
    ),
    "a geography with names that are none": (
        lambda c: rewrite(c / "areas", "rioni.geojson", collection(square("nord", 11.1, name=3))),
        "area has no name",
    ),
    "a geography with parents that are none": (
        lambda c: rewrite(
            c / "areas", "rioni.geojson", collection(square("nord", 11.1, "quartiere"))
        ),
        "parents are not codes",
    ),
    "a shape that crosses itself": (
        of_file(
            "zona.geojson",
            layer([11.1, 44.1], [11.2, 44.2], [11.2, 44.1], [11.1, 44.2], [11.1, 44.1]),
        ),
        "crosses itself",
    ),
    "latitude first": (
        of_file("zona.geojson", layer([44.1, 11.1], [44.2, 11.1], [44.2, 11.2], [44.1, 11.1])),
        "Longitude and latitude look swapped",
    ),
    "a layer in the metres of UTM": (
        of_file("zona.geojson", layer([686000, 4929000], [687000, 4929000], [687000, 4930000],
                                      [686000, 4929000])),
        "not longitude and latitude",
    ),
    "an infinite place": (
        of_file("zona.geojson", layer([11.1, 44.1]).replace("44.1", "1e999")),
        "too large to be meant",
    ),
    "a place without end": (
        of_file("zona.geojson", layer([11.1, 1e13], [11.2, 44.1], [11.2, 44.2], [11.1, 1e13])),
        "not those of a Polygon",
    ),
    "a row by area without a code": (
        of_file("areas.csv", f"{AREAS},rumore,1,,,,,\n"),
        "The cell is empty",
    ),
    "a time of yesterday": (
        of_file("profile.csv", f"{PROFILE}rumore,24:01,1,,\n"),
        "is not a time_of_day",
    ),
    "a layer whose figure is no number": (of_layer(rumore="60"), "“60” is not a number"),
    "a layer with a figure too large": (of_layer(rumore=1e308), "too large to be meant"),
    "a layer with a low end above": (of_layer(rumore_low=61, rumore_high=62), "above the figure"),
    "a layer with a misspelt column": (of_layer(rumore_hihg=61), "Nothing reads “rumore_hihg”"),
    "a feature without an id": (of_layer(id=None), "The feature has no id"),
    "a feature with a name that is none": (of_layer(name=[1]), "is no text of at most"),
    "a layer without the figures it names": (of_layer(rumore=None), "No feature carries a value"),
    "a column of one's own": (
        of_file("kpi.csv", "indicator,value,colour\nrumore,1,red\n"),
        "“colour” is not one of a kpi table",
    ),
    "a table of blanks": (of_file("kpi.csv", "\n \n"), "The file is empty"),
    "an input nobody knows the state of": (
        of_descriptor(drop("scenario.model.inputs.0.edition")),
        "Nothing says which state of “s” was used",
    ),
    "a version of nothing": (
        of_descriptor(put("scenario.supersedes", "0.9.0")),
        "No version “0.9.0” is published or given",
    ),
    "an axis that is a list": (of_descriptor(put("resources.2.axis", [1])), "not allowed here"),
    "words still to write": (
        of_descriptor(put("scenario.changes.it", "TO FILL: say it")),
        "Still to fill: say it",
    ),
    "a figure still to write": (
        of_file("kpi.csv", f"{KPI}rumore,TO FILL: number,,,,,,\n"),
        "Still to fill: number",
    ),
    "a catalogue that is no catalogue": (
        lambda c: (c / "indicators.json").write_text("[]"),
        "of the wrong kind",
    ),
    "a family in other letters": (
        lambda c: (c / "strade/family.json").write_bytes(b'{"id": "\xe8"}'),
        "not UTF-8",
    ),
    "a family with a mark": (
        lambda c: (c / "strade/family.json").write_bytes(
            b"\xef\xbb\xbf" + (c / "strade/family.json").read_bytes()
        ),
        "byte order mark",
    ),
    "a family with keys twice": (
        lambda c: (c / "strade/family.json").write_text('{"id": "strade", "id": "strade"}'),
        "there twice",
    ),
    "a descriptor too large": (
        lambda c: (c / "strade/trenta" / DESCRIPTOR).write_bytes(b" " * 1_000_001),
        "more than the 1000000 allowed",
    ),
    "a zero byte written as a code": (of_text(r"a\u0000b"), "a character nobody can see"),
    "half a letter": (of_text(r"a\ud800b"), "a character nobody can see"),
    "words that turn the line": (of_text("a\u202eb"), "a character nobody can see"),
    "a name that is half a letter": (
        lambda c: rewrite(
            c / "strade/trenta",
            "zona.geojson",
            collection(square("x", 11.1)).replace('"x"', r'"\udc00"'),
        ),
        "a character nobody can see",
    ),
    "a family's map of nowhere": (
        of_json("strade/family.json", put("geography", "nowhere")),
        "There is no geography “nowhere”",
    ),
    "a descriptor that is a folder": (
        lambda c: ((c / "strade/trenta" / DESCRIPTOR).unlink(),
                   (c / "strade/trenta" / DESCRIPTOR).mkdir()),
        "baseline",
    ),
}  # fmt: skip
ALONE.pop("a descriptor that is a folder")


@pytest.mark.parametrize("what", ALONE)
def test_one_broken_rule_is_told_and_nothing_is_published(store, city, what):
    change, said = ALONE[what]
    before = snapshot(store)
    change(city)
    with pytest.raises(Unpublishable) as refused:
        publish([city], store)
    told = "\n".join(map(str, refused.value.faults))
    assert said in told
    assert all(f.reason and f.remedy and "%(" not in str(f) for f in refused.value.faults)
    assert snapshot(store) == before


# --- fifty at once ------------------------------------------------------------------------------


def test_fifty_broken_rules_are_all_told_at_once(store, city):
    before = snapshot(store)
    rows = [v[0][len(KPI) :] for v in known.TABLE_RULES.values() if _one_row(v[0])]
    rewrite(city / "strade/trenta", "kpi.csv", KPI + "".join(rows))
    broken = [
        "no contributors", "no keywords", "card without purpose", "card without not for",
        "card without who is missing", "card without owner", "card without objections", "no runs",
        "no English title", "no Italian limits", "no English in the card", "empty words",
        "no status of words", "version not semantic", "name with spaces", "unknown role",
        "unknown parameter", "value off the grid", "unknown licence", "unknown source licence",
        "profile without axis", "same name twice", "box out of the world", "hash of another kind",
    ]  # fmt: skip
    more = {
        "title": ("t" * 301, "too much here"),
        "created": ("yesterday", "2026-05-31T00:00:00Z"),
        "scenario.horizon": (99999, "is too large"),
        "scenario.model.interval.level": (0.5, "Write: 0.95"),
        "scenario.model.reviewed": ("soon", "not written as it must be"),
        "scenario.model.inputs": ([], "too little here"),
        "licenses.0.path": ("ftp://x", "https://"),
        "resources.0.schema.fields.0.format": ("x", "format does not belong here"),
        "resources.3.indicators": (["polvere"], "no indicator “polvere”"),
    }
    for place, (value, _) in more.items():
        edit(city / "strade/trenta" / DESCRIPTOR, put(place, value))
    for name in broken:
        edit(city / "strade/trenta" / DESCRIPTOR, known.DESCRIPTOR_RULES[name][0])
    rewrite(
        city / "strade/trenta", "areas.csv", f"{AREAS}est,rumore,1,2,,,,\nnord,polvere,1,,,,,\n"
    )
    edit(city / "indicators.json", put("indicators.1.theme", "altro"))
    edit(city / "strade/family.json", put("baseline", "zero"))
    with pytest.raises(Unpublishable) as refused:
        publish([city], store)
    told = "\n".join(map(str, refused.value.faults))
    missing = [n for n in broken if known.DESCRIPTOR_RULES[n][1] not in told]
    assert missing == []
    assert [said for _, said in more.values() if said not in told] == []
    missing = [n for n, v in known.TABLE_RULES.items() if _one_row(v[0]) and v[3] not in told]
    assert missing == []
    assert "no area “est”" in told
    kinds = len(broken) + sum(_one_row(v[0]) for v in known.TABLE_RULES.values()) + len(more) + 4
    assert kinds >= 50
    assert len(refused.value.faults) >= kinds
    assert snapshot(store) == before


def _one_row(content: Any) -> bool:
    """Whether a broken table breaks in rows that can stand among others."""
    if content in (known.TABLE_RULES[n][0] for n in ("same twice", "empty table")):
        return False
    plain = isinstance(content, str) and content.startswith(KPI) and '"' not in content
    return plain and "\0" not in content and "\r" not in content and len(content) < 500


# --- scripts in every text ----------------------------------------------------------------------

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}%(x)s</textarea>"


def poisoned(value: Any, key: str = "") -> Any:
    """The same JSON with a script behind every text a person could have written."""
    if isinstance(value, dict):
        kept = ("translations", "translation_exceptions", "parents", "licenses", "parameters")
        return {
            k: v if k in kept and key in ("", "scenario") and k != "parameters"
            else poisoned(v, k)
            for k, v in value.items()
        }  # fmt: skip
    if isinstance(value, list):
        return [poisoned(v, key) for v in value]
    if isinstance(value, str) and key == "keywords":
        return SCRIPT[:70]
    if isinstance(value, str) and key in ("it", "en", "attribution"):
        return f"{value} {SCRIPT}"
    return value


def poison(city: Path) -> None:
    for path in [*city.rglob("*.json")]:
        content = poisoned(json.loads(path.read_text()))
        if path.name == DESCRIPTOR and "scenario" in content:
            content["title"] = content["description"] = f"t {SCRIPT}"
            content["contributors"] = [{"title": f"c {SCRIPT}"}]
            content["sources"][0]["title"] = f"s {SCRIPT}"
            model = content["scenario"]["model"]
            model["inputs"][0] |= {"source": f"s {SCRIPT}", "edition": SCRIPT, "identifier": SCRIPT}
            model |= {"name": SCRIPT, "version": SCRIPT[:60]}
            model["calibration"]["unit"] = SCRIPT
        path.write_text(json.dumps(content, ensure_ascii=False))
    shapes = [square("nord", 11.1, name=f"Nord {SCRIPT}"), square("sud", 11.2, name=SCRIPT)]
    rewrite(city / "areas", "rioni.geojson", collection(*shapes))


class Scripts(HTMLParser):
    """Finds what a browser would run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "script" and not given.get("src") and "json" not in (given.get("type") or ""):
            self.found.append(f"<script> {self.getpos()}")
        if tag == "img" and given.get("src") == "x":
            self.found.append("<img src=x>")
        for name, value in attributes:
            if name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"{tag} {name}={value}")


def pages(portal: Any) -> list[str]:
    """Every address of the room that can be made of the small city's names."""
    values = {
        "lang": "it", "name": "strade-trenta", "version": "1.0.0", "family": "strade",
        "indicator": "rumore", "geography": "rioni", "code": "nord", "layer": "zona",
    }  # fmt: skip
    found = []
    with portal.test_request_context():
        adapter = portal.url_map.bind("localhost")
        for rule in portal.url_map.iter_rules():
            view = portal.view_functions[rule.endpoint]
            mine = view.__module__.startswith("portal.scenarios")
            if mine and "GET" in (rule.methods or ()) and rule.arguments <= set(values):
                given = {k: values[k] for k in rule.arguments}
                found.append(adapter.build(rule.endpoint, given))
    return sorted({*found, "/it/", "/it/compare/strade?right=strade-trenta&indicator=rumore"})


def test_scripts_in_every_text_stay_words_on_every_page(bare, city):
    poison(city)
    publish([city], bare.config["DATA"] / "scenarios")
    client, seen = bare.test_client(), 0
    for address in pages(bare):
        for path in {address, address.replace("/it/", "/en/")}:
            answer = client.get(path)
            assert answer.status_code < 500, path
            if not answer.content_type.startswith("text/html"):
                continue
            seen += "alert(1)" in answer.text
            parser = Scripts()
            parser.feed(answer.text)
            assert parser.found == [], path
            assert "{{7*7}}" in answer.text or "alert" not in answer.text, path
    assert seen >= 8  # the words did reach the pages


# --- changes nobody thought of ------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12) | st.sampled_from(["", " ", "../x", SCRIPT, "\0", "é" * 400, 10**30]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at] if at else []
    if isinstance(value, dict | list):
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in inside:
            found += places(part, (*at, key))
    return found


def changed(value: Any, at: tuple[Any, ...], how: str, new: Any) -> Any:
    value = json.loads(json.dumps(value))
    part = value
    for key in at[:-1]:
        part = part[key]
    if how == "drop":
        del part[at[-1]]
    elif how == "repeat" and isinstance(part, list):
        part.append(part[at[-1]])
    else:
        part[at[-1]] = new
    return value


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    """A city and its store, put back after every change."""
    root = tmp_path_factory.mktemp("lasting")
    city = make_city(root / "scenarios")
    publish([city], root / "store")
    return city, root / "store"


def broken_by_oracle(descriptor: Any, package: Path) -> bool:
    """Whether a descriptor breaks a rule that can be judged without our own check."""
    if not validator("profile.json").is_valid(descriptor):
        return True
    words = [descriptor["scenario"][k] for k in ("title", "description", "changes")]
    if any(not w.get(code, "").strip() for w in words for code in ("it", "en")):
        return True
    named = {r["path"] for r in descriptor["resources"]} | {DESCRIPTOR}
    if named != {p.name for p in package.iterdir()}:
        return True
    return any(r["bytes"] != (package / r["path"]).stat().st_size for r in descriptor["resources"])


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_change_of_a_descriptor_breaks_the_check_or_passes_it_wrongly(lasting, data):
    city, store = lasting
    package = city / "strade/trenta"
    good = json.loads((package / DESCRIPTOR).read_text())
    before = snapshot(store)
    value = good
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.sampled_from(places(value)))
        how = data.draw(st.sampled_from(["drop", "put", "put", "repeat"]))
        value = changed(value, at, how, data.draw(JSON))
    try:
        (package / DESCRIPTOR).write_text(json.dumps(value))
        faults = check(city)
        assert faults or not broken_by_oracle(value, package)
        if faults:
            with pytest.raises(Unpublishable):
                publish([city], store)
            assert snapshot(store) == before
    finally:
        (package / DESCRIPTOR).write_text(json.dumps(good, ensure_ascii=False, indent=1) + "\n")


@settings(max_examples=30, deadline=None)
@given(data=st.data(), name=st.sampled_from(["indicators.json", "strade/family.json"]))
def test_no_change_of_a_shared_file_breaks_the_check(lasting, data, name):
    city, _ = lasting
    kept = (city / name).read_text()
    value = json.loads(kept)
    at = data.draw(st.sampled_from(places(value)))
    how = data.draw(st.sampled_from(["drop", "put", "repeat"]))
    try:
        (city / name).write_text(json.dumps(changed(value, at, how, data.draw(JSON))))
        check(city)
    finally:
        (city / name).write_text(kept)


# --- what is no package -------------------------------------------------------------------------


def test_an_archive_is_not_unpacked_however_small_it_looks(tmp_path):
    import zipfile

    bomb = tmp_path / "package.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(DESCRIPTOR, b"0" * 50_000_000)
    faults = check(bomb)
    assert len(faults) == 1
    assert "not the folder of a package" in str(faults[0])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["package.zip"]


def test_folders_without_end_are_not_walked_for_ever(tmp_path, monkeypatch):
    for i in range(30):
        (tmp_path / f"f{i}").mkdir()
    monkeypatch.setattr("portal.scenarios.publishing.finding.MOST_FOLDERS", 10)
    faults = Faults()
    find([tmp_path], faults)
    assert "more than 10 folders here" in str(faults.all()[0])


def test_a_folder_that_leads_to_itself_ends(city):
    (city / "strade/again").symlink_to(city)
    assert [f for f in check(city) if "folder" in f.reason] == []


def test_a_file_that_may_not_be_read_is_named(city, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr("portal.scenarios.checking.intake.sha256_of", refuse)
    assert "The file cannot be read" in "\n".join(map(str, check(city)))


def test_a_table_with_too_many_rows_is_refused(city, monkeypatch):
    monkeypatch.setattr("portal.scenarios.checking.check_tables.MOST_ROWS", 1)
    assert "The table has more than 1 rows" in "\n".join(map(str, check(city)))


def test_a_long_table_is_held_to_its_schema_too(city, monkeypatch):
    monkeypatch.setattr("portal.scenarios.checking.check_tables.WHOLE", 0)
    limit = put("resources.0.schema.fields.1.constraints", {"maximum": 10})
    edit(city / "strade/trenta" / DESCRIPTOR, limit)
    assert "breaks the schema's “maximum: 10”" in "\n".join(map(str, check(city)))


def test_a_file_that_is_only_called_parquet_is_refused(city):
    package = city / "strade/trenta"
    (package / "zona.geojson").rename(package / "zona.parquet")
    edit(package / DESCRIPTOR, put("resources.3.path", "zona.parquet"))
    assert "This is not a GeoParquet file" in "\n".join(map(str, check(city)))


def test_a_successor_of_another_family_is_refused(store, city):
    shutil.copytree(city / "strade", city / "vie")
    for path in (city / "vie").rglob("*.json"):
        path.write_text(path.read_text().replace("strade", "vie"))
    edit(city / "vie/trenta" / DESCRIPTOR, put("scenario.supersedes", "strade-trenta@1.0.0"))
    told = "\n".join(map(str, check(city, store=store)))
    assert "“strade-trenta@1.0.0” belongs to another family" in told


def test_a_package_too_large_in_all_is_refused(city, monkeypatch):
    monkeypatch.setattr("portal.scenarios.checking.intake.PACKAGE_BYTES", 100)
    assert "The package has more than 100 bytes" in "\n".join(map(str, check(city)))


def test_a_change_while_publishing_undoes_all(store, city, monkeypatch):
    """The bytes that are published are the bytes that were checked."""
    from portal.scenarios.publishing import compiling

    before, real = snapshot(store), compiling.copy
    edit(city / "strade/trenta" / DESCRIPTOR, put("version", "1.1.0"))

    def copy(source: Path, target: Path) -> str:
        if source.name == "kpi.csv":
            source.write_text("changed meanwhile")
        return real(source, target)

    monkeypatch.setattr(compiling, "copy", copy)
    with pytest.raises(Unpublishable) as refused:
        publish([city], store)
    assert "changed while it was published" in str(refused.value)
    assert snapshot(store) == before


def test_an_interruption_leaves_the_store_as_it_was(store, city, monkeypatch):
    before = snapshot(store)
    edit(city / "strade/trenta" / DESCRIPTOR, put("version", "1.1.0"))
    monkeypatch.setattr("portal.scenarios.publishing.publish._put", interrupted)
    with pytest.raises(KeyboardInterrupt):
        publish([city], store)
    assert snapshot(store) == before
    monkeypatch.undo()
    assert publish([city], store).added == ["strade-trenta 1.1.0"]


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_the_city_of_these_tests_is_sound(city):
    assert check(city) == []
