"""Tables of many rows: every fault found with its row, whatever its place; in bounded time."""

import hashlib
import tracemalloc
from pathlib import Path

import pytest

from portal.scenarios.checking.check_figures import Known
from portal.scenarios.checking.check_tables import COLUMNS, SAMPLE, WHOLE, check_table
from portal.scenarios.checking.faults import Faults
from portal.scenarios.publishing.webfiles import area_figures

CODES = [f"c{n}" for n in range(WHOLE // 4 + 100)]
NAMES = ["rumore", "ombra", "caldo", "pioggia"]
LATE = 3 * WHOLE // 4  # a row frictionless does not see


def known(baseline: bool = False) -> Known:
    return Known(dict.fromkeys(NAMES, 1), frozenset(CODES), baseline)


def rows() -> list[str]:
    return [f"{code},{name},5.5,5,6,,,\n" for code in CODES for name in NAMES]


def schema(**constraints: dict) -> dict:
    texts = ("code", "indicator")
    return {
        "fields": [
            {"name": c, "type": "string" if c in texts else "number"}
            | ({"constraints": constraints[c]} if c in constraints else {})
            for c in COLUMNS["areas"]
        ]
    }


def faults(tmp_path: Path, lines: list[str], wanted: dict | None = None, **more) -> list[str]:
    text = ",".join(COLUMNS["areas"]) + "\n" + "".join(lines)
    (tmp_path / "areas.csv").write_text(text)
    resource = {"role": "areas", "path": "areas.csv", "schema": wanted or schema()}
    found = Faults()
    check_table(tmp_path, resource, text, "areas.csv", known(**more), found)
    return [str(fault) for fault in found.all()]


def test_a_long_sound_table_has_no_faults(tmp_path):
    assert len(rows()) > WHOLE > SAMPLE
    assert faults(tmp_path, rows()) == []


BROKEN = {
    "no number": ("c1,rumore,x,5,6,,,\n", "value: “x” is not a number"),
    "nan": ("c1,rumore,nan,,,,,\n", "value: “nan” is not a number"),
    "too large": ("c1,rumore,1e308,,,,,\n", "value: 1e308 is too large"),
    "exponent in an interval": ("c1,rumore,5e0,6e0,7e0,,,\n", "low: 6.0, the low end, is above"),
    "low above value": ("c1,rumore,5,5.1,6,,,\n", "low: 5.1, the low end, is above"),
    "high below value": ("c1,rumore,5,4,4.9,,,\n", "high: 4.9, the high end, is below"),
    "one end": ("c1,rumore,5,4,,,,\n", "high: The interval has one end only"),
    "no value": ("c1,rumore,,,,,,\n", "value: The cell is empty"),
    "unknown indicator": ("c1,rumor,5,,,,,\n", "indicator: There is no indicator “rumor”"),
    "unknown area": ("zzz,rumore,5,,,,,\n", "code: There is no area “zzz”"),
    "cell too many": ("c1,rumore,5,,,,,,\n", "The row has 9 cells, the header 8"),
    "delta above": ("c1,rumore,5,,,2,3,4\n", "delta_low: 3.0, the low end, is above"),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_fault_far_down_is_found_with_its_row(tmp_path, rule):
    line, said = BROKEN[rule]
    lines = rows()
    lines[LATE] = line
    found = "\n".join(faults(tmp_path, lines))
    assert f"areas.csv, row {LATE + 2}" in found
    assert said in found


def test_the_same_key_twice_names_both_rows(tmp_path):
    lines = rows()
    lines[LATE] = lines[7]
    (only,) = faults(tmp_path, lines)
    assert only.startswith(
        f"areas.csv, row {LATE + 2}, code: The same code + indicator as in row 9"
    )


def test_a_baseline_has_no_difference_far_down_either(tmp_path):
    lines = rows()
    lines[LATE] = lines[LATE].replace(",,,\n", ",1,0.5,2\n")
    (only,) = faults(tmp_path, lines, baseline=True)
    assert "The baseline has a difference to itself" in only


LIMITS = {
    "minimum": (schema(value={"minimum": 5.5}), "minimum: 5.5"),
    "maximum": (schema(high={"maximum": 6}), "maximum: 6"),
    "enum": (schema(indicator={"enum": NAMES[:3]}), "enum"),
    "unique": (schema(code={"unique": True}), "unique"),
    "maxLength": (schema(code={"maxLength": 3}), "maxLength: 3"),
    "required": (schema(delta={"required": True}), "required"),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_the_schema_holds_for_rows_frictionless_does_not_read(tmp_path, limit):
    wanted, said = LIMITS[limit]
    lines = rows()
    lines[LATE] = lines[LATE].replace(",5.5,5,6,", ",5.4,5,6.1,")
    found = [line for line in faults(tmp_path, lines, wanted) if f"row {LATE + 2}," in line]
    if limit in ("minimum", "maximum"):
        assert said in found[0]
    else:
        assert any(said in line for line in faults(tmp_path, lines, wanted))


def test_a_million_keys_need_little_memory(tmp_path):
    lines = rows()
    text = ",".join(COLUMNS["areas"]) + "\n" + "".join(lines)
    (tmp_path / "areas.csv").write_text(text)
    resource = {"role": "areas", "path": "areas.csv", "schema": schema()}
    found = Faults()
    check_table(tmp_path, resource, text, "areas.csv", known(), found)  # libraries are loaded
    tracemalloc.start()
    check_table(tmp_path, resource, text, "areas.csv", known(), found)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 600 * len(lines)


def test_area_figures_are_short_and_the_same_every_time(tmp_path):
    path = tmp_path / "areas.csv"
    header = "code,indicator,value,low,high,delta,delta_low,delta_high\n"
    path.write_text(header + "a,x,1.50,,,,,\nb,x,12,11,13,,,\nb,y,0.1,,,-2,-3,-1\n")
    found = dict(area_figures(path))
    assert found == {
        "x": b'{"a":[1.5],"b":[12,11,13]}',
        "y": b'{"b":[0.1,null,null,-2,-3,-1]}',
    }
    again = hashlib.sha256(b"".join(dict(area_figures(path)).values())).hexdigest()
    assert again == hashlib.sha256(b"".join(found.values())).hexdigest()
