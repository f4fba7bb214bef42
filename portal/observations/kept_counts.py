"""What the database does so that kept numbers stay true: triggers on observations.

The migration 0021_quality makes them from here. A change gets a migration and a name of its own.
"""

# ruff: noqa: S608 - nothing in these statements comes from outside
_PLACE = "campaign_id, cell, district"
_THERE = (
    "campaign_id = {0}.campaign_id AND cell = coalesce({0}.cell, '') "
    "AND district = coalesce({0}.district, '')"
)
_NAMED = "{0}.campaign_id, coalesce({0}.cell, ''), coalesce({0}.district, '')"
_ADD = (
    f"INSERT INTO place_count ({_PLACE}, n, people) SELECT {_NAMED}, 1, 0 WHERE true "
    f"ON CONFLICT ({_PLACE}) DO UPDATE SET n = place_count.n + 1; "
    f"INSERT INTO presence ({_PLACE}, contributor_id, n) SELECT {_NAMED}, {{0}}.contributor_id, 1 "
    f"WHERE {{0}}.contributor_id IS NOT NULL "
    f"ON CONFLICT ({_PLACE}, contributor_id) DO UPDATE SET n = presence.n + 1; "
).format("NEW")
_REMOVE = (
    f"UPDATE place_count SET n = n - 1 WHERE {_THERE}; "
    f"UPDATE presence SET n = n - 1 WHERE {_THERE} AND contributor_id = {{0}}.contributor_id; "
    f"DELETE FROM presence WHERE {_THERE} AND contributor_id = {{0}}.contributor_id AND n <= 0; "
).format("OLD")
_GRADED = (
    "INSERT INTO grade_count (campaign_id, grade, n) SELECT NEW.campaign_id, NEW.grade, 1 "
    "WHERE true ON CONFLICT (campaign_id, grade) DO UPDATE SET n = grade_count.n + 1; "
)
_UNGRADED = (
    "UPDATE grade_count SET n = n - 1 WHERE campaign_id = OLD.campaign_id AND grade = OLD.grade; "
)
_ONE = "UPDATE place_count SET people = people {1} 1 WHERE " + _THERE + "; "
_CAME, _WENT = _ONE.format("NEW", "+"), _ONE.format("OLD", "-")
_MOVED = (
    "(OLD.grade = 'rejected') <> (NEW.grade = 'rejected') OR OLD.contributor_id {0} "
    "NEW.contributor_id OR OLD.cell {0} NEW.cell OR OLD.district {0} NEW.district"
)
_COLUMNS = "grade, contributor_id, cell, district"


def _sqlite() -> list[str]:
    moved = _MOVED.format("IS NOT")
    triggers = [
        ("observation_in", "INSERT ON observation", "NEW.grade <> 'rejected'", _ADD),
        ("observation_out", "DELETE ON observation", "OLD.grade <> 'rejected'", _REMOVE),
        (
            "observation_from",
            f"UPDATE OF {_COLUMNS} ON observation",
            f"OLD.grade <> 'rejected' AND ({moved})",
            _REMOVE,
        ),
        (
            "observation_to",
            f"UPDATE OF {_COLUMNS} ON observation",
            f"NEW.grade <> 'rejected' AND ({moved})",
            _ADD,
        ),
        ("observation_graded", "INSERT ON observation", "true", _GRADED),
        ("observation_ungraded", "DELETE ON observation", "true", _UNGRADED),
        (
            "observation_regraded",
            "UPDATE OF grade ON observation",
            "OLD.grade <> NEW.grade",
            _UNGRADED + _GRADED,
        ),
        ("presence_came", "INSERT ON presence", "true", _CAME),
        ("presence_went", "DELETE ON presence", "true", _WENT),
    ]
    return [
        f"CREATE TRIGGER {name} AFTER {when} WHEN {condition} BEGIN {body}END"
        for name, when, condition, body in triggers
    ]


# Rows of counts are held until the end of a transaction. Who changes observations of a campaign
# holds the whole campaign first, so that no two wait for each other's rows.
HOLD = "pg_advisory_xact_lock(hashtextextended({}, 0))"


