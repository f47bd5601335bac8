"""Run by Alembic, on the connection that `Store.open` gives."""

from __future__ import annotations

from alembic import context

from api.storage.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
