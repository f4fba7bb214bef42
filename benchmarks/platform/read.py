"""`make platform`: do Spark, Arrow, DuckDB and DigitalHub's SDK take what was delivered?

The same files serve one machine and a cluster: every reader has to find as many rows, with the
same sum of values, as the papers beside them say.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import duckdb
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyspark.sql import SparkSession
from pyspark.sql import functions as of

Counted = tuple[int, float]  # rows, and the sum of their values
PROGRAM = Path(__file__).parents[2] / "portal" / "datasets" / "delivery" / "hub_program.py"


def by_spark(spark: SparkSession, path: Path) -> Counted:
    row = spark.read.parquet(str(path)).agg(of.count("*"), of.sum("result")).first()
    return row[0], row[1] or 0.0


def by_arrow(path: Path) -> Counted:
    table = pq.read_table(path, columns=["result"])
    return table.num_rows, pc.sum(table["result"]).as_py() or 0.0


def by_duckdb(path: Path) -> Counted:
    count, total = duckdb.sql(f"SELECT count(*), sum(result) FROM '{path}'").fetchall()[0]
    return count, total or 0.0


def log(papers: dict[str, Any]) -> int:
    """Log a release with the SDK's local mode; its exit status."""
    name, version = papers["name"], papers["version"]
    item = {
        "name": name, "uuid": str(uuid5(NAMESPACE_URL, name)), "description": "", "labels": [],
        "path": f"s3://twin/city/{name}/2026/{name}-{version}.parquet",
    }  # fmt: skip
    asked = json.dumps({"project": "city", "items": [item]}).encode()
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "")}
    command = [sys.executable, "-I", str(PROGRAM)]
    return subprocess.run(command, input=asked, env=environment, check=False).returncode


def main(root: str) -> int:
    """Read everything below a folder; 1 where two readers differ."""
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    wrong = 0
    for place in sorted(Path(root).glob("*/*/latest")):
        papers = json.loads((place / "datapackage.json").read_bytes())
        table = place / f"{papers['name']}.parquet"
        told = papers["release"]["counts"]["published"]
        found = [by_spark(spark, table), by_arrow(table), by_duckdb(table)]
        same = all(n == told and abs(total - found[0][1]) < 1e-6 for n, total in found)
        logged = log(papers) == 0
        wrong += not (same and logged)
        counts = ", ".join(str(n) for n, _total in found)
        item = "logged" if logged else "NOT LOGGED"
        print(f"{papers['name']} {papers['version']}: told {told} rows; Spark, Arrow and DuckDB")
        print(f"  find {counts}; its dataitem is {item}")
    spark.stop()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
