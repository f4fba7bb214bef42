"""A small city of packages, fresh for each test."""

from pathlib import Path

import pytest

from tests.scenarios.making import make_city


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return make_city(tmp_path / "given/scenarios")
