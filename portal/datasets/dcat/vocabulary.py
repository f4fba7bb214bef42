"""The words of DCAT-AP_IT: prefixes, authority lists of the European Union, values in RDF."""

from datetime import datetime
from typing import Any

Node = dict[str, Any]

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatapit": "http://dati.gov.it/onto/dcatapit#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "locn": "http://www.w3.org/ns/locn#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
AUTHORITY = "http://publications.europa.eu/resource/authority/"
EUROVOC = "http://eurovoc.europa.eu/"
MEDIA = "http://www.iana.org/assignments/media-types/"
LANGUAGES = {"it": "ITA", "en": "ENG", "de": "DEU", "fr": "FRA", "es": "SPA"}
LICENCES = {
    "CC-BY-4.0": "CC_BY_4_0", "CC-BY-SA-4.0": "CC_BYSA_4_0", "CC0-1.0": "CC0",
    "ODbL-1.0": "ODC_BL", "ODC-By-1.0": "ODC_BY", "EUPL-1.2": "EUPL_1_2",
}  # fmt: skip
FORMATS = {"csv": "CSV", "geojson": "GEOJSON", "json": "JSON", "parquet": "PARQUET"}
# our themes: the European data theme, its name, and EuroVoc's domain of the same
THEMES = {
    "mobilita": ("TRAN", {"it": "Trasporti", "en": "Transport"}, "100153"),
    "casa": ("SOCI", {"it": "Popolazione e società", "en": "Population and society"}, "100148"),
    "energia": ("ENER", {"it": "Energia", "en": "Energy"}, "100158"),
    "clima": ("ENVI", {"it": "Ambiente", "en": "Environment"}, "100154"),
    "verde": ("ENVI", {"it": "Ambiente", "en": "Environment"}, "100154"),
}
OTHERWISE = "clima"


def uri(address: str) -> Node:
    """Something by its address alone."""
    return {"@id": address}


def authority(table: str, code: str) -> Node:
    """An entry of one of the Union's lists."""
    return uri(f"{AUTHORITY}{table}/{code}")


def in_languages(words: Any) -> list[Node] | str:
    """A text in each of its languages."""
    if not isinstance(words, dict):
        return str(words)
    return [{"@value": str(text), "@language": code} for code, text in words.items()]


def typed(value: Any, kind: str) -> Node:
    """A value of one of XML Schema's kinds, or another's."""
    return {"@value": str(value), "@type": kind}


def moment(at: datetime) -> Node:
    """A moment."""
    return typed(at.strftime("%Y-%m-%dT%H:%M:%SZ"), "xsd:dateTime")


def day(written: str) -> Node:
    """The day a date or moment begins with."""
    return typed(written[:10], "xsd:date")


def theme(code: str | None) -> Node:
    """What a dataset is about."""
    european, name, domain = THEMES.get(code or "", THEMES[OTHERWISE])
    return {
        "dcat:theme": {
            **authority("data-theme", european),
            "@type": "skos:Concept",
            "skos:prefLabel": in_languages(name),
        },
        "dct:subject": {
            **uri(EUROVOC + domain),
            "@type": "skos:Concept",
            "skos:prefLabel": in_languages(name),
        },
    }


def licence(listed: list[dict[str, str]]) -> Node:
    """The licence of a file; of several the one that asks most of whoever passes it on."""
    strict = [one for one in listed if one["name"].startswith(("ODbL", "CC-BY-SA"))]
    chosen = (strict or listed)[0]
    code = LICENCES.get(chosen["name"])
    return {
        "@id": f"{AUTHORITY}licence/{code}" if code else chosen["path"],
        "@type": "dct:LicenseDocument",
        "foaf:name": chosen["title"],
        "foaf:page": uri(chosen["path"]),
    }
