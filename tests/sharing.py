"""What all tests may share because it never changes: made once, by whoever needs it first."""

import fcntl
import gc
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule
from xdist.scheduler import LoadScopeScheduling

MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3


def write_to_memory() -> None:
    """Let what tests write, and the programs they start, lie in memory where there is room.

    On a disk every commit and every folder removed waits some milliseconds: half of the time.
    """
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    if shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # so that it is looked up again


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder `make` fills: by the first of the processes that test side by side.

    The others wait for it.
    """
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            making = folder.with_suffix(".making")
            shutil.rmtree(making, ignore_errors=True)
            make(making)
            making.rename(folder)
    return folder


def lend_store(store: Path, to: Path) -> None:
    """A store of one's own that costs little: versions never change, so they are only named.

    Packages and versions may be added, the catalogue replaced; the lent store stays as it was.
    """
    folders, links, twins = _inventory(store)
    for folder in folders:
        Path(f"{to}{folder}").mkdir(parents=True)
    for name in links:
        Path(f"{to}{name}").symlink_to(f"{store}{name}")
    for name in twins:
        Path(f"{to}{name}").hardlink_to(f"{store}{name}")


@cache
def _inventory(store: Path) -> tuple[list[str], list[str], list[str]]:
    """The folders of a lent store, the versions in it, and its other files."""
    folders, links, twins = [""], [], []
    for path in sorted(store.rglob("*")):
        name = str(path).removeprefix(str(store))
        if any(name.startswith(f"{version}/") for version in links):
            continue
        if (path / "datapackage.json").is_file():
            links.append(name)
        elif path.is_dir():
            folders.append(name)
        else:
            twins.append(name)
    return folders, links, twins


class Compiled(BytecodeCache):
    """Templates as compiled by the first portal of this process, by their source.

    Every test makes a portal of its own, and compiling takes ten times as long as drawing.
    """

    def __init__(self) -> None:
        self._code: dict[tuple[Any, ...], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get(_mark(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[_mark(bucket)] = bucket.code


def _mark(bucket: Bucket) -> tuple[Any, ...]:
    blocks = bucket.environment.trim_blocks, bucket.environment.lstrip_blocks
    return bucket.key, bucket.checksum, blocks


PARSED = ("_parts", "_trace", "_converters", "arguments")
BUILT = ("_build", "_build_unknown")


def remember_what_is_compiled() -> None:
    """Keep compiled templates and address rules: a portal then takes a sixth of the time."""
    Flask.jinja_options = {"bytecode_cache": Compiled()}
    compile_rule = Rule.compile
    compiled: dict[Any, tuple[dict[str, Any], dict[str, Any]]] = {}

    def remembered(self: Rule) -> None:
        known = self.map.converters.get("lang") if self.map else None
        key = (
            self.rule,
            self.subdomain,
            self.merge_slashes,
            repr(self.defaults),
            known and known.regex,
        )
        if key not in compiled:
            compile_rule(self)
            built = {name: getattr(self, name).__func__ for name in BUILT}
            compiled[key] = {name: getattr(self, name) for name in PARSED}, built
        parsed, built = compiled[key]
        self.__dict__ |= parsed | {name: make.__get__(self) for name, make in built.items()}

    Rule.compile = remembered  # type: ignore[method-assign]


def collect_less_often() -> None:
    """Leave what is loaded out of the search for garbage, and search seldom.

    Every test throws a whole portal away; looking through all the others took a third of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


JOURNEYS = "tests/journeys/"
TOGETHER = (JOURNEYS, "tests/scenarios/test_pictures.py")
WALKS = "tests/journeys/test_every_page.py"  # which may be walked by different processes
FIRST_WALK = f"{WALKS}[None-it]"  # the longest, and others ask what it found


def bundle(nodeid: str) -> str:
    """Which tests go together to one of those who test side by side."""
    module, _, test = nodeid.partition("::")
    if not module.startswith(TOGETHER):
        return nodeid
    return module + "".join(test.partition("[")[1:]) if module == WALKS else module


def dearest_first(items: list[pytest.Item]) -> None:
    """What is dear in bundles before all others, and the largest bundles of journeys first.

    So one draws pictures while another makes up the city, and whoever serves a city keeps it until
    no journey is left.
    """
    sizes = Counter(bundle(item.nodeid) for item in items)

    def turn(item: pytest.Item) -> tuple[int, int, str]:
        name = bundle(item.nodeid)
        if not name.startswith(TOGETHER):
            return 3, 0, ""
        if not name.startswith(JOURNEYS):
            return 0, 0, ""
        if name == FIRST_WALK:
            return 1, 0, ""
        return 2, -max(sizes[name], 10 * name.startswith(WALKS)), name

    items.sort(key=turn)


class SideBySide(LoadScopeScheduling):
    """Tests go one by one, in their order, to whoever is free; what shares something dear as one."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return bundle(nodeid)


def hurry(engine: sa.Engine) -> None:
    """Let a PostgreSQL that nobody will miss not wait for the disk."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")


def empty(engine: sa.Engine, tables: list[sa.Table]) -> None:
    """Remove every row, and every ballot box; tables without rows are left alone."""
    asked = " UNION ALL ".join(
        f'SELECT \'"{t.name}"\' WHERE EXISTS (SELECT 1 FROM "{t.name}")' for t in tables
    )
    boxes = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'box\\_%%'"
    with engine.begin() as connection:
        filled = list(connection.exec_driver_sql(asked).scalars())
        if filled:
            connection.exec_driver_sql(f"TRUNCATE {', '.join(filled)} CASCADE")
        for name in list(connection.exec_driver_sql(boxes).scalars()):
            connection.exec_driver_sql(f'DROP SCHEMA "{name}" CASCADE')
