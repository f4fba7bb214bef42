"""The tables and statements by which `bulk.py` applies the rule to many rows."""

KEPT = {
    "n": "INTEGER", "who": "INTEGER", "result": "DOUBLE", "choice": "INTEGER", "slot": "BIGINT",
    "spot": "INTEGER", "caveat": "BOOLEAN", "ripe": "BOOLEAN", "stays": "BOOLEAN",
    "told": "INTEGER",
}  # fmt: skip

ARRAYS = {"INTEGER": "int32", "BIGINT": "int64", "DOUBLE": "float64", "BOOLEAN": "bool"}
KEEP = """
INSERT INTO kept SELECT * REPLACE (
  nullif(who, -1) AS who, nullif(choice, -1) AS choice, nullif(told, -1) AS told
) FROM piece
"""
CHOICES = {"choice": "INTEGER", "category": "VARCHAR"}
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
LEAVING = {"n": "INTEGER"}

# Rows by person and place, of those nobody has told yet; `placed` are those that have a place.
PAIRS = """
CREATE TABLE pairs AS
SELECT spot, who, ripe, count(*) AS n FROM kept
WHERE told IS NULL AND who IS NOT NULL GROUP BY spot, who, ripe;
CREATE TABLE placed AS SELECT spot, who, ripe, spot AS place FROM pairs LIMIT 0
"""
# Step by step, so that each join is the one that is written here: over (person, place).
OPEN = """
CREATE OR REPLACE TABLE open AS
SELECT pairs.*, codes.code FROM pairs JOIN codes USING (spot)
WHERE (ripe OR NOT $waits) AND codes.level = $level
"""
FOUND = """
CREATE OR REPLACE TABLE found AS
WITH persons AS (
  SELECT code, who, sum(n) AS n FROM open GROUP BY code, who
), ranked AS (
  SELECT *, row_number() OVER up AS place, sum(n) OVER up AS so_far FROM persons
  WINDOW up AS (PARTITION BY code ORDER BY n DESC, who ROWS UNBOUNDED PRECEDING)
), totals AS (
  SELECT code, sum(n) AS total, count(*) AS people FROM persons GROUP BY code
), good AS (
  SELECT code, min(place) AS first FROM ranked JOIN totals USING (code)
  WHERE n <= total - so_far GROUP BY code, people HAVING people - first >= $k - 1
)
SELECT code, who FROM ranked JOIN good USING (code) WHERE ranked.place >= good.first
"""
PLACED = """
INSERT INTO placed SELECT spot, who, ripe, code FROM open JOIN found USING (code, who);
CREATE OR REPLACE TABLE pairs AS SELECT pairs.* FROM pairs ANTI JOIN placed USING (spot, who, ripe)
"""
MUST = "SELECT told FROM kept WHERE told IS NOT NULL GROUP BY told HAVING NOT bool_and(stays)"
MEMBERS = "SELECT n, who + 1, stays FROM kept WHERE told = $1"  # a number that is not nothing
TOLD = """
CREATE TABLE told AS
SELECT kept.* RENAME (result AS kept_result), coalesce(placed.place, batch.place) AS number,
  placed.place IS NOT NULL AS fresh
FROM kept
LEFT JOIN placed ON kept.told IS NULL AND placed.spot = kept.spot AND placed.who = kept.who
  AND placed.ripe = kept.ripe
LEFT JOIN batch ON batch.told = kept.told
LEFT JOIN leaving ON leaving.n = kept.n
WHERE coalesce(placed.place, batch.place) IS NOT NULL AND leaving.n IS NULL
"""
ROWS = """
CREATE TABLE rows AS
SELECT date, hour, phenomenon_time, place_level, place, latitude, longitude, radius_m, district,
  if(category IS NULL, kept_result, NULL) AS result, category,
  CASE WHEN caveat THEN 'accepted_with_caveat' ELSE 'accepted' END AS quality
FROM told JOIN places USING (number) JOIN slots USING (slot, fine) LEFT JOIN choices USING (choice)
ORDER BY phenomenon_time, rank, if(category IS NULL, kept_result, 0), coalesce(category, ''), caveat
"""
