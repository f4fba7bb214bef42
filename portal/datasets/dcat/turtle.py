"""A tree of JSON-LD, in prefixes of our own, written as Turtle."""

import re
from collections.abc import Iterable
from typing import Any

from portal.datasets.dcat.vocabulary import PREFIXES, Node

_SAFE = re.compile(r"[^!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def write(nodes: Iterable[Node]) -> str:
    """Every node and what is told inside it; what has an address is told once, on its own."""
    writer = _Writer()
    for node in nodes:
        writer.add(node)
    heads = [f"@prefix {name}: <{address}> ." for name, address in sorted(PREFIXES.items())]
    return "\n".join([*heads, "", *writer.written()]) + "\n"


class _Writer:
    """Gathers what is told of each address, in the order it was met."""

    def __init__(self) -> None:
        self._told: dict[str, list[str]] = {}

    def add(self, node: Node) -> str:
        """Tell a node, and return how others name it."""
        address = _address(node["@id"])
        if len(node) > 1 and address not in self._told:
            self._told[address] = []
            self._told[address] = self._facts(node, "    ")
        return address

    def written(self) -> Iterable[str]:
        for address, facts in self._told.items():
            yield f"{address}\n" + " ;\n".join(facts) + " .\n"

    def _facts(self, node: Node, indent: str) -> list[str]:
        found = []
        for name, value in node.items():
            if name == "@id":
                continue
            values = value if isinstance(value, list) else [value]
            if name == "@type":
                found.append(f"{indent}a {', '.join(values)}")
            elif values:
                objects = ", ".join(self._object(one, indent) for one in values)
                found.append(f"{indent}{name} {objects}")
        return found

    def _object(self, value: Any, indent: str) -> str:
        if not isinstance(value, dict):
            return _text(str(value))
        if "@value" in value:
            said = _text(value["@value"])
            if "@language" in value:
                return f"{said}@{value['@language']}"
            return f"{said}^^{value['@type']}"
        if "@id" in value:
            return self.add(value)
        inside = " ;\n".join(self._facts(value, indent + "    "))
        return f"[\n{inside}\n{indent}]"


def _address(address: str) -> str:
    """An address in angle brackets; what may not stand there is written by its bytes."""
    safe = _SAFE.sub(lambda found: "".join(f"%{b:02X}" for b in found[0].encode()), address)
    return f"<{safe}>"


def _text(words: str) -> str:
    """A text in quotes."""
    made = "".join(
        _ESCAPES.get(c) or (f"\\u{ord(c):04X}" if ord(c) < 32 or ord(c) == 127 else c)
        for c in words
    )
    return f'"{made}"'
