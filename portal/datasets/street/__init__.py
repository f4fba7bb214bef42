"""Model against street: what people measured beside what the scenarios' baseline computes."""


def enter() -> None:
    """Register the pages, the panels and the entry in the register of automatic steps."""
    from portal.datasets.street import matching, panels, views

    matching.enter()
    assert panels and views  # imported to register them
