"""The web page: what `/` shows to somebody who has a badge or a credential in hand."""

from __future__ import annotations

from api.pages.matching import router as matching
from api.pages.rendering import too_large
from api.pages.routes import router

router.include_router(matching)

__all__ = ["router", "too_large"]
