"""A PDF as a bag of attached files (ISO 32000-2 §7.11.4), within bounds."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING

from converter.containers.enclosed import malformed
from converter.strict import MAX_BYTES
from schemas.errors import DocumentError

if TYPE_CHECKING:
    import pikepdf

CITE = "ISO 32000-2 §7.11.4"
MAX_PARTS = 100


def unpack_pdf(data: bytes) -> tuple[tuple[str, bytes], ...]:
    """Take the attached files out of a PDF.

    Raises:
        Malformed: not a PDF that can be read, locked with a password, or beyond the bounds.
    """
    import pikepdf  # noqa: PLC0415 - 60 ms of import that only a PDF needs

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            names = list(pdf.attachments)
            if len(names) > MAX_PARTS:
                malformed(f"The PDF has more than {MAX_PARTS} attached files.", "", CITE)
            return _attached(pdf, names)
    except DocumentError:
        raise
    except pikepdf.PasswordError:
        malformed("The PDF is locked with a password.", "", CITE)
    except Exception:  # noqa: BLE001 - a foreign parser over hostile bytes raises a dozen kinds
        malformed("The PDF is damaged and cannot be read.", "", CITE)


def _attached(pdf: pikepdf.Pdf, names: list[str]) -> tuple[tuple[str, bytes], ...]:
    room = MAX_BYTES
    parts = []
    for name in names:
        content = _inflate(pdf.attachments[name].get_file().obj, room)
        room -= len(content)
        parts.append((name, content))
    return tuple(parts)


def _inflate(stream: pikepdf.Object, limit: int) -> bytes:
    """Undo the one filter that attachments use, within bounds; pikepdf itself would inflate without end."""
    raw = stream.read_raw_bytes()
    filters = stream.get("/Filter")
    names = [] if filters is None else [str(f) for f in filters] if _is_array(filters) else [str(filters)]
    if not names:
        return (
            raw if len(raw) <= limit else malformed("The files attached to the PDF are too large.", "", CITE)
        )
    if names != ["/FlateDecode"] or stream.get("/DecodeParms") is not None:
        malformed("A file attached to the PDF is packed in a way that is not read.", "", CITE)
    inflater = zlib.decompressobj()
    content = inflater.decompress(raw, limit + 1)
    if len(content) > limit:
        malformed("The files attached to the PDF are too large.", "", CITE)
    return content


def _is_array(value: pikepdf.Object) -> bool:
    import pikepdf  # noqa: PLC0415 - as above

    return isinstance(value, pikepdf.Array)
