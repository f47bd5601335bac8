"""Badges that are hosted here, as anybody may ask for them."""

from api.badges.serving import Served, assertion_name, served

__all__ = ["Served", "assertion_name", "served"]
