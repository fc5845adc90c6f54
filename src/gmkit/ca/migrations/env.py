"""How alembic runs our migrations: on the connection and in the transaction it is given."""

from alembic import context

from gmkit.ca.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
