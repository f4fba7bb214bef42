"""The command line: close, count, publish."""

from datetime import timedelta

from portal.voting import counting, publication
from tests.voting.conftest import open_vote


def test_the_portal_has_the_commands(app):
    from portal.cli import portal

    assert {"close", "count", "publish"} <= set(portal.commands["votes"].commands)


def test_count_publishes_after_the_close(app, later):
    from portal.voting import commands

    with app.test_request_context("/en/"):
        poll = open_vote(app, slug="alberi")
        poll.cast(1, "dove-mancano")
        runner = app.test_cli_runner()
        early = runner.invoke(commands.count, ["alberi"])
        assert isinstance(early.exception, counting.NotYetClosed)
        later(timedelta(days=11))
        assert runner.invoke(commands.close, ["alberi"]).exit_code == 0
        counted = runner.invoke(commands.count, ["alberi"])
        assert counted.exit_code == 0 and "people (V and P)" in counted.output
        path = publication.folder(poll.consultation) / "results.json"
        before = path.read_bytes()
        path.unlink()
        assert runner.invoke(commands.publish, ["alberi"]).exit_code == 0
        assert path.read_bytes() == before
