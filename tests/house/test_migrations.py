"""The tables' history: up, down and up again with rows in them, on both databases."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import Session, SQLModel

from portal import db, migrations
from portal.accounts.models import Account, Role
from portal.consultations.models import Consultation
from tests import factories


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path):
    if request.param == "sqlite":
        made = db.connect(f"sqlite:///{tmp_path}/history.sqlite")
        yield made
        made.dispose()
        return
    address = request.getfixturevalue("postgres_address")
    main = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    with main.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS history")
        connection.exec_driver_sql("CREATE DATABASE history")
    made = sa.create_engine(sa.make_url(address).set(database="history"))
    yield made
    made.dispose()
    main.dispose()


def tables(engine) -> set[str]:
    """Every table but those an index is made of."""
    found = set(sa.inspect(engine).get_table_names()) - {"alembic_version"}
    return {name for name in found if not name.startswith("search_")}


def fill(engine) -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    with Session(engine.execution_options(write=True)) as session:
        session.add(
            Account(email="ada@example.org", role=Role.COUNCIL, created_on=date(2026, 1, 1))
        )
        session.add(
            Consultation(
                slug="alberi",
                family="verde",
                title={"it": "Alberi"},
                question={},
                summary={},
                opens_at=now,
                closes_at=now.replace(month=6),
            )
        )
        session.commit()


def test_the_history_ends_at_the_models(engine):
    migrations.upgrade(engine)
    assert tables(engine) == {t.name for t in SQLModel.metadata.sorted_tables}
    with engine.connect() as connection:
        opts = {"compare_type": same_type, "include_object": by_models}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, SQLModel.metadata) == []


def by_models(item, name, kind, reflected, other):
    """What the models describe; tables and indexes for searching are made by hand."""
    return not str(name).startswith("search_")


def same_type(context, column, model, found, wanted):
    if isinstance(found, sa.DateTime | sa.TIMESTAMP) and "DateTime" in type(wanted).__name__:
        return False
    return None


def test_each_step_goes_down_and_up_again_with_rows_in_place(engine):
    migrations.upgrade(engine)
    fill(engine)
    steps = [
        s.revision for s in ScriptDirectory.from_config(migrations.configuration()).walk_revisions()
    ]
    for below in [*steps[1:], "base"]:
        migrations.downgrade(engine, below)
    assert tables(engine) == set()
    for revision in reversed(steps):
        migrations.upgrade(engine, revision)
    fill(engine)
    with engine.connect() as connection:
        assert migrations.is_current(connection)


def test_rows_survive_a_step_of_a_later_room(engine):
    migrations.upgrade(engine)
    fill(engine)
    migrations.downgrade(engine, "0003_consultations")
    migrations.upgrade(engine)
    with Session(engine) as session:
        assert session.execute(sa.select(Consultation.slug)).scalars().all() == ["alberi"]
        assert session.execute(sa.select(Account.role)).scalars().all() == [Role.COUNCIL]


def test_the_newest_file_is_the_head_of_the_history():
    script = ScriptDirectory.from_config(migrations.configuration())
    assert script.get_heads() == [migrations.head()]


def test_migrating_twice_changes_nothing(engine):
    migrations.upgrade(engine)
    before = tables(engine)
    migrations.upgrade(engine)
    assert tables(engine) == before


def test_who_proposed_survives_the_step_of_identities(engine):
    migrations.upgrade(engine)
    fill(engine)
    with Session(engine.execution_options(write=True)) as session:
        ada = session.execute(sa.select(Account.id)).scalar_one()
        asked = session.execute(sa.select(Consultation.id)).scalar_one()
        factories.make_proposal(session, author_id=ada, consultation_id=asked)
        session.commit()
    migrations.downgrade(engine, "0007_council")
    migrations.upgrade(engine)
    with Session(engine) as session:
        assert session.execute(sa.text("SELECT author_id FROM proposal")).scalar_one() is not None
        assert session.execute(sa.select(Consultation.eligibility)).scalars().all() == [{}]
