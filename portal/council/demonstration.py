"""The council of the demonstration city: one answer given in part, one overdue. All made up."""

from datetime import UTC, date, datetime, timedelta

from flask import Flask

from portal import db
from portal.accounts.codes import demonstration_person
from portal.accounts.models import Role
from portal.consultations import listing
from portal.consultations.models import Phase
from portal.council import answers
from portal.council.answers import Answer, Step, city_day
from portal.council.models import Decision, Milestone

ANSWERED, OVERDUE = "riqualificare-le-case", "alloggi-turistici"
ANSWER = {
    "it": "Il Consiglio accoglie il risultato in parte. Nei prossimi quattro anni il programma di "
    "riqualificazione partirà dagli edifici e dalle zone indicati dall'opzione più scelta, con il "
    "15 per cento degli alloggi invece del 30. Metà dei fondi è riservata alle famiglie con i "
    "redditi più bassi.",
    "en": "The council accepts the result in part. In the next four years the renovation programme "
    "starts with the buildings and areas of the option most people chose, with 15 per cent of the "
    "homes instead of 30. Half of the funds are kept for the households with the lowest incomes.",
}
REASONS = {
    "it": "Le imprese della zona possono riqualificare ogni anno circa il 4 per cento degli "
    "alloggi: il 30 per cento in quattro anni non è possibile. I fondi regionali già assegnati "
    "bastano per la prima metà. Le proposte più sostenute chiedevano di non lasciare indietro chi "
    "è in affitto: per questo metà dei fondi segue il reddito. Nel 2028 il Consiglio deciderà "
    "sulla seconda metà, con i consumi misurati alla mano.",
    "en": "Local firms can renovate about 4 per cent of the homes a year: 30 per cent in four "
    "years is not possible. The regional funds already granted cover the first half. The most "
    "supported proposals asked not to leave tenants behind: that is why half of the funds follow "
    "income. In 2028 the council decides on the second half, with measured consumption in hand.",
}
BODY = {
    "it": "Consiglio comunale, commissione casa e clima",
    "en": "City council, committee for housing and climate",
}
STEPS = (
    (-5, "Elenco pubblico degli edifici da cui si parte",
     "Public list of the buildings to begin with"),
    (75, "Bando per i condomini, con sportello in ogni quartiere",
     "Call for apartment buildings, with a help desk in every district"),
    (240, "Primi cantieri aperti", "First building sites open"),
    (420, "Primi consumi misurati, pubblicati accanto alla stima",
     "First measured consumption, published beside the estimate"),
)  # fmt: skip


def seed(app: Flask) -> None:
    """Answer one consultation twelve days ago, and leave the other one waiting."""
    now = datetime.now(UTC)
    with db.transaction() as session:
        late = listing.find(session, OVERDUE, now)
        if late.counted_at is not None:
            answers.receive(session, late)
        asked = listing.find(session, ANSWERED, now)
        if asked.phase(now) is not Phase.COUNTED:
            return
        item = answers.receive(session, asked)
        item.body = dict(BODY)
        given = now - timedelta(days=12)
        member = demonstration_person(session, Role.COUNCIL, 1, city_day(now))
        answers.answer(
            session, asked, _answer(city_day(now)), by=member,
            languages=app.config["LANGUAGES"], now=given,
        )  # fmt: skip
        step = session.get_one(Milestone, (item.id, 1))
        answers.set_done(session, step, True, by=member, slug=asked.slug, now=now)


def _answer(today: date) -> Answer:
    steps = tuple(
        Step(today + timedelta(days=days), {"it": it, "en": en}) for days, it, en in STEPS
    )
    return Answer(Decision.ACCEPTED_IN_PART, ANSWER, REASONS, steps, today + timedelta(days=365))
