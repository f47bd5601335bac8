"""Linked images: the badge class's must be there and be what it says; the award's own is a bonus."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.evidence import Evidence, Missing
from verifier.address import without_fragment
from verifier.asked import OK, is_web
from verifier.badge import is_badge, link, many, truth
from verifier.checks.lexical import image_kind
from verifier.checks.saying import failed, not_applicable, passed, undecided
from verifier.finding import Finding

CITE = "Open Badges 2.0, Verification: linked objects that are required resolve"
_CLASS = "format.data.image"
_AWARD = "format.data.award-image"


def class_image(evidence: Evidence) -> Iterator[Finding]:
    """The badge class's image answers and is a PNG or an SVG."""
    if not is_badge(evidence):
        return
    if evidence.badge_class is None:
        yield undecided(_CLASS, "The badge class is not known, and so is its image.", "/badge/image", CITE)
        return
    links = [link(image) for image in many(evidence.badge_class.get("image"))]
    if not any(links):
        yield not_applicable(_CLASS, "The badge class names no image.", "/badge/image", CITE)
    for place in filter(None, links):
        if place.lower().startswith("data:"):  # its bytes are there: the data model looks at them
            message = "The badge class holds its image itself."
            yield not_applicable(_CLASS, message, "/badge/image", CITE)
        elif is_web(place):
            yield _looked_at(evidence, place, _CLASS, "The badge class's image", "/badge/image")
        else:
            message = "The badge class's image has no web address where it could be looked at."
            yield undecided(_CLASS, message, "/badge/image", CITE)


def award_image(evidence: Evidence) -> Iterator[Finding]:
    """The award's own image, if it has one, answers and is a PNG or an SVG; edubadges answers empty ones."""
    if not is_badge(evidence):
        return
    for place in filter(is_web, (link(image) for image in many(truth(evidence).get("image")))):
        yield _looked_at(evidence, place, _AWARD, "The award's own image", "/image")


def _looked_at(evidence: Evidence, place: str, code: str, what: str, where: str) -> Finding:
    answer = evidence.resources.get(without_fragment(place))
    if answer is None:
        return undecided(code, f"{what} was not asked for.", where, CITE)
    if isinstance(answer, Missing):
        return undecided(code, f"{what} could not be had. {answer.why}", where, CITE)
    if answer.status != OK:
        return failed(code, f"{what} is not there: its address answers {answer.status}.", where, CITE)
    if not image_kind(answer.body):
        return failed(code, f"{what} is neither a PNG nor an SVG.", where, CITE)
    return passed(code, f"{what} is there.", where, CITE)


IMAGE_CHECKS = (class_image, award_image)
