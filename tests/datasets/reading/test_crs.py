"""Map projections: the same metres as PROJ, to the millimetre."""

import pytest

from portal.datasets.reading import crs
from tests.datasets.reading.test_features import ITEMS, ask

PROJ = [  # by PROJ 9, EPSG:25832 and EPSG:3857
    ((11.343, 44.4938), (686283.9613, 4929390.6262), (1262696.9841, 5542179.5996)),
    ((6.1, 40.0), (252438.3068, 4431786.2385), (679048.8938, 4865942.2795)),
    ((14.9, 48.2), (938323.0403, 5355381.9676), (1658660.4128, 6140192.4393)),
]


@pytest.mark.parametrize(("place", "utm", "mercator"), PROJ)
def test_the_formulas_give_what_proj_gives_and_lead_back(place, utm, mercator):
    assert crs.utm(32, *place) == pytest.approx(utm, abs=0.001)
    assert crs.mercator(*place) == pytest.approx(mercator, abs=0.001)
    assert crs.from_utm(32, *utm) == pytest.approx(place, abs=1e-8)
    assert crs.from_mercator(*mercator) == pytest.approx(place, abs=1e-8)


def test_answers_come_in_the_system_asked_for(client, released):
    told = ask(client, path="/ogc/collections/noise")
    first = ask(client, "?limit=1")["features"][0]["geometry"]["coordinates"]
    assert {one.rpartition("/")[2] for one in told["crs"]} >= {"CRS84", "4326", "3857", "25832",
                                                              "7791"}  # fmt: skip
    for uri in told["crs"]:
        answer = client.get(f"{ITEMS}?limit=1&crs={uri}")
        assert answer.headers["Content-Crs"] == f"<{uri}>"
        place = answer.get_json()["features"][0]["geometry"]["coordinates"]
        back = crs.offered(32)[uri].backward(*place)
        assert back == pytest.approx(first, abs=1e-6)
    swapped = client.get(f"{ITEMS}/1?crs=http://www.opengis.net/def/crs/EPSG/0/4326").get_json()
    assert swapped["geometry"]["coordinates"] == first[::-1]


def test_a_box_may_be_given_in_each_system(client, released):
    wanted = ask(client, "?bbox=11.3,44.46,11.36,44.52")["numberMatched"]
    for name, box in (("EPSG/0/4326", "44.46,11.3,44.52,11.36"),
                      ("EPSG/0/3857", "1257910.26,5536899.85,1264589.38,5546264.90")):  # fmt: skip
        crs84 = f"http://www.opengis.net/def/crs/{name}"
        assert ask(client, f"?bbox={box}&bbox-crs={crs84}")["numberMatched"] == wanted
    far = "http://www.opengis.net/def/crs/EPSG/0/25832"
    assert ask(client, f"?bbox=-1e8,-1e8,1e8,1e8&bbox-crs={far}")["numberMatched"] == 180
    assert ask(client, f"?bbox=0,0,1,1&bbox-crs={far}")["numberMatched"] == 0
