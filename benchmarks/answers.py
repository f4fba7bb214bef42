"""How published files are answered: kept for ever, by tag, in parts, packed beforehand."""

import http.client
import json
import re
from html import unescape
from typing import Any

from benchmarks.figures import Line
from benchmarks.visitor import Visitor

MAP = re.compile(r"\bdata-map='([^']+)'")
WORTH_PACKING = 2000  # bytes
PACKED_ALREADY = (".zip", ".png", ".pmtiles", ".parquet", ".jpg")


def lines(visitor: Visitor, pages: list[str]) -> list[Line]:
    """What the maps and downloads of these pages fetch, and how many of the answers fall short."""
    found = sorted({address for page in pages for address in addresses(visitor, page)})
    if not found:
        raise LookupError("no page names a published file")
    wrong = [f"{address}: {fault}" for address in found for fault in faults(visitor.port, address)]
    for line in wrong:
        print(f"    {line}")
    what = f"faults in the answers of {len(found)} published files"
    return [Line(what, len(wrong), "", 0)]


def addresses(visitor: Visitor, page: str) -> list[str]:
    """What a page's maps fetch, and the files it offers."""
    text = visitor.ask("GET", page)[1]
    maps = [json.loads(unescape(config)) for config in MAP.findall(text)]
    fetched = [text for config in maps for text in _texts(config) if _is_file(text)]
    return [*fetched, *(link for link in visitor.links(page) if "/files/" in link)]


def _is_file(text: str) -> bool:
    path = text.partition("?")[0]
    return path.startswith(("/geo/", "/scenarios/")) and "." in path.rpartition("/")[2]


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


def faults(port: int, address: str) -> list[str]:
    """What is wrong with the answers to one address."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    status, headers, body = _ask(connection, address)
    tag = headers.get("etag", "")
    again, _, _ = _ask(connection, address, {"If-None-Match": tag})
    part, _, piece = _ask(connection, address, {"Range": "bytes=0-9"})
    _, packed, _ = _ask(connection, address, {"Accept-Encoding": "gzip"})
    connection.close()
    path = address.partition("?")[0]
    small = len(body) < WORTH_PACKING or path.endswith(PACKED_ALREADY)
    wanted = {
        f"status {status}": status == 200,
        "not immutable": "immutable" in headers.get("cache-control", ""),
        "no ETag": bool(tag),
        f"{again} for a known ETag": again == 304,
        f"{part} for a Range": part == 206 and piece == body[:10],
        "not packed": small or packed.get("content-encoding") == "gzip",
    }
    return [fault for fault, good in wanted.items() if not good]


def _ask(
    connection: http.client.HTTPConnection, address: str, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    connection.request("GET", address, headers=headers or {})
    answer = connection.getresponse()
    found = {name.lower(): value for name, value in answer.getheaders()}
    return answer.status, found, answer.read()
