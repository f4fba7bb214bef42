"""The log's public files, and proofs made from them."""

import base64
import json
from pathlib import Path

from flask import Response, make_response

from portal import db, files, web
from portal.consultations import listing
from portal.consultations.models import Consultation
from portal.i18n import N_
from portal.refusal import NotFound, Refusal
from portal.voting.box import boxes, envelope, receipts
from portal.voting.log import folder, frozen, keeping, promise

bp = web.machine("voting_log", __name__)

PROGRAMS = {name: Path(__file__).parents[1] / name for name in ("verify.py", "verify_audit.py")}
RECOUNT = Path(__file__).parents[1] / "recount.html"
EMBEDDED = 4 << 20  # bytes of a log up to which the page that counts again holds it whole
PLAIN, LINES = "text/plain; charset=utf-8", "application/jsonl; charset=utf-8"
PLACE = '<script type="application/json" id="embedded">'
KINDS = {folder.CHECKPOINT: PLAIN, folder.CHECKPOINTS: PLAIN, folder.ENTRIES: LINES}
STEADY = (folder.CONFIG, folder.RESULTS)  # written once


class NotLogged(Refusal):
    """The number is not in the published log, or not yet."""

    status = 404
    title = N_("Not in the public log")
    message = N_(
        "No entry of the public log has this number. A vote that was just cast gets there within "
        "an hour."
    )


@bp.get("/consultations/<slug>/log/<name>")
@web.public
def file(slug: str, name: str) -> Response:
    """One of the log's files, as it lies on the disk."""
    consultation = listing.find(db.session(), slug, web.now())
    if name in PROGRAMS:
        return _program(PROGRAMS[name])
    if name == RECOUNT.name:
        return _recount(consultation)
    path = keeping.folder_of(consultation).path / name
    if name not in folder.PUBLIC or not path.is_file():
        raise NotFound
    seen = path.stat()
    answer = files.send(path, f"{name}-{seen.st_size}-{seen.st_mtime_ns}")
    if name in KINDS:
        answer.headers["Content-Type"] = KINDS[name]
    return answer


def _program(path: Path) -> Response:
    seen = path.stat()
    tag = f"{path.stem}-{seen.st_size}-{seen.st_mtime_ns}"
    answer = files.send(path, tag, download=path.name)
    answer.headers["Content-Type"] = PLAIN
    return answer


def _recount(consultation: Consultation) -> Response:
    """The page that counts again without any network, with the vote's files inside."""
    published = keeping.folder_of(consultation).path
    if not (published / folder.RESULTS).is_file():
        raise NotFound
    paths = [published / name for name in (folder.RESULTS, folder.CONFIG, folder.ENTRIES)]
    inside = {path.name: base64.b64encode(path.read_bytes()).decode()
              for path in paths if path.stat().st_size <= EMBEDDED}  # fmt: skip
    page = RECOUNT.read_text(encoding="utf-8").replace(PLACE + "{}", PLACE + json.dumps(inside), 1)
    answer = make_response(page)
    answer.headers.set("Content-Disposition", "attachment",
                       filename=f"recount-{consultation.slug}.html")  # fmt: skip
    return answer


@bp.get("/consultations/<slug>/log/proof/<tracker>")
@web.untimed
@web.public
def proof(slug: str, tracker: str) -> Response:
    """The proof that a vote's commitment is in the signed log (c2sp.org/tlog-proof)."""
    consultation = listing.find(db.session(), slug, web.now())
    read = receipts.read(tracker)
    public = keeping.folder_of(consultation)
    found = public.find(receipts.digits(read)) if read else None
    if read is None or found is None:
        raise NotLogged
    return _text(public.proof(found[0]), f"{receipts.written(read)}.tlog-proof")


@bp.get("/consultations/<slug>/log/receipt/<tracker>")
@web.untimed
@web.public
def receipt(slug: str, tracker: str) -> Response:
    """The signed promise that a vote's commitment will be in the log, or is in it."""
    consultation = listing.find(db.session(), slug, web.now())
    read = receipts.read(tracker)
    commitment = _commitment(consultation, read) if read else None
    if read is None or commitment is None:
        raise NotLogged
    note = promise.made(consultation, commitment, web.now())
    return _text(note, f"{receipts.written(read)}.receipt.txt")


def _commitment(consultation: Consultation, tracker: str) -> bytes | None:
    box = boxes.of(consultation.id)
    return envelope.commitment(box, tracker) if frozen.read(box) else None


def _text(content: str, name: str) -> Response:
    answer = make_response(content)
    answer.headers["Content-Type"] = PLAIN
    answer.headers["Cache-Control"] = "no-store"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
