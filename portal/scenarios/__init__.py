"""The room of scenarios: published results of the twin, explored and compared."""

from typing import TYPE_CHECKING

from flask import Flask, current_app

if TYPE_CHECKING:
    from portal.scenarios.package import Store


def enter(app: Flask) -> None:
    """Open the scenario store; register the room's pages, addresses, commands and links."""
    from portal import jobs, maps
    from portal.news import audiences
    from portal.scenarios import file_views, links, mapping, panels, steps, views
    from portal.scenarios.authoring import author_views
    from portal.scenarios.comparing import compare_views, grid_views
    from portal.scenarios.downloads import embed_views, share_views
    from portal.scenarios.layers import layer_views
    from portal.scenarios.nearby import my_place_views
    from portal.scenarios.package import Store
    from portal.scenarios.telling import guide_views, paper_views

    app.extensions["scenarios"] = Store(app.config["DATA"] / "scenarios")
    for blueprint in (grid_views.bp, views.bp, compare_views.bp, file_views.bp):
        app.register_blueprint(blueprint)
    for blueprint in (guide_views.bp, paper_views.bp, my_place_views.bp, my_place_views.machine):
        app.register_blueprint(blueprint)
    for blueprint in (embed_views.bp, share_views.bp, share_views.machine):
        app.register_blueprint(blueprint)
    for blueprint in (layer_views.bp, layer_views.machine):
        app.register_blueprint(blueprint)
    for blueprint in (author_views.bp, author_views.machine):
        app.register_blueprint(blueprint)
    maps.provide_base(app, mapping.base)
    audiences.districts_are(_districts)
    jobs.handler("scenarios.pictures")(_draw_pictures)
    links.enter()
    steps.enter()
    assert panels  # imported to register them
    _commands()


def store() -> "Store":
    """This portal's scenario store."""
    found: Store = current_app.extensions["scenarios"]
    return found


def _draw_pictures() -> None:
    """What the worker does when pictures need not be there at once."""
    from portal.scenarios.downloads import pictures

    pictures.refresh()


def _districts() -> dict[str, str]:
    """The names of the city's districts, for whoever sends newsletters."""
    found = store().districts()
    return {area.code: area.name for area in found.areas.values()} if found else {}


def _commands() -> None:
    from portal.scenarios import commands
    from portal.scenarios.authoring import import_commands

    assert commands
    assert import_commands
