"""A signature moved, and another assertion put where it may be read instead.

The eight ways of Somorovsky and others, On Breaking SAML (USENIX Security 2012), as they are usually counted;
and what was found in other readers since.
"""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree
from saml_gateway import plainly, refused, signed_in
from saml_node import ASSERTION, DS, GATEWAY, HOLDER, NODE, PROTOCOL

from api.identity.sources.saml_names import parsed
from api.identity.sources.saml_signature import signed_octets
from schemas.errors import Malformed, Refused

SIGNATURE = f"{{{DS}}}Signature"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
Tree = Any


def mallorys(element: Tree) -> Tree:
    """Copy an element and make it another person's."""
    made = copy.deepcopy(element)
    for value in made.iter(f"{{{ASSERTION}}}AttributeValue"):
        if value.text == "Noor":
            value.text = "Mallory"
    return made


def bare(element: Tree) -> Tree:
    """Copy an element without its own signature."""
    made = copy.deepcopy(element)
    for one in made.findall(SIGNATURE):
        made.remove(one)
    return made


def renamed(element: Tree) -> Tree:
    element.set("ID", "_mallory")
    return element


def only(response: Tree) -> Tree:
    (one,) = response.findall(f"{{{ASSERTION}}}Assertion")
    return one


def extensions(response: Tree) -> Tree:
    made = etree.Element(f"{{{PROTOCOL}}}Extensions")
    response.insert(1, made)
    return made


def xsw1(response: Tree) -> Tree:
    """Put the good response into the signature of the bad one."""
    bad = renamed(mallorys(response))
    bad.find(SIGNATURE).append(bare(response))
    return bad


def xsw2(response: Tree) -> Tree:
    """Put the good response before the signature of the bad one."""
    bad = renamed(mallorys(response))
    bad.insert(1, bare(response))
    return bad


def xsw3(response: Tree) -> Tree:
    """Put the bad assertion before the good one."""
    response.insert(2, bare(renamed(mallorys(only(response)))))
    return response


def xsw4(response: Tree) -> Tree:
    """Put the good assertion into the bad one."""
    good = only(response)
    bad = bare(renamed(mallorys(good)))
    response.replace(good, bad)
    bad.append(good)
    return response


def xsw5(response: Tree) -> Tree:
    """Have the bad assertion bear the signature, and put the good one behind it."""
    good = only(response)
    response.replace(good, renamed(mallorys(good)))
    response.append(bare(good))
    return response


def xsw6(response: Tree) -> Tree:
    """Have the bad assertion bear the signature, and in that the good one."""
    good = only(response)
    bad = renamed(mallorys(good))
    response.replace(good, bad)
    bad.find(SIGNATURE).append(bare(good))
    return response


def xsw7(response: Tree) -> Tree:
    """Put the bad assertion, of the same name, into extensions."""
    extensions(response).append(bare(mallorys(only(response))))
    return response


def xsw7_of_another_name(response: Tree) -> Tree:
    extensions(response).append(bare(renamed(mallorys(only(response)))))
    return response


def xsw8(response: Tree) -> Tree:
    """Have the bad assertion bear the signature, and the good one in an object of that."""
    good = only(response)
    bad = renamed(mallorys(good))
    response.replace(good, bad)
    etree.SubElement(bad.find(SIGNATURE), f"{{{DS}}}Object").append(bare(good))
    return response


def bent_by(change: Callable[[Tree], Tree]) -> Callable[[bytes], bytes]:
    def bent(raw: bytes) -> bytes:
        made: bytes = etree.tostring(change(etree.fromstring(raw)))
        return made

    return bent


@pytest.mark.parametrize("wrap", [xsw1, xsw2], ids=lambda one: one.__name__)
@pytest.mark.parametrize("signing", [("response",), ("assertion", "response")])
def test_no_wrapped_response_is_read(wrap: Callable[[Tree], Tree], signing: tuple[str, ...]) -> None:
    code = refused(plainly(signing=signing, bent=bent_by(wrap)))
    assert code in {"identity.saml-forged", "identity.saml-read"}


