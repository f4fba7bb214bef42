"""The tables and statements by which `bulk.py` applies the rule to many rows."""

KEPT = {
    "id": "VARCHAR", "who": "INTEGER", "result": "DOUBLE", "category": "VARCHAR", "slot": "BIGINT",
    "spot": "INTEGER", "caveat": "BOOLEAN", "ripe": "BOOLEAN", "stays": "BOOLEAN",
    "told": "INTEGER",
}  # fmt: skip

ARRAYS = {"INTEGER": "int32", "BIGINT": "int64", "DOUBLE": "float64", "BOOLEAN": "bool"}
KEEP = """
INSERT INTO kept SELECT * REPLACE (
  nullif(who, -1) AS who, nullif(told, -1) AS told
) FROM piece
"""
CODES = {"level": "VARCHAR", "spot": "INTEGER", "code": "INTEGER"}
BATCH = {"told": "INTEGER", "place": "INTEGER"}
SLOTS = {
    "slot": "BIGINT", "fine": "BOOLEAN", "date": "DATE", "hour": "INTEGER",
    "phenomenon_time": "TIMESTAMP",
}  # fmt: skip
PLACES = {
    "number": "INTEGER", "rank": "INTEGER", "fine": "BOOLEAN", "place_level": "VARCHAR",
    "place": "VARCHAR", "latitude": "DOUBLE", "longitude": "DOUBLE", "radius_m": "INTEGER",
    "district": "VARCHAR",
}  # fmt: skip
LEAVING = {"id": "VARCHAR"}

PAIRS = """
CREATE TABLE pairs AS
SELECT spot, who, ripe, count(*) AS n, NULL::INTEGER AS place FROM kept
WHERE told IS NULL AND who IS NOT NULL GROUP BY spot, who, ripe
"""
# Rows by person and place at one level, of those nobody has told yet.
GROUPED = """
CREATE OR REPLACE TEMP TABLE found AS
WITH open AS (
  SELECT code, who, sum(n) AS n FROM pairs JOIN codes USING (spot)
  WHERE pairs.place IS NULL AND (ripe OR NOT $waits) AND codes.level = $level GROUP BY code, who
), ranked AS (
  SELECT *, row_number() OVER up AS place, sum(n) OVER up AS so_far FROM open
  WINDOW up AS (PARTITION BY code ORDER BY n DESC, who ROWS UNBOUNDED PRECEDING)
), totals AS (
  SELECT code, sum(n) AS total, count(*) AS people FROM open GROUP BY code
), good AS (
  SELECT code, min(place) AS first FROM ranked JOIN totals USING (code)
  WHERE n <= total - so_far GROUP BY code, people HAVING people - first >= $k - 1
)
SELECT code, who FROM ranked JOIN good USING (code) WHERE ranked.place >= good.first
"""
PLACED = """
UPDATE pairs SET place = codes.code FROM codes, found
WHERE pairs.place IS NULL AND (ripe OR NOT $waits) AND codes.level = $level
  AND codes.spot = pairs.spot AND found.code = codes.code AND found.who = pairs.who
"""
MUST = "SELECT told FROM kept WHERE told IS NOT NULL GROUP BY told HAVING NOT bool_and(stays)"
MEMBERS = "SELECT id, who + 1, stays FROM kept WHERE told = $1"  # a number that is not nothing
TOLD = """
CREATE TABLE told AS
SELECT kept.* RENAME (result AS kept_result), coalesce(pairs.place, batch.place) AS number,
  pairs.place IS NOT NULL AS fresh
FROM kept
LEFT JOIN pairs ON kept.told IS NULL AND pairs.spot = kept.spot AND pairs.who = kept.who
  AND pairs.ripe = kept.ripe
LEFT JOIN batch ON batch.told = kept.told
LEFT JOIN leaving ON leaving.id = kept.id
WHERE coalesce(pairs.place, batch.place) IS NOT NULL AND leaving.id IS NULL
"""
ROWS = """
CREATE TABLE rows AS
SELECT date, hour, phenomenon_time, place_level, place, latitude, longitude, radius_m, district,
  if(category IS NULL, kept_result, NULL) AS result, category,
  CASE WHEN caveat THEN 'accepted_with_caveat' ELSE 'accepted' END AS quality
FROM told JOIN places USING (number) JOIN slots USING (slot, fine)
ORDER BY phenomenon_time, rank, if(category IS NULL, kept_result, 0), coalesce(category, ''), caveat
"""
ADDED = """
SELECT id, place_level, place FROM told JOIN places USING (number) WHERE fresh ORDER BY id
"""
