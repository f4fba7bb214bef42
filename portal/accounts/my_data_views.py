"""One's own data: take it along, take back what one declared, leave, or stay after all."""

from flask import Response, current_app, flash, url_for

from portal import audit, db, i18n, web
from portal.accounts import export, identity, leaving
from portal.accounts.access import current_sign_in, forget_cookie, lately, requires
from portal.accounts.models import Account
from portal.accounts.views import bp
from portal.forms import Form, read
from portal.i18n import gettext


class LeaveForm(Form):
    """What shall become of contributions nobody has answered yet."""

    unanswered: str = ""
    confirm: str = ""


@bp.post("/account/export")
@requires("account")
@lately
def export_data(account: Account) -> Response:
    """Everything kept about the reader, streamed."""
    sign_in = current_sign_in()
    assert sign_in is not None
    person, token_hash = account.id, sign_in.token_hash
    with db.transaction() as session:
        audit.record(session, action="account.exported", kind="account", ref=person,
                     actor=person, now=web.now())  # fmt: skip
    content = export.written(db.engine(), person, token_hash, web.now())
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    answer = Response(export.streamed(app, i18n.language(), content), mimetype="application/zip")
    name = f"portal-{web.now():%Y-%m-%d}.zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/account/declarations/forget")
@requires("account")
def forget_declarations(account: Account) -> Response:
    """Forget all the reader has declared."""
    with db.transaction() as session:
        identity.take_back(session, account)
    flash(gettext("What you had declared is forgotten."), "success")
    return web.see_other(url_for(".show"))


@bp.get("/account/leave")
@requires("account")
@lately
def leave(account: Account) -> Response:
    """What leaving means, and the question about one's contributions."""
    return web.render("accounts/leave.html", days=leaving.UNDO.days)


@bp.post("/account/leave")
@requires("account")
@lately
def ask_to_leave(account: Account) -> Response:
    """Have the account deleted in seven days."""
    web.redisplay("accounts/leave.html", days=leaving.UNDO.days)
    form = read(LeaveForm)
    with db.transaction() as session:
        leaving.ask(session, account, unanswered_too=form.unanswered == "delete", now=web.now())
        until = i18n.moment(web.now() + leaving.UNDO)
    flash(gettext("Your account will be deleted on %(moment)s. Until then you can sign in and keep "
                  "it.", moment=until), "success")  # fmt: skip
    return forget_cookie(web.see_other(url_for("house.home")))


@bp.post("/account/stay")
@requires("account")
def stay(account: Account) -> Response:
    """Keep the account after all."""
    with db.transaction() as session:
        leaving.undo(session, account, web.now())
    flash(gettext("Your account stays."), "success")
    return web.see_other(url_for(".show"))