@pytest.mark.parametrize(
    ("wrap", "code"),
    [
        (xsw3, "identity.saml-read"),
        (xsw4, "identity.saml-unsigned"),
        (xsw5, "identity.saml-read"),
        (xsw6, "identity.saml-read"),
        (xsw7, "identity.saml-forged"),
        (xsw7_of_another_name, "identity.saml-read"),
        (xsw8, "identity.saml-read"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_no_wrapped_assertion_is_read(wrap: Callable[[Tree], Tree], code: str) -> None:
    assert refused(plainly(bent=bent_by(wrap))) == code
    both = plainly(signing=("assertion", "response"), bent=bent_by(wrap))
    assert refused(both) == "identity.saml-forged"


@pytest.mark.parametrize("wrap", [xsw3, xsw4, xsw5, xsw7, xsw7_of_another_name], ids=lambda one: one.__name__)
def test_nothing_is_put_into_a_signed_response(wrap: Callable[[Tree], Tree]) -> None:
    assert refused(plainly(signing=("response",), bent=bent_by(wrap))) == "identity.saml-forged"


@pytest.mark.parametrize(
    "wrap", [xsw3, xsw4, xsw5, xsw6, xsw7, xsw7_of_another_name, xsw8], ids=lambda one: one.__name__
)
def test_what_comes_back_is_the_good_assertion_or_nothing(wrap: Callable[[Tree], Tree]) -> None:
    """Whichever assertion of a wrapped answer one asks for: Mallory's is never the one that is signed."""
    node = plainly(said={"in_response_to": "_1", "recipient": "https://gateway.example"})
    response = parsed(bent_by(wrap)(node.made()), "")
    for one in list(response.iter(f"{{{ASSERTION}}}Assertion")):
        try:
            octets = signed_octets(one, (NODE.certificate,))
        except Refused:
            continue
        assert b"Mallory" not in octets
        assert b"Noor" in octets


def with_signature(change: Callable[[Tree], object]) -> Callable[[bytes], bytes]:
    """Change the first signature of an answer."""

    def changed(response: Tree) -> Tree:
        change(next(response.iter(SIGNATURE)))
        return response

    return bent_by(changed)


def second_reference(signature: Tree) -> None:
    (reference,) = signature.iter(f"{{{DS}}}Reference")
    reference.addnext(copy.deepcopy(reference))


def reference_to_all(signature: Tree) -> None:
    (reference,) = signature.iter(f"{{{DS}}}Reference")
    reference.set("URI", "")


def reference_outside(signature: Tree) -> None:
    (reference,) = signature.iter(f"{{{DS}}}Reference")
    reference.set("URI", "https://other.example/assertion.xml")


def reference_by_xpointer(signature: Tree) -> None:
    (reference,) = signature.iter(f"{{{DS}}}Reference")
    reference.set("URI", f"#xpointer(id('{reference.get('URI')[1:]}'))")


def no_reference(signature: Tree) -> None:
    (reference,) = signature.iter(f"{{{DS}}}Reference")
    reference.getparent().remove(reference)


def further_transform(algorithm: str, inner: str) -> Callable[[Tree], None]:
    def change(signature: Tree) -> None:
        (steps,) = signature.iter(f"{{{DS}}}Transforms")
        text = f'<Transform xmlns="{DS}" Algorithm="{algorithm}">{inner}</Transform>'
        steps.insert(1, etree.fromstring(text))

    return change


def instead_of_enveloped(algorithm: str, inner: str) -> Callable[[Tree], None]:
    def change(signature: Tree) -> None:
        further_transform(algorithm, inner)(signature)
        (steps,) = signature.iter(f"{{{DS}}}Transforms")
        steps.remove(steps[0])

    return change


def inclusive(signature: Tree) -> None:
    (steps,) = signature.iter(f"{{{DS}}}Transforms")
    steps[1].set("Algorithm", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315")


def method(algorithm: str) -> Callable[[Tree], None]:
    def change(signature: Tree) -> None:
        (one,) = signature.iter(f"{{{DS}}}SignatureMethod")
        one.set("Algorithm", algorithm)

    return change


def digested_by(algorithm: str) -> Callable[[Tree], None]:
    def change(signature: Tree) -> None:
        (one,) = signature.iter(f"{{{DS}}}DigestMethod")
        one.set("Algorithm", algorithm)

    return change


def second_signed_info(signature: Tree) -> None:
    signature.insert(0, copy.deepcopy(signature[0]))


def no_value(signature: Tree) -> None:
    (value,) = signature.iter(f"{{{DS}}}SignatureValue")
    value.text = ""


def no_signed_info(signature: Tree) -> None:
    signature.remove(signature[0])


XSLT = (
    '<x:stylesheet version="1.0" xmlns:x="http://www.w3.org/1999/XSL/Transform">'
    '<x:template match="/"><x:copy-of select="document(\'file:///etc/hostname\')"/></x:template></x:stylesheet>'
)
XPATH = f"<XPath xmlns=\"{DS}\">not(ancestor-or-self::*[local-name() = 'Attribute'])</XPath>"
OWN_XPATH = f'<XPath xmlns="{DS}" xmlns:d="{DS}">not(ancestor-or-self::d:Signature)</XPath>'


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (second_reference, "identity.saml-read"),
        (no_reference, "identity.saml-read"),
        (reference_to_all, "identity.saml-forged"),
        (reference_outside, "identity.saml-forged"),
        (reference_by_xpointer, "identity.saml-forged"),
        (further_transform("http://www.w3.org/TR/1999/REC-xslt-19991116", XSLT), "identity.saml-read"),
        (further_transform("http://www.w3.org/TR/1999/REC-xpath-19991116", XPATH), "identity.saml-read"),
        (further_transform(f"{DS}base64", ""), "identity.saml-read"),
        (
            instead_of_enveloped("http://www.w3.org/TR/1999/REC-xpath-19991116", OWN_XPATH),
            "identity.saml-read",
        ),
        (inclusive, "identity.saml-read"),
        (method("http://www.w3.org/2000/09/xmldsig#hmac-sha1"), "identity.saml-forged"),
        (method("http://www.w3.org/2000/09/xmldsig#dsa-sha1"), "identity.saml-forged"),
        (method("http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519"), "identity.saml-forged"),
        (method("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"), "identity.saml-forged"),
        (method("urn:of:nobody"), "identity.saml-forged"),
        (digested_by("http://www.w3.org/2001/04/xmldsig-more#sha224"), "identity.saml-forged"),
        (digested_by("http://www.w3.org/2007/05/xmldsig-more#sha3-256"), "identity.saml-forged"),
        (digested_by("urn:of:nobody"), "identity.saml-forged"),
        (second_signed_info, "identity.saml-read"),
        (no_signed_info, "identity.saml-read"),
        (no_value, "identity.saml-forged"),
    ],
)
@pytest.mark.parametrize("signing", ["assertion", "response"])
def test_a_signature_of_another_form_is_refused(
    change: Callable[[Tree], object], code: str, signing: str
) -> None:
    assert refused(plainly(signing=(signing,), bent=with_signature(change))) == code


def test_a_code_that_anybody_can_make_is_no_signature() -> None:
    """The node's certificate is no secret; a code made with it as the key proves nothing."""
    hmac = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
    assert refused(plainly(method=hmac, signer=NODE)) == "identity.saml-forged"


def test_a_key_that_the_answer_brings_itself_is_not_taken() -> None:
    stranger = GATEWAY  # any key that is not the node's
    assert refused(plainly(signer=stranger, key_info=stranger)) == "identity.saml-forged"


@pytest.mark.parametrize("place", ["DigestValue", "SignatureValue", "X509Certificate"])
def test_a_comment_in_the_signature_hides_nothing(place: str) -> None:
    """Of a digest in two parts neither counts by itself: one that was put before it makes it another."""

    def prepended(signature: Tree) -> None:
        (one,) = signature.iter(f"{{{DS}}}{place}")
        true, one.text = one.text, base64.b64encode(bytes(32)).decode()
        one.append(etree.Comment("x"))
        one[0].tail = true

    def cut(signature: Tree) -> None:
        (one,) = signature.iter(f"{{{DS}}}{place}")
        one.text, rest = one.text[:8], one.text[8:]
        one.append(etree.Comment("x"))
        one[0].tail = rest

    assert signed_in(plainly(bent=with_signature(cut))).given_name == "Noor"
    if place != "X509Certificate":  # which is not read
        assert refused(plainly(bent=with_signature(prepended))) == "identity.saml-forged"


def test_content_without_a_canonical_form_is_no_empty_content() -> None:
    """A relative namespace has none (C14N 1.0 §1.3); that is not nothing, which has a digest too."""

    def relative(response: Tree) -> Tree:
        raw = etree.tostring(response).replace(b"<saml:Subject>", b'<saml:Subject xmlns:x="1">')
        return etree.fromstring(raw)

    assert refused(plainly(bent=bent_by(relative))) == "identity.saml-read"


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: b"<?x y?>" + raw,
        lambda raw: raw + b"<?x y?>",
        lambda raw: raw.replace(b">Noor<", b">No<?x y?>or<"),
        lambda raw: raw.replace(b"<saml:Subject>", b"<saml:Subject><?x?>"),
    ],
)
def test_a_processing_instruction_is_refused(change: Callable[[bytes], bytes]) -> None:
    assert refused(plainly(bent=change)) == "identity.saml-read"
    assert refused(plainly(signing=(), bent=change)) == "identity.saml-read"


