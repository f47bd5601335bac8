"""Keys that seal: in a file, on a hardware token, at a signing service; all behind `schemas.key.Key`."""

from __future__ import annotations

from api.keys.configuration import KeyConfiguration, KeyFile, RemoteCredential, TokenObject
from api.keys.opening import open_key

__all__ = ["KeyConfiguration", "KeyFile", "RemoteCredential", "TokenObject", "open_key"]
