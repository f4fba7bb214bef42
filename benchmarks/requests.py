"""What is asked of the portal: found by looking through its pages, as a person would."""

from urllib.parse import urlencode
from uuid import uuid4

from benchmarks import load
from benchmarks.visitor import Visitor

LANGUAGE = "en"
ROUNDS, VOTERS, VOTES_EACH = 3, 16, 100


def open_consultation(visitor: Visitor) -> str:
    """Return the first consultation in which one can vote now."""
    citizen = Visitor(visitor.port)
    citizen.sign_in("citizen", 1)
    start = f"/{LANGUAGE}/consultations"
    for path in dict.fromkeys(visitor.links(start)):
        parts = path.split("?")[0].split("/")
        if len(parts) == 4 and path.startswith(start) and options(citizen, parts[3]):
            return parts[3]
    raise LookupError("no consultation is open for voting")


def options(visitor: Visitor, slug: str) -> list[str]:
    """Return what may be chosen on a ballot, or nothing where one cannot vote."""
    status, text, _ = visitor.ask("GET", f"/{LANGUAGE}/consultations/{slug}/vote")
    return visitor.values(text, "choice") if status == 200 else []


def ballot_requests(
    port: int, slug: str, rounds: int = ROUNDS, each: int = VOTES_EACH
) -> list[list[bytes]]:
    """Return for each round the ballots to send: each voter's own, each under a new key."""
    path, voters = f"/{LANGUAGE}/consultations/{slug}/vote", list[Visitor]()
    for number in range(1, VOTERS + 1):
        voters.append(Visitor(port))
        voters[-1].sign_in("citizen", number)
    tokens = [voter.token(path) for voter in voters]
    choices = options(voters[0], slug)
    made = []
    for _ in range(rounds):
        ballots = []
        for number in range(each):
            for voter, token in zip(voters, tokens, strict=True):
                form = {"csrf_token": token, "idempotency_key": str(uuid4()), "confirm": "1"}
                form["choice"] = choices[number % len(choices)]
                ballots.append(post(path, port, form, Cookie=voter.cookie))
        made.append(ballots)
    return made


def upsert_requests(port: int) -> list[bytes]:
    """Return as many posts for R2 as a round has ballots."""
    numbers = range(VOTERS * VOTES_EACH)
    return [
        post("/vote", port, {"voter": f"voter {n % VOTERS}", "choice": str(n)}) for n in numbers
    ]


def post(path: str, port: int, form: dict[str, str], **headers: str) -> bytes:
    """Return a whole form post."""
    return load.build("POST", path, port, urlencode(form), headers)
