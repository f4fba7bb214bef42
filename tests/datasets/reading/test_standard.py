"""What the service says of itself is true: its OpenAPI document, and GDAL's driver on a real port."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import validate
from werkzeug.serving import make_server

from tests.datasets.reading.conftest import rows
from tests.datasets.reading.test_features import ask

SHOWN = {
    "/": "/ogc/",
    "/conformance": "/ogc/conformance",
    "/collections": "/ogc/collections",
    "/collections/{collectionId}": "/ogc/collections/noise@1.0.0",
    "/collections/{collectionId}/queryables": "/ogc/collections/noise/queryables",
    "/collections/{collectionId}/items": "/ogc/collections/noise@1.0.0/items?bbox=11,44,11.4,45",
    "/collections/{collectionId}/items/{featureId}": "/ogc/collections/noise/items/7",
    "/collections/noise/items": "/ogc/collections/noise/items?limit=200",
}


def test_the_openapi_document_is_valid_and_the_answers_are_as_it_says(client, released):
    told = client.get("/ogc/api").get_json()
    validate(told)
    assert set(told["paths"]) == {*SHOWN, "/api"}
    for path, address in SHOWN.items():
        answer = client.get(address)
        content = told["paths"][path]["get"]["responses"]["200"]["content"]
        schema = content[answer.headers["Content-Type"]]["schema"]
        OAS30Validator({**schema, "components": told["components"]}).validate(answer.get_json())
    refused = client.get("/ogc/collections/noise/items?bbox=1").get_json()
    schema = {"$ref": "#/components/schemas/Exception", "components": told["components"]}
    OAS30Validator(schema).validate(refused)


def test_every_column_that_can_be_filtered_by_is_a_parameter(client, released):
    told = client.get("/ogc/api").get_json()
    listed = told["paths"]["/collections/noise/items"]["get"]["parameters"]
    names = {one["name"] for one in listed if "name" in one}
    queryable = ask(client, path="/ogc/collections/noise/queryables")["properties"]
    assert names == set(queryable) - {"geometry"}


@pytest.fixture
def address(app, released) -> Iterator[str]:
    """The portal on a real port, and where its service begins."""
    asked: list[str] = []

    @app.after_request
    def remember(response):
        from flask import request

        asked.append(request.full_path)
        return response

    server = make_server("127.0.0.1", 0, app, threaded=True)
    app.config["BASE_URL"] = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"{app.config['BASE_URL']}/ogc", asked
    server.shutdown()
    thread.join()


READ = """
import json, sys
import pyogrio
source, questions = sys.argv[1], json.loads(sys.argv[2])
known = pyogrio.read_info(source, layer="noise")
fields = dict(zip(known["fields"], known["ogr_types"]))
told = {"layers": [name for name, _ in pyogrio.list_layers(source)], "crs": known["crs"],
        "geometry": known["geometry_type"], "result": fields["result"]}
for one in questions:
    one |= {"bbox": tuple(one["bbox"])} if "bbox" in one else {}
told["found"] = [len(pyogrio.raw.read(source + one.pop("path", ""), **one)[2]) for one in questions]
print(json.dumps(told))
"""


def test_gdal_reads_it_and_leaves_boxes_and_filters_to_the_portal(address):
    """In a process of its own: GDAL keeps Python waiting while it reads."""
    where, asked = address
    box = (11.30, 44.47, 11.36, 44.52)
    questions = [
        {"layer": "noise"},
        {"layer": "noise", "bbox": box},
        {"layer": "noise", "bbox": box, "where": "result > 70 AND hour < 12"},
        {"path": "/collections/noise@1.0.0"},
    ]
    command = [sys.executable, "-c", READ, f"OAPIF:{where}", json.dumps(questions)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["layers"][0] == "noise"
    assert (told["geometry"], told["result"]) == ("Point", "OFTReal") and told["crs"]
    inside = [
        row for row in rows(200)
        if row["longitude"] != "" and box[0] <= row["longitude"] <= box[2]
        and box[1] <= row["latitude"] <= box[3]
    ]  # fmt: skip
    loud = [row for row in inside if row["result"] > 70 and row["hour"] < 12]
    assert told["found"] == [200, len(inside), len(loud), 50]
    assert any("bbox=11.3" in path for path in asked)
    assert any("filter=" in path and "filter-lang=cql-text" in path for path in asked), asked