@pytest.mark.parametrize("encrypting", [GATEWAY, None], ids=["encrypted", "plain"])
@pytest.mark.parametrize("signing", [("assertion",), ("response",)])
def test_a_comment_loses_no_part_of_a_name(encrypting: Any, signing: tuple[str, ...]) -> None:
    """Also where the node itself wrote it, before it signed and encrypted."""

    def commented(assertion: Tree) -> Tree:
        for value in assertion.iter(f"{{{ASSERTION}}}AttributeValue", f"{{{ASSERTION}}}Audience"):
            value.text, rest = value.text[:2], value.text[2:]
            value.append(etree.Comment("x"))
            value[0].tail = rest
        return assertion

    made = signed_in(plainly(encrypting=encrypting, signing=signing, assertion=commented))
    assert (made.given_name, made.family_name, str(made.birthdate)) == ("Noor", "de Wit", "1999-02-03")


@pytest.mark.parametrize("encrypting", [GATEWAY, None], ids=["encrypted", "plain"])
def test_an_assertion_in_the_assertion_is_refused(encrypting: Any) -> None:
    def advised(assertion: Tree) -> Tree:
        inner = renamed(mallorys(assertion))
        etree.SubElement(assertion, f"{{{ASSERTION}}}Advice").append(inner)
        return assertion

    for signing in (("assertion",), ("response",)):
        node = plainly(encrypting=encrypting, signing=signing, assertion=advised)
        assert refused(node) == "identity.saml-read"


