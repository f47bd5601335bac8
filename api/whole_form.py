"""A multipart form (RFC 7578), read whole or not at all, and never onto a disk."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser


class WholeForm(MultiPartParser):
    """Parts are personal data and never touch a disk; the body they come from is bounded already."""

    spool_max_size = 1 << 40
    _ended = False

    def on_end(self) -> None:
        """Take note of the boundary that ends the form (RFC 2046 §5.1.1)."""
        self._ended = True
        super().on_end()

    async def parse(self) -> FormData:
        """Read the form.

        Raises:
            MultiPartException, KeyError, ValueError, LookupError: it is broken, or ends in the middle, where
                a part would be lost and nobody told.
        """
        form = await super().parse()
        if not self._ended:
            for file in self._files_to_close_on_error:
                file.close()
            raise MultiPartException("The form ends in the middle.")
        return form
