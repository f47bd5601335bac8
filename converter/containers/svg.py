"""Open Badges 2.0 baking, SVG: an `assertion` element in the namespace http://openbadges.org."""

from __future__ import annotations

from lxml import etree

from converter.containers.enclosed import Enclosed, unbaked
from converter.containers.jws import looks_like_jws
from converter.strict import parse_xml
from schemas.errors import Problem

NAMESPACE = "http://openbadges.org"
NAMESPACE_OB3 = "https://purl.imsglobal.org/ob/v3p0"
CITE = "Open Badges 2.0 Baking, SVGs"


def _odd(message: str) -> Problem:
    return Problem(code="format.data", message=message, where="assertion", cite=CITE)


def unbake_svg(data: bytes) -> Enclosed:
    """Take the badge out of a baked SVG.

    A JWS in `verify` is the badge. Otherwise the body is, and `verify` then only repeats where it is
    hosted; with no body the URL in `verify` is all there is.

    Raises:
        Malformed: not well-formed, or a DOCTYPE.
        NotRecognised: a sound SVG that holds no badge.
    """
    root = parse_xml(data).getroot()
    baked = list(root.iter(f"{{{NAMESPACE}}}assertion"))
    if not baked:
        if next(root.iter(f"{{{NAMESPACE_OB3}}}credential"), None) is not None:
            unbaked("The SVG holds an Open Badges 3.0 credential, which is not read yet.", CITE)
        unbaked("The SVG image is sound but holds no badge: no openbadges:assertion was found.", CITE)
    problems = []
    if len(baked) > 1:
        problems.append(_odd(f"The SVG holds {len(baked)} badges where one is allowed; the first was read."))
    text, odd = _content(baked[0])
    return Enclosed(data=text.encode(), problems=(*problems, *odd))


def _content(element: etree._Element) -> tuple[str, tuple[Problem, ...]]:
    verify = (element.get("verify") or "").strip()
    body = str(element.xpath("string()")).strip()
    if not verify and not body:
        unbaked("The SVG image has a badge element, but it is empty.", CITE)
    if not body:
        return verify, ()
    if looks_like_jws(verify.encode()):
        beside = "The SVG holds a signed badge and another text beside it; the signed one counts."
        return verify, () if body == verify else (_odd(beside),)
    return body, ()