def test_an_id_in_any_spelling_that_stands_twice_is_refused() -> None:
    for name in ("ID", "Id", "id", "{http://www.w3.org/XML/1998/namespace}id"):

        def twice(response: Tree, name: str = name) -> Tree:
            number = only(response).get("ID")
            etree.SubElement(extensions(response), "any").set(name, number)
            return response

        assert refused(plainly(bent=bent_by(twice))) == "identity.saml-forged"


@pytest.mark.parametrize("number", ["1 or 2", "'", ""])
def test_an_element_whose_id_is_no_name_is_refused(number: str) -> None:
    def unnamed(response: Tree) -> Tree:
        only(response).set("ID", number)
        (reference,) = response.iter(f"{{{DS}}}Reference")
        reference.set("URI", f"#{number}")
        return response

    assert refused(plainly(bent=bent_by(unnamed))) == "identity.saml-forged"


def canonical(raw: bytes) -> bytes | None:
    """Give what the assertion's signature covers, by no code of ours; None where there is no such thing."""
    try:
        response = etree.fromstring(raw)
    except etree.XMLSyntaxError:
        return None
    found = response.findall(f"{{{ASSERTION}}}Assertion")
    if len(found) != 1:
        return None
    for one in found[0].findall(SIGNATURE):
        one.tail = None
        found[0].remove(one)
    made: bytes = etree.tostring(found[0], method="c14n", exclusive=True, with_comments=False)
    return made


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(place=st.integers(0, 100_000), sign=st.integers(0, 255), data=st.data())
def test_no_byte_that_is_signed_can_be_changed(place: int, sign: int, data: st.DataObject) -> None:
    """Outside the signature each change is refused, unless the canonical form is the same one."""
    same: list[bool] = []

    def bent(raw: bytes) -> bytes:
        start, end = (
            raw.index(b"<saml:Assertion"),
            raw.index(b"</saml:Assertion>") + len(b"</saml:Assertion>"),
        )
        inside = range(raw.index(b"<ds:Signature"), raw.index(b"</ds:Signature>") + len(b"</ds:Signature>"))
        # Half of the changes are made where a value of the person stands.
        named = [raw.index(value.encode()) for value in HOLDER.values()]
        at = data.draw(st.sampled_from(named)) if place % 2 else start + place % (end - start)
        assume(at not in inside)
        changed = raw[:at] + bytes([sign]) + raw[at + 1 :]
        same.append(canonical(changed) == canonical(raw))
        return changed

    try:
        made = signed_in(plainly(bent=bent))
    except (Refused, Malformed):
        assert True not in same
        return
    assert same == [True]
    assert (made.given_name, made.family_name) == ("Noor", "de Wit")
