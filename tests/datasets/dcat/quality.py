"""The metadata quality assessment of data.europa.eu, as its methodology counts points."""

from rdflib import RDF, Graph, Namespace

AUTHORITY = "http://publications.europa.eu/resource/authority/"
MEDIA = "http://www.iana.org/assignments/media-types/"
OPEN = {"CSV", "GEOJSON", "JSON", "PARQUET", "XML", "RDF_TURTLE"}  # not proprietary
READ = {"CSV", "GEOJSON", "JSON", "XML", "RDF_TURTLE"}  # the methodology's list for machines
MOST, EXCELLENT = 405, 351
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
SPDX = Namespace("http://spdx.org/rdf/terms#")


def score(graph: Graph, dataset, *, answers, valid: bool) -> dict[str, float]:
    """Points by indicator; those of distributions count in part where not all of them have it."""
    files = list(graph.objects(dataset, DCAT.distribution))

    def share(points, test):
        return points * sum(bool(test(one)) for one in files) / len(files)

    def has(thing, prop):
        return graph.value(thing, prop) is not None

    def kind(one):
        return str(graph.value(one, DCTERMS["format"]) or "").removeprefix(f"{AUTHORITY}file-type/")

    def listed(one):
        media = str(graph.value(one, DCAT.mediaType) or "")
        return kind(one).isupper() and media.startswith(MEDIA)

    own = {
        "keywords": 30 * has(dataset, DCAT.keyword),
        "categories": 30 * has(dataset, DCAT.theme),
        "spatial": 20 * has(dataset, DCTERMS.spatial),
        "temporal": 20 * has(dataset, DCTERMS.temporal),
        "compliance": 30 * valid,
        "access rights": 10 * has(dataset, DCTERMS.accessRights),
        "access rights listed": 5
        * str(graph.value(dataset, DCTERMS.accessRights)).startswith(f"{AUTHORITY}access-right/"),
        "contact point": 20 * has(dataset, DCAT.contactPoint),
        "publisher": 10 * has(dataset, DCTERMS.publisher),
    }
    return own | {
        "access URL answers": share(50, lambda f: answers(graph.value(f, DCAT.accessURL))),
        "download URL": share(20, lambda f: has(f, DCAT.downloadURL)),
        "download URL answers": share(30, lambda f: answers(graph.value(f, DCAT.downloadURL))),
        "format": share(20, lambda f: has(f, DCTERMS["format"])),
        "media type": share(10, lambda f: has(f, DCAT.mediaType)),
        "both listed": share(10, listed),
        "not proprietary": share(20, lambda f: kind(f) in OPEN),
        "read by machines": share(20, lambda f: kind(f) in READ),
        "licence": share(20, lambda f: has(f, DCTERMS.license)),
        "licence listed": share(
            10,
            lambda f: str(graph.value(f, DCTERMS.license)).startswith(f"{AUTHORITY}licence/"),
        ),
        "rights": share(5, lambda f: has(f, DCTERMS.rights)),
        "size": share(5, lambda f: has(f, DCAT.byteSize)),
        "issued": 5 * has(dataset, DCTERMS.issued),
        "modified": 5 * has(dataset, DCTERMS.modified),
    }


def datasets(graph: Graph) -> list:
    """Every dataset of the catalogue."""
    return list(graph.subjects(RDF.type, DCAT.Dataset))
