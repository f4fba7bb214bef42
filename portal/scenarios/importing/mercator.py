"""From the metres of a transverse Mercator projection (UTM and others) to longitude and latitude.

Krüger's series to the sixth order in the third flattening, as given by C. F. F. Karney,
“Transverse Mercator with an accuracy of a few nanometers”, Journal of Geodesy 85 (2011),
475–485, equations 14–19 and 36: within some thousand kilometres of the central meridian the
error is below a micrometre.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import atan, atan2, atanh, cos, cosh, degrees, hypot, radians, sin, sinh, sqrt, tan

Inverse = Callable[[float, float], tuple[float, float]]
ELLIPSOIDS = {"WGS84": (6378137.0, 298.257223563), "GRS80": (6378137.0, 298.257222101)}
IGNORED = {"no_defs", "datum", "units", "type", "wktext", "towgs84", "south", "zone"}


class UnknownProjection(ValueError):
    """A projection this module cannot turn back; its text says why."""


@dataclass(frozen=True)
class TransverseMercator:
    """One projection: metres to degrees."""

    lon_0: float
    lat_0: float = 0.0
    scale: float = 0.9996
    false_east: float = 500_000.0
    false_north: float = 0.0
    ellipsoid: str = "WGS84"

    def lon_lat(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude, in degrees, of a place given in metres."""
        axis, inverse_flattening = ELLIPSOIDS[self.ellipsoid]
        f = 1 / inverse_flattening
        n = f / (2 - f)
        radius = axis / (1 + n) * (1 + n**2 / 4 + n**4 / 64 + n**6 / 256)
        north = self.false_north - self.scale * _meridian(radians(self.lat_0), f, n, radius)
        xi = (y - north) / (self.scale * radius)
        eta = (x - self.false_east) / (self.scale * radius)
        xi_, eta_ = xi, eta
        for j, b in enumerate(_beta(n), start=1):
            xi_ -= b * sin(2 * j * xi) * cosh(2 * j * eta)
            eta_ -= b * cos(2 * j * xi) * sinh(2 * j * eta)
        conformal = sin(xi_) / hypot(sinh(eta_), cos(xi_))
        latitude = atan(_tangent(conformal, f))
        longitude = self.lon_0 + degrees(atan2(sinh(eta_), cos(xi_)))
        return (longitude + 540) % 360 - 180, degrees(latitude)


def _beta(n: float) -> tuple[float, ...]:
    """Coefficients of the way back (Karney's equation 36)."""
    return (
        n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96 - n**4 / 360 - 81 * n**5 / 512
        + 96199 * n**6 / 604800,
        n**2 / 48 + n**3 / 15 - 437 * n**4 / 1440 + 46 * n**5 / 105 - 1118711 * n**6 / 3870720,
        17 * n**3 / 480 - 37 * n**4 / 840 - 209 * n**5 / 4480 + 5569 * n**6 / 90720,
        4397 * n**4 / 161280 - 11 * n**5 / 504 - 830251 * n**6 / 7257600,
        4583 * n**5 / 161280 - 108847 * n**6 / 3991680,
        20648693 * n**6 / 638668800,
    )  # fmt: skip


def _alpha(n: float) -> tuple[float, ...]:
    """Coefficients of the way there (Karney's equation 35), for the arc of the meridian."""
    return (
        n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16 + 41 * n**4 / 180 - 127 * n**5 / 288
        + 7891 * n**6 / 37800,
        13 * n**2 / 48 - 3 * n**3 / 5 + 557 * n**4 / 1440 + 281 * n**5 / 630
        - 1983433 * n**6 / 1935360,
        61 * n**3 / 240 - 103 * n**4 / 140 + 15061 * n**5 / 26880 + 167603 * n**6 / 181440,
        49561 * n**4 / 161280 - 179 * n**5 / 168 + 6601661 * n**6 / 7257600,
        34729 * n**5 / 80640 - 3418889 * n**6 / 1995840,
        212378941 * n**6 / 319334400,
    )  # fmt: skip


def _meridian(latitude: float, f: float, n: float, radius: float) -> float:
    """Metres along the meridian from the equator, without the projection's scale."""
    if not latitude:
        return 0.0
    e = sqrt(f * (2 - f))
    tau = tan(latitude)
    sigma = sinh(e * atanh(e * tau / hypot(1, tau)))
    xi = atan(tau * hypot(1, sigma) - sigma * hypot(1, tau))
    return radius * (xi + sum(a * sin(2 * j * xi) for j, a in enumerate(_alpha(n), start=1)))


def _tangent(conformal: float, f: float) -> float:
    """Tangent of the latitude from that of the conformal latitude, by Newton (equations 19–21)."""
    e2 = f * (2 - f)
    e, tau = sqrt(e2), conformal
    for _ in range(6):
        sigma = sinh(e * atanh(e * tau / hypot(1, tau)))
        guess = tau * hypot(1, sigma) - sigma * hypot(1, tau)
        step = (conformal - guess) / hypot(1, guess)
        step *= (1 + (1 - e2) * tau**2) / ((1 - e2) * hypot(1, tau))
        tau += step
        if abs(step) < 1e-15 * max(1.0, abs(tau)):
            break
    return tau


def inverse(definition: str) -> Inverse:
    """The way back of a projection written like `+proj=utm +zone=32 +ellps=WGS84`."""
    words = [w.removeprefix("+") for w in definition.split() if w.startswith("+")]
    given = {name: value for name, _, value in (w.partition("=") for w in words)}
    kind = given.get("proj")
    if kind == "longlat":
        return lambda x, y: (x, y)
    if kind not in ("utm", "tmerc"):
        raise UnknownProjection(definition)
    _only_metres(given, definition)
    try:
        made = _utm(given) if kind == "utm" else _tmerc(given)
    except (ValueError, KeyError):
        raise UnknownProjection(definition) from None
    return made.lon_lat


def _only_metres(given: dict[str, str], definition: str) -> None:
    shift = given.get("towgs84", "0").split(",")
    known = IGNORED | {"proj", "ellps", "lon_0", "lat_0", "k", "k_0", "x_0", "y_0"}
    if (
        given.get("units", "m") != "m"
        or set(given) - known
        or any(part.strip() not in ("0", "0.0") for part in shift)
        or given.get("datum", "WGS84") != "WGS84"
    ):
        raise UnknownProjection(definition)


def _ellipsoid(given: dict[str, str]) -> str:
    name = given.get("ellps", "WGS84")
    if name not in ELLIPSOIDS:
        raise ValueError(name)
    return name


def _utm(given: dict[str, str]) -> TransverseMercator:
    zone = int(given["zone"])
    if not 1 <= zone <= 60:
        raise ValueError(zone)
    north = 10_000_000.0 if "south" in given else 0.0
    return TransverseMercator(6 * zone - 183, false_north=north, ellipsoid=_ellipsoid(given))


def _tmerc(given: dict[str, str]) -> TransverseMercator:
    def number(*names: str, default: float = 0.0) -> float:
        found: Sequence[str] = [given[name] for name in names if name in given]
        return float(found[0]) if found else default

    return TransverseMercator(
        number("lon_0"),
        number("lat_0"),
        number("k", "k_0", default=1.0),
        number("x_0"),
        number("y_0"),
        _ellipsoid(given),
    )
