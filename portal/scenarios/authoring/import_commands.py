"""`portal scenarios import`: packages from what other tools wrote."""

from datetime import UTC, datetime
from pathlib import Path

import click

from portal import cli
from portal.i18n import N_, gettext
from portal.scenarios import commands
from portal.scenarios.authoring import speech
from portal.scenarios.importing import demoland, sumo_package
from portal.scenarios.importing.faulty import NotImported
from portal.scenarios.package import Store

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
EITHER = click.Path(exists=True, path_type=Path)
INTO = click.option(
    "--into", default=".", help="folder of the packages",
    type=click.Path(file_okay=False, path_type=Path),
)  # fmt: skip
FAMILY = click.option("--family", help="family it belongs to, if NAME does not begin with one")


@commands.scenarios.group("import")
def importing() -> None:
    """Packages from what other tools wrote: SUMO, DemoLand."""


@importing.command("sumo")
@click.argument("name")
@click.option("--net", required=True, type=FILE, help="the network (.net.xml, .net.xml.gz)")
@click.option(
    "--edges",
    required=True,
    multiple=True,
    type=EITHER,
    help="edgeData of a run, or a folder of them: traffic, emissions, harmonoise; "
    "every seed its own files  (may be repeated)",
)
@click.option(
    "--baseline-edges",
    multiple=True,
    type=EITHER,
    help="the same of the baseline's runs, for differences seed by seed  (may be repeated)",
)
@click.option("--baseline-net", type=FILE, help="the baseline's network, if it is another one")
@click.option("--geography", help="id of the streets' geography  [default: <family>-streets]")
@FAMILY
@INTO
@speech.option
def sumo(
    name: str,
    net: Path,
    edges: tuple[Path, ...],
    baseline_edges: tuple[Path, ...],
    baseline_net: Path | None,
    geography: str | None,
    family: str | None,
    into: Path,
) -> None:
    """Make a package of runs of the traffic simulation SUMO.

    Figures become means over the seeds with 95 % intervals; the network becomes streets in
    longitude and latitude. NAME is <family>-<scenario>; the first of a family is its baseline.
    """
    made = sumo_package.import_sumo(
        name,
        into,
        Store(commands.folder()),
        net=net,
        edges=_files(edges),
        baseline_net=baseline_net,
        baseline_edges=_files(baseline_edges),
        geography=geography,
        family=family,
        languages=commands.languages(),
        now=datetime.now(UTC),
        progress=lambda paths: cli.progress(paths, gettext(N_("Reading"))),
    )
    commands.tell(made)


def _files(paths: tuple[Path, ...]) -> list[Path]:
    """Files as given; of folders, the XML files in them that are no networks."""
    found: list[Path] = []
    for path in paths:
        inside = [path] if path.is_file() else sorted([*path.glob("*.xml"), *path.glob("*.xml.gz")])
        found += [p for p in inside if path.is_file() or ".net.xml" not in p.name]
    if paths and not found:
        raise NotImported(N_("There are no XML files in %(path)s."), path=str(paths[0]))
    return found


@importing.command("demoland")
@click.argument("name")
@click.argument("file", type=FILE)
@click.option("--reference", type=FILE, help="the reference scenario, for differences by area")
@click.option("--shapes", type=FILE, help="GeoJSON of the areas, if they are not published")
@click.option("--code", "feature_code", help="property of the shapes with the area's code")
@click.option("--geography", help="id of the geography  [default: <family>-areas]")
@FAMILY
@INTO
@speech.option
def from_demoland(
    name: str,
    file: Path,
    reference: Path | None,
    shapes: Path | None,
    feature_code: str | None,
    geography: str | None,
    family: str | None,
    into: Path,
) -> None:
    """Make a package of a scenario FILE of DemoLand (metadata, changes, values by area).

    NAME is <family>-<scenario>; the first of a family is its baseline, DemoLand's reference.
    """
    made = demoland.import_demoland(
        name,
        into,
        Store(commands.folder()),
        file=file,
        reference=reference,
        shapes=shapes,
        feature_code=feature_code,
        geography=geography,
        family=family,
        languages=commands.languages(),
        now=datetime.now(UTC),
    )
    commands.tell(made)
    click.echo(gettext(N_("DemoLand's figures have no intervals: no difference can be certain.")))
