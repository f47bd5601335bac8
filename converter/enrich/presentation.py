"""How the credential presents itself: languages, title, and a rendered page in each language."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

from converter.display import DisplayPage
from converter.enrich.claims import first_title
from converter.enrich.concepts import concept, language_concept
from converter.enrich.draft import Draft, Node, Request, items, nodes
from converter.enrich.pictures import badge_picture
from converter.lists import BASE64, PNG
from schemas import vocabulary
from schemas.document import Format
from schemas.lang import LangString
from schemas.pivot import Credential, from_tree

RULE = "presentation"


def presentation(draft: Draft, request: Request, *, pages: bool = True) -> None:
    """Complete the display parameter; ELM also demands a page image for each language.

    Args:
        draft: under work.
        request: what the asker gives.
        pages: draw what is missing of these; without it they are left out.
    """
    display = draft.tree.get("display_parameter")
    if display is None:
        display = {"type": "DisplayParameter"}
        why = "A credential says how it presents itself."
        draft.add("", draft.tree, "display_parameter", display, rule=RULE, why=why)
    at = "/display_parameter"
    if not display.get("title") and (title := first_title(draft.tree)):
        draft.add(at, display, "title", title, rule=RULE, why="The title of the first claim.")
    _languages(draft, request, display)
    if pages and request.target is Format.ELM and not display.get("individual_display"):
        drawn = _pages(draft, request, display)
        why = "ELM demands a rendered page; this one is rendered from the credential."
        draft.add(at, display, "individual_display", drawn, rule=RULE, why=why)


def _languages(draft: Draft, request: Request, display: Node) -> None:
    at = "/display_parameter"
    used = _used_languages(draft.tree, request.language)
    primary = display.get("primary_language")
    if primary is None:
        title = LangString.from_tree(display.get("title", {})).languages
        chosen = request.language if request.language in title or not title else title[0]
        primary = language_concept(chosen)
        if primary is not None:
            why = "The language of the title."
            draft.add(at, display, "primary_language", primary, rule=RULE, why=why)
    if not display.get("language"):
        wanted = used if request.target is Format.EDCI else _title_languages(display, request.language)
        concepts = [node for code in wanted if (node := language_concept(code))]
        draft.add(at, display, "language", concepts, rule=RULE, why="The languages of the texts.")


def _title_languages(display: Node, default: str) -> tuple[str, ...]:
    return LangString.from_tree(display.get("title", {})).languages or (default,)


def _used_languages(tree: Node, default: str) -> tuple[str, ...]:
    found = dict.fromkeys([default])
    for _, node in nodes(tree):
        if node["type"] in ("Concept", "ConceptScheme"):
            continue
        for value in node.values():
            if isinstance(value, dict) and "type" not in value:
                found.update(dict.fromkeys(key for key in value if len(key) == len("nl")))
    return tuple(found)


def _pages(draft: Draft, request: Request, display: Node) -> list[Node]:
    credential = from_tree(Credential, draft.tree)
    codes = [
        known.iso
        for node in items(display, "language")
        if (known := vocabulary.language(node.get("id", ""))) is not None
    ]
    picture = badge_picture(draft.tree, request)
    return [
        _display(replace(page_of(credential, code, request), image=picture), code, request)
        for code in codes or [request.language]
    ]


def _display(page: DisplayPage, code: str, request: Request) -> Node:
    image = request.draw(page)
    media: Node = {
        "type": "MediaObject",
        "content": base64.b64encode(image).decode(),
        "content_encoding": concept(BASE64),
        "content_type": concept(PNG),
    }
    detail = {"type": "DisplayDetail", "page": 1, "image": media}
    return {"type": "IndividualDisplay", "language": language_concept(code), "display_detail": [detail]}


def page_of(credential: Credential, code: str, request: Request) -> DisplayPage:
    """Gather what one page shows: title and issuer, and of an individual page learner and date."""
    order = (code, request.language, "en")
    display = credential.display_parameter
    subject = credential.credential_subject
    issuer = credential.issuer
    name = getattr(issuer, "legal_name", None) or getattr(issuer, "pref_label", None) or LangString(())
    date = credential.valid_from or credential.issued or request.moment
    return DisplayPage(
        title=(display.title or LangString(())).best(order) if display else "",
        learner="" if request.class_pages else _learner(subject, order),
        issuer=name.best(order),
        date="" if request.class_pages else date[:10],
        language=code,
    )


def _learner(subject: Any, order: tuple[str, ...]) -> str:  # noqa: ANN401 - a Person or None
    if subject is None:
        return ""
    if subject.full_name:
        return str(subject.full_name.best(order))
    parts = (subject.given_name, subject.family_name)
    return " ".join(part.best(order) for part in parts if part)
