"""How Alembic reaches the database: over the connection of `app.db.migrate`, or one of its own from the command line."""

from alembic import context
from sqlalchemy import Connection

from app.db import open_database
from app.settings import Settings
from app.tables import metadata


def run(connection: Connection) -> None:
    """All of the migrations in one transaction: a failure leaves the schema as it was."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_server_default=True,
        # The queue's tables are its own: what is declared of them is a part.
        include_name=lambda name, kind, _: kind != "table" or not (name or "").startswith("procrastinate_"),
        include_object=lambda _object, name, kind, *_: kind != "table" or not (name or "").startswith("procrastinate_"),
    )
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    with open_database(Settings()) as database, database.create_engine().connect() as connection:
        run(connection)
