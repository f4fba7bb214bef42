"""Log one dataitem by the SDK of DigitalHub; a program of its own, knowing nothing of the portal.

Reads what to log from its standard input. Exit status: 0 logged or there already, 3 no SDK here,
4 not let in, 5 not reached, 1 anything else.
"""

import json
import os
import sys
import tempfile
from typing import Any


def main() -> int:
    """Log it; the status to end with."""
    asked = json.load(sys.stdin)
    try:
        import digitalhub
    except ImportError:
        return 3
    with tempfile.TemporaryDirectory() as here:
        os.chdir(here)  # the SDK writes beside where it runs
        try:
            return _log(digitalhub, asked)
        except Exception as error:
            words = f"{type(error).__name__} {error}".lower()
            print(type(error).__name__, file=sys.stderr)  # noqa: T201 - for whoever runs it by hand
            return _status(words)


def _log(digitalhub: Any, asked: dict[str, Any]) -> int:
    """The id of a delivery is the dataitem's: a second try finds the first."""
    local = {} if os.environ.get("DHCORE_ENDPOINT") else {"local": True}
    project = digitalhub.get_or_create_project(asked["project"], **local)
    where = {"project": project.name, "entity_id": asked["id"]}
    try:
        digitalhub.get_dataitem(asked["name"], **where)
    except Exception as error:
        if not _unknown(error):
            raise
    else:
        return 0
    place = f"{asked['path'].rstrip('/')}/{asked['name']}/{asked['told']['version']}/"
    item = digitalhub.new_dataitem(
        project=project.name,
        name=asked["name"],
        kind="table",
        uuid=asked["id"],
        path=place + asked["file"],
        description=asked["description"],
        labels=asked["labels"],
    )
    return 0 if item.id == asked["id"] else 1


def _unknown(error: Exception) -> bool:
    words = f"{type(error).__name__} {error}".lower()
    return any(mark in words for mark in ("notexist", "not found", "404", "no such"))


def _status(words: str) -> int:
    if any(mark in words for mark in ("401", "403", "unauthor", "forbidden")):
        return 4
    return 5 if any(mark in words for mark in ("connect", "timeout", "timed out")) else 1


if __name__ == "__main__":
    sys.exit(main())
