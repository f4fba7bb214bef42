"""The file of a public result: where it rests, and how it is written."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from flask import current_app

from portal.consultations.models import Consultation


def folder(consultation: Consultation) -> Path:
    """Where a consultation's public files rest."""
    data: Path = current_app.config["DATA"]
    return data / "public" / "consultations" / consultation.slug


def written(result: Mapping[str, Any]) -> bytes:
    """A result as its file holds it."""
    return (json.dumps(result, ensure_ascii=False, indent=1) + "\n").encode()


def write(consultation: Consultation, content: bytes) -> Path:
    """Put the result's file in place whole or not at all."""
    path = folder(consultation) / "results.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".results.{os.getpid()}")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return path


def lines(result: Mapping[str, Any]) -> Iterable[str]:
    """A result for the command line."""
    for option in result["options"]:
        yield f"{option['votes'] if option['votes'] is not None else '-':>8}  {option['key']}"
    yield f"{result['turnout']['headline']:>8}  people (V and P)"
