"""Coordinate reference systems: longitude and latitude, Web Mercator, and the UTM zones.

The formulas are Krüger's series to the sixth order, exact to micrometres within a zone; pyproj
would bring 30 MB and a database for five systems. ETRS89, RDN2008 and WGS 84 are taken as one, as
PROJ takes them too: they differ by less than the grid cells of a release.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

Pair = tuple[float, float]

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
_A, _F = 6378137.0, 1 / 298.257222101  # GRS 80, the ellipsoid of ETRS89
_N = _F / (2 - _F)
_RECTIFYING = _A / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64 + _N**6 / 256)
_SCALE, _EAST = 0.9996, 500_000.0
_ALPHA = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16 + 41 * _N**4 / 180 - 127 * _N**5 / 288,
    13 * _N**2 / 48 - 3 * _N**3 / 5 + 557 * _N**4 / 1440 + 281 * _N**5 / 630,
    61 * _N**3 / 240 - 103 * _N**4 / 140 + 15061 * _N**5 / 26880,
    49561 * _N**4 / 161280 - 179 * _N**5 / 168,
    34729 * _N**5 / 80640,
)
_BETA = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360 - 81 * _N**5 / 512,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440 + 46 * _N**5 / 105,
    17 * _N**3 / 480 - 37 * _N**4 / 840 - 209 * _N**5 / 4480,
    4397 * _N**4 / 161280 - 11 * _N**5 / 504,
    4583 * _N**5 / 161280,
)
_E = math.sqrt(_F * (2 - _F))
_MERCATOR = 6378137.0
HIGHEST = 85.0511287798066  # where Web Mercator ends


@dataclass(frozen=True)
class Crs:
    """One system: its address, the order and decimals of its coordinates, how to get there."""

    uri: str
    forward: Callable[[float, float], Pair]  # from longitude and latitude, in its own axis order
    backward: Callable[[float, float], Pair]
    decimals: int
    geographic: bool = False


def mercator(lon: float, lat: float) -> Pair:
    """Web Mercator, in metres."""
    lat = max(-HIGHEST, min(HIGHEST, lat))
    north = math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))
    return _MERCATOR * math.radians(lon), _MERCATOR * north


def from_mercator(x: float, y: float) -> Pair:
    """Longitude and latitude."""
    y = max(-700.0, min(700.0, y / _MERCATOR))
    return math.degrees(x / _MERCATOR), math.degrees(2 * math.atan(math.exp(y)) - math.pi / 2)


def utm(zone: int, lon: float, lat: float) -> Pair:
    """East and north in a UTM zone of the northern half, in metres."""
    phi, away = math.radians(lat), math.radians(lon - (6 * zone - 183))
    sine = math.sin(phi)
    t = math.sinh(math.atanh(sine) - _E * math.atanh(_E * sine))
    xi, eta = (
        math.atan2(t, math.cos(away)),
        math.asinh(math.sin(away) / math.hypot(t, math.cos(away))),
    )
    north = xi + sum(
        a * math.sin(2 * k * xi) * math.cosh(2 * k * eta) for k, a in enumerate(_ALPHA, 1)
    )
    east = eta + sum(
        a * math.cos(2 * k * xi) * math.sinh(2 * k * eta) for k, a in enumerate(_ALPHA, 1)
    )
    return _EAST + _SCALE * _RECTIFYING * east, _SCALE * _RECTIFYING * north


def from_utm(zone: int, x: float, y: float) -> Pair:
    """Longitude and latitude."""
    xi, eta = y / (_SCALE * _RECTIFYING), (x - _EAST) / (_SCALE * _RECTIFYING)
    eta = max(-3.0, min(3.0, eta))  # farther out there is no place on earth
    u = xi - sum(b * math.sin(2 * k * xi) * math.cosh(2 * k * eta) for k, b in enumerate(_BETA, 1))
    v = eta - sum(b * math.cos(2 * k * xi) * math.sinh(2 * k * eta) for k, b in enumerate(_BETA, 1))
    t = math.sin(u) / math.hypot(math.sinh(v), math.cos(u))
    tau = t
    for _round in range(4):
        root = math.hypot(1, tau)
        sigma = math.sinh(_E * math.atanh(_E * tau / root))
        bent = tau * math.hypot(1, sigma) - sigma * root
        step = (t - bent) / math.hypot(1, bent) * (1 + (1 - _E**2) * tau**2) / ((1 - _E**2) * root)
        tau += step
    lon = 6 * zone - 183 + math.degrees(math.atan2(math.sinh(v), math.cos(u)))
    return lon, math.degrees(math.atan(tau))


def _same(a: float, b: float) -> Pair:
    return a, b


def _swapped(a: float, b: float) -> Pair:
    return b, a


@lru_cache(maxsize=8)
def offered(zone: int) -> dict[str, Crs]:
    """The systems offered where a UTM zone lies, by address; the first is how places are stored."""
    codes = {3857: (mercator, from_mercator, 2, False)}
    listed = [Crs(CRS84, _same, _same, 7, True)]
    listed += [Crs(f"{EPSG}{code}", _swapped, _swapped, 7, True) for code in (4326, 4258)]
    listed += [Crs(f"{EPSG}{code}", *how) for code, how in codes.items()]
    flat = [32600 + zone]
    if 28 <= zone <= 38:
        flat.append(25800 + zone)
    if zone in (32, 33, 34):
        flat.append(7759 + zone)  # RDN2008, Italy's own: 7791 to 7793
    listed += [
        Crs(f"{EPSG}{code}", lambda a, b: utm(zone, a, b), lambda a, b: from_utm(zone, a, b), 3)
        for code in flat
    ]
    return {one.uri: one for one in listed}


def zone_of(lon: float) -> int:
    """The UTM zone of a longitude."""
    return max(1, min(60, int((lon + 180) // 6) + 1))
