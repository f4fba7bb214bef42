"""Files of readings as people send them, for tests."""

from datetime import UTC, datetime

TIMES = [f"2026-05-{day:02d}" for day in range(1, 29)]
TABLE = (
    "Data e ora;Rumore dB(A)\n01/05/2026 10:00;61,5\n01/05/2026 11:00;62,1\n02/05/2026 11:00;63\n"
)
GPX = """<?xml version="1.0"?>
<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="44.4938" lon="11.3430"><time>2026-05-01T10:00:00Z</time><ele>54</ele>
<extensions><s:sensor xmlns:s="urn:sensor"><s:noise>61.5</s:noise></s:sensor></extensions></trkpt>
<trkpt lat="44.4948" lon="11.3430"><time>2026-05-01T10:01:00Z</time>
<extensions><s:sensor xmlns:s="urn:sensor"><s:noise>62.5</s:noise></s:sensor></extensions></trkpt>
</trkseg></trk></gpx>"""
BILLION = """<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
]><gpx><trk><trkseg><trkpt lat="44.49" lon="11.34"><time>&b;</time></trkpt></trkseg></trk></gpx>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE gpx SYSTEM "file:///etc/passwd"><gpx></gpx>"""
STA = """{"@iot.count": 2, "value": [
 {"@iot.id": 1, "phenomenonTime": "2026-05-01T10:00:00Z", "result": 61.5,
  "FeatureOfInterest": {"feature": {"type": "Point", "coordinates": [11.3430, 44.4938]}}},
 {"@iot.id": 2, "phenomenonTime": "2026-05-01T11:00:00Z/2026-05-01T11:05:00Z", "result": 62.5,
  "FeatureOfInterest": {"feature": {"type": "Point", "coordinates": [11.3430, 44.4938]}}}]}"""
ARRAY = """{"value": [{"Datastream": {"@iot.id": 1}, "components": ["phenomenonTime", "result"],
 "dataArray@iot.count": 2,
 "dataArray": [["2026-05-01T10:00:00Z", 61.5], ["2026-05-01T11:00:00Z", 62.5]]}]}"""
AT = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
