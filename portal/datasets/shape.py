"""The rows of a release in a few numbers: how often each value, each choice, each month occurs."""

from math import ceil, floor, log10
from typing import Any

from portal.datasets.bulk import Bulk
from portal.observations.models import Campaign

MOST_BINS = 12
NICE = (1, 2, 2.5, 5, 10)


def of(bulk: Bulk, campaign: Campaign) -> dict[str, Any]:
    """Counts of rows that are published anyway, made where the rows are."""
    sql = bulk.sql
    months = sql.execute("SELECT strftime(date, '%Y-%m'), count(*) FROM rows GROUP BY 1 ORDER BY 1")
    return {
        "months": [{"month": month, "rows": n} for month, n in months.fetchall()],
        "bins": [] if campaign.categories else _bins(bulk, campaign.decimals),
        "categories": _categories(bulk, campaign),
    }


def _bins(bulk: Bulk, decimals: int) -> list[dict[str, Any]]:
    least, most = bulk.sql.execute("SELECT min(result), max(result) FROM rows").fetchone() or (0, 0)
    width = bin_width(least, most, decimals)
    found = bulk.sql.execute(
        "SELECT floor(round(result / $width, 9))::BIGINT, count(*) FROM rows GROUP BY 1",
        {"width": width},
    )
    counts = dict(found.fetchall())
    return [
        {"low": round(n * width, 9), "high": round((n + 1) * width, 9), "rows": counts.get(n, 0)}
        for n in range(min(counts), max(counts) + 1)
    ]


def bin_width(least: float, most: float, decimals: int) -> float:
    """A round width that gives at most a dozen bins, never finer than values are written."""
    finest = 10.0**-decimals
    wanted = max((most - least) / (MOST_BINS - 1), finest)
    size = 10.0 ** floor(log10(wanted))
    width = next(nice * size for nice in NICE if nice * size >= wanted * (1 - 1e-9))
    return float(round(ceil(round(width / finest, 9)) * finest, decimals)) or finest


def _categories(bulk: Bulk, campaign: Campaign) -> list[dict[str, Any]]:
    found = dict(bulk.sql.execute("SELECT category, count(*) FROM rows GROUP BY 1").fetchall())
    return [{"code": one["code"], "rows": found.get(one["code"], 0)} for one in campaign.categories]
