"""Features of a stored GeoJSON file one at a time, so that a large one needs no more memory."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BLOCK = 256 * 1024
BEGIN = '"features":['


def each(path: Path) -> Iterator[dict[str, Any]]:
    """Every feature in order. The file is compact JSON, as publishing writes it."""
    decoder = json.JSONDecoder()
    with path.open(encoding="utf-8") as file:
        text = file.read(BLOCK)
        while BEGIN not in text and (more := file.read(BLOCK)):
            text += more
        text = text[text.find(BEGIN) + len(BEGIN) :] if BEGIN in text else ""
        while True:
            text = text.lstrip(", \n")
            if text.startswith("]"):
                return
            try:
                found, end = decoder.raw_decode(text)
            except json.JSONDecodeError:
                more = file.read(max(BLOCK, len(text)))
                if not more:
                    return
                text += more
                continue
            text = text[end:]
            yield found
