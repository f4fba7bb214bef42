"""From the close to the published result: opening, counting, checking, destroying."""
