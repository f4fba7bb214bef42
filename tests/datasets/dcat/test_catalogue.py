"""The catalogue: both forms say the same, the profiles are kept, and its metadata rate excellent."""

import json
import re
from pathlib import Path

import pyshacl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import RDF, Graph, Literal, URIRef

from portal.datasets.dcat import turtle
from portal.datasets.dcat.vocabulary import PREFIXES
from tests.datasets.dcat import quality
from tests.datasets.dcat.quality import DCAT, DCTERMS
from tests.datasets.test_pages import made  # noqa: F401 - a fixture

SHAPES = Path(__file__).with_name("profile.shapes.ttl")


@pytest.fixture
def found(app, client, made):  # noqa: F811
    """The catalogue in Turtle and in JSON-LD, read by rdflib."""
    app.config["CONTACT"] = "dati@example.org"
    as_turtle, as_json = client.get("/catalog.ttl"), client.get("/catalog.jsonld")
    assert (as_turtle.mimetype, as_json.mimetype) == ("text/turtle", "application/ld+json")
    return (
        Graph().parse(data=as_turtle.text, format="turtle"),
        Graph().parse(data=as_json.text, format="json-ld"),
    )


def test_both_forms_say_the_same_and_the_profiles_are_kept(client, found):
    graph, other = found
    assert set(graph) == set(other)  # no nameless nodes: the same addresses every time
    valid, _results, words = pyshacl.validate(graph, shacl_graph=str(SHAPES), advanced=False)
    assert valid, words[:3000]
    names = {str(one) for one in graph.objects(None, DCTERMS.identifier)}
    assert {"noise", "citta-30-base"} <= names
    assert len(quality.datasets(graph)) > 10

    def answers(address):
        path = str(address).removeprefix("http://127.0.0.1:8000")
        return client.get(path).status_code == 200

    for dataset in [*quality.datasets(graph)[:2], _named(graph, "noise")]:
        points = quality.score(graph, dataset, answers=answers, valid=valid)
        assert quality.EXCELLENT <= sum(points.values()) <= quality.MOST, points


def test_every_file_of_a_release_is_there_with_its_hash_and_licence(client, found):
    graph, _other = found
    told = client.get("/datasets/noise/1.0.0.json").get_json()
    hashes = {str(one).lower() for one in graph.objects(None, quality.SPDX.checksumValue)}
    assert {r["hash"].removeprefix("sha256:") for r in told["resources"]} <= hashes
    files = list(graph.objects(_named(graph, "noise"), DCAT.distribution))
    assert any(graph.value(one, DCAT.accessService) for one in files)
    services = set(graph.subjects(RDF.type, DCAT.DataService))
    assert services == set(graph.objects(None, DCAT.service))
    paths = [str(one).removeprefix("http://127.0.0.1:8000") for one in services]
    assert {client.get(path).status_code for path in paths} == {200}
    assert sorted(path.split("/")[1] for path in paths) == ["ogc", "sta"]
    for service in services:
        assert list(graph.objects(service, DCAT.servesDataset)) == [_named(graph, "noise")]


def test_a_release_the_portal_made_is_read_row_by_row(client, made):  # noqa: F811
    counts = client.get("/datasets/noise/1.0.0.json").get_json()["counts"]
    told = client.get("/ogc/collections/noise/items?limit=1000").get_json()
    assert told["numberMatched"] == len(told["features"]) == counts["published"]
    assert all(one["properties"]["quality"].startswith("accepted") for one in told["features"])


def test_the_bare_address_gives_each_reader_its_form(client, made):  # noqa: F811
    for accept, target in (("text/turtle", "/catalog.ttl"), ("text/html", "/it/datasets"),
                           ("application/ld+json", "/catalog.jsonld"),
                           ("application/json", "/catalog.jsonld"), ("*/*", "/it/datasets")):  # fmt: skip
        sent = client.get("/catalog", headers={"Accept": accept, "Accept-Language": "it"})
        assert (sent.status_code, sent.headers["Location"]) == (303, target)
    tag = client.get("/catalog.ttl").headers["ETag"]
    assert client.get("/catalog.ttl", headers={"If-None-Match": tag}).status_code == 304


def test_pages_tell_search_engines_without_running_anything(client, made):  # noqa: F811
    for page in ("/en/datasets/noise", "/en/datasets/noise/1.0.0"):
        text = client.get(page).text
        inside = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)[1]
        assert not set("<>&'") & set(inside)
        told = json.loads(inside)
        assert (told["@type"], told["version"], told["name"]) == (
            "Dataset",
            "1.0.0",
            "Street noise",
        )
        assert len(told["description"]) >= 12 and len(told["distribution"]) >= 4
        assert "Read it from other programs" in text


def _named(graph, name):
    return next(
        one
        for one in graph.subjects(DCTERMS.identifier, Literal(name))
        if (one, RDF.type, DCAT.Dataset) in graph
    )


@settings(max_examples=50)
@given(st.text(max_size=30), st.text(max_size=12))
def test_any_words_come_through_turtle_as_they_were(words, tail):
    words = words.encode("utf-8", "ignore").decode()
    tail = re.sub(r"[\x00-\x20%#]", "", tail.encode("utf-8", "ignore").decode())
    node = {"@id": f"https://example.org/{tail}", "dct:title": {"@value": words, "@language": "it"}}
    graph = Graph().parse(data=turtle.write([node]), format="turtle")
    [(subject, predicate, value)] = list(graph)
    assert predicate == URIRef(PREFIXES["dct"] + "title")
    assert str(value) == words and value.language == "it"
    assert not set('<>"{}|^`\\ ') & set(str(subject))
