"""Hypothesis strategies for nested EDCI trees, made from the model table alone."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from schemas.edci import Attribute, Child, Model, Type, model

_TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12
) | st.sampled_from(["<&>'\"", "]]>", " two  spaces ", "line\nbreak", "carriage\rreturn", "tab\there"])
_WORDS = st.lists(st.text("abcxyzéß-.", min_size=1, max_size=6), max_size=3).map(" ".join)
_URI = st.integers(1, 99).map("https://school.example/things/{}".format)
_BASES: dict[str, st.SearchStrategy[str]] = {
    "string": _TEXT,
    "normalizedString": _WORDS,
    "token": _WORDS,
    "anyURI": _URI,
    "date": st.dates().map(lambda day: day.isoformat()),
    "dateTime": st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
    "duration": st.sampled_from(["PT60H", "P6M", "P1Y2M3DT4H5M6.7S", "-P1D"]),
    "decimal": st.decimals(-999, 999, allow_nan=False, places=2).map("{:f}".format),
    "integer": st.integers(-5, 10**6).map(str),
    "positiveInteger": st.integers(1, 10**6).map(str),
    "boolean": st.sampled_from(["true", "false"]),
    "base64Binary": st.sampled_from(["", "AA==", "QUI=", "QUJD"]),
}
_CONTAINERS_AND_SEAL = {*model().containers, "proof", "childCredentials"}


def trees(version: str = "1.2") -> st.SearchStrategy[dict[str, Any]]:
    """Return nested trees of whole credentials, which the version's schema must find valid when written.

    References stand in full, two levels of them; some nodes stand in several places, some have no id.
    """
    return _Trees(model(version)).node(model(version).type(model(version).root), 0)


class _Trees:
    """Strategies for one version."""

    def __init__(self, table: Model) -> None:
        self._model = table

    def node(self, kind: Type, depth: int) -> st.SearchStrategy[dict[str, Any]]:
        @st.composite
        def made(draw: st.DrawFn) -> dict[str, Any]:
            tree: dict[str, Any] = {}
            for attribute in kind.attributes.values():
                self._attribute(draw, tree, kind, attribute)
            if kind.text:
                tree["#text"] = draw(self._text(kind.text))
            for particle in kind.particles:
                names = [one for one in kind.children.values() if one.tag in particle.tags]
                child = draw(st.sampled_from(names))
                if child.name in _CONTAINERS_AND_SEAL and kind.name == self._model.root:
                    continue
                wanted = particle.least > 0 or (depth < 3 and draw(st.integers(0, 5)) == 0)
                if wanted:
                    tree[child.name] = self._value(draw, child, max(particle.least, 1), depth)
            return tree

        return made()

    def _attribute(self, draw: st.DrawFn, tree: dict[str, Any], kind: Type, attribute: Attribute) -> None:
        if attribute.name == "xsdVersion":
            return
        if attribute.name == "id" and kind.id:
            number = draw(st.none() | st.integers(1, 9))
            if number:
                tree["@id"] = f"urn:epass:{kind.id}:{number}"
        elif attribute.required or draw(st.booleans()):
            tree[attribute.key] = draw(self._text(attribute.type))

    def _value(self, draw: st.DrawFn, child: Child, least: int, depth: int) -> Any:
        if not child.is_list:
            return self._one(draw, child, depth)
        count = draw(st.integers(least, 2))
        items = [self._one(draw, child, depth) for _ in range(count)]
        if child.name == "text":  # the credential's title and description: one text for each language
            return list({item["@lang"]: item for item in items}.values())
        return items

    def _one(self, draw: st.DrawFn, child: Child, depth: int) -> Any:
        if not child.items:
            return draw(self._of(child.type, depth))
        name, type_name = draw(st.sampled_from(sorted(child.items.items())))
        made = draw(self._of(type_name, depth))
        return {"#name": name, **made} if isinstance(made, dict) else made

    def _of(self, type_name: str, depth: int) -> st.SearchStrategy[Any]:
        kind = self._model.type(type_name)
        return self._text(kind.text) if kind.is_leaf else self.node(kind, depth + 1)

    def _text(self, type_name: str) -> st.SearchStrategy[str]:
        simple = self._model.simple.get(type_name)
        if simple is None:
            return _BASES[type_name]
        if simple.values:
            return st.sampled_from(sorted(simple.values))
        return st.sampled_from(sorted(simple.starts)).map(lambda start: start + "school.example")
