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
    """Each item's id is known beforehand: a second try finds what the first one logged."""
    local = {} if os.environ.get("DHCORE_ENDPOINT") else {"local": True}
    project = digitalhub.get_or_create_project(asked["project"], **local)
    for item in asked["items"]:
        if not _there(digitalhub, project.name, item):
            digitalhub.new_dataitem(project=project.name, kind="table", **item)
            if not _there(digitalhub, project.name, item):
                return 1
    return 0


def _there(digitalhub: Any, project: str, item: dict[str, Any]) -> bool:
    try:
        found = digitalhub.get_dataitem(item["name"], project=project, entity_id=item["uuid"])
    except Exception as error:
        if _unknown(error):
            return False
        raise
    return bool(found.spec.path == item["path"])


def _unknown(error: Exception) -> bool:
    words = f"{type(error).__name__} {error}".lower()
    return any(mark in words for mark in ("notexist", "not found", "404", "no such"))


def _status(words: str) -> int:
    if any(mark in words for mark in ("401", "403", "unauthor", "forbidden")):
        return 4
    return 5 if any(mark in words for mark in ("connect", "timeout", "timed out")) else 1


if __name__ == "__main__":
    sys.exit(main())
