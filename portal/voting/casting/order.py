"""The order options are shown in: drawn for each browser, so that no option is always first."""

import hmac
from collections.abc import Iterable

from portal import algorithms
from portal.i18n import N_

ORDER = algorithms.enter(
    algorithms.Algorithm(
        id="option-order",
        version="1",
        name=N_("Order of the options on a ballot"),
        purpose=N_(
            "The first option of a list gets more votes. So each browser sees the options in an "
            "order of its own, which stays the same while it is used."
        ),
        inputs=N_("A random number kept in the browser; the options' names."),
        decides=N_("Only the order. “None of these” is always last."),
        code="portal/voting/casting/order.py",
    )
)


def drawn(keys: Iterable[str], seed: str, consultation: str) -> list[str]:
    """The keys in this browser's order for one consultation."""

    def place(key: str) -> bytes:
        return hmac.digest(seed.encode(), f"{consultation}|{key}".encode(), "sha256")

    return sorted(keys, key=place)
