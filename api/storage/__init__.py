"""What the gateway remembers of what it sealed."""

from api.storage.store import Store

__all__ = ["Store"]