def _postgresql() -> list[str]:
    moved = _MOVED.format("IS DISTINCT FROM")
    hold = f"PERFORM {HOLD.format('coalesce(NEW.campaign_id, OLD.campaign_id)::text')}; "
    head = "CREATE OR REPLACE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    tail = "RETURN NULL; END $$"
    return [
        head.format("observation_counted")
        + hold
        + "IF TG_OP = 'INSERT' THEN "
        + f"IF NEW.grade <> 'rejected' THEN {_ADD}END IF; {_GRADED}"
        + "ELSIF TG_OP = 'DELETE' THEN "
        + f"IF OLD.grade <> 'rejected' THEN {_REMOVE}END IF; {_UNGRADED}"
        + f"ELSE IF {moved} THEN "
        + f"IF OLD.grade <> 'rejected' THEN {_REMOVE}END IF; "
        + f"IF NEW.grade <> 'rejected' THEN {_ADD}END IF; END IF; "
        + f"IF OLD.grade <> NEW.grade THEN {_UNGRADED}{_GRADED}END IF; END IF; "
        + tail,
        head.format("presence_counted")
        + f"IF TG_OP = 'INSERT' THEN {_CAME}ELSE {_WENT}END IF; "
        + tail,
        "CREATE TRIGGER observation_counted AFTER INSERT OR DELETE OR "
        f"UPDATE OF {_COLUMNS} ON observation FOR EACH ROW EXECUTE FUNCTION observation_counted()",
        "CREATE TRIGGER presence_counted AFTER INSERT OR DELETE ON presence "
        "FOR EACH ROW EXECUTE FUNCTION presence_counted()",
    ]


KEEPING = {"sqlite": _sqlite(), "postgresql": _postgresql()}
_TRIGGERS = ("in", "out", "from", "to", "graded", "ungraded", "regraded")
GONE = {
    "sqlite": [
        *(f"DROP TRIGGER observation_{name}" for name in _TRIGGERS),
        "DROP TRIGGER presence_came",
        "DROP TRIGGER presence_went",
    ],
    "postgresql": [
        "DROP TRIGGER observation_counted ON observation",
        "DROP TRIGGER presence_counted ON presence",
        "DROP FUNCTION observation_counted()",
        "DROP FUNCTION presence_counted()",
    ],
}

# What is kept of rows that were there before.
_SPOT = "campaign_id, coalesce(cell, ''), coalesce(district, '')"
_COUNTS = (
    "INSERT INTO grade_count (campaign_id, grade, n) "
    "SELECT campaign_id, grade, count(*) FROM observation GROUP BY campaign_id, grade",
    "INSERT INTO place_count (campaign_id, cell, district, n, people) "
    f"SELECT {_SPOT}, count(*), count(DISTINCT contributor_id) FROM observation "
    f"WHERE grade <> 'rejected' GROUP BY {_SPOT}",
    "INSERT INTO presence (campaign_id, cell, district, contributor_id, n) "
    f"SELECT {_SPOT}, contributor_id, count(*) FROM observation "
    "WHERE grade <> 'rejected' AND contributor_id IS NOT NULL "
    f"GROUP BY {_SPOT}, contributor_id",
)
_DOUBTS = {
    "sqlite": "INSERT INTO observation_doubt (observation_id, check_id, confidence, received_at) "
    "SELECT DISTINCT o.id, json_extract(c.value, '$.id'), o.confidence, o.received_at "
    "FROM observation AS o, json_each(o.checks) AS c "
    "WHERE o.grade IN ('received', 'checked') AND json_extract(c.value, '$.passed') = 0",
    "postgresql": "INSERT INTO observation_doubt "
    "(observation_id, check_id, confidence, received_at) "
    "SELECT DISTINCT o.id, c ->> 'id', o.confidence, o.received_at "
    "FROM observation AS o, jsonb_array_elements(o.checks) AS c "
    "WHERE o.grade IN ('received', 'checked') AND c ->> 'passed' = 'false'",
}
FILLING = {name: (*_COUNTS, doubts) for name, doubts in _DOUBTS.items()}
