"""Faulty EDCI XML of ours, one fault or a few of a kind in each; run it to write `tests/golden/edci/`.

`expected.tsv` beside each input is written by the run and then read by eye, line by line, against the model.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_TESTS), str(_TESTS.parent)]

from samples.edci_documents import (  # noqa: E402 - the path comes first
    GENERIC,
    SCHEMAS,
    SNB,
    achievement,
    credential,
    organisation,
    text,
)

GOLDEN = _TESTS / "golden" / "edci"
_VP = "http://data.europa.eu/snb/vp"
_FRAMEWORK = "http://data.europa.eu/snb/verifiable-presentation"
_DS = "http://www.w3.org/2000/09/xmldsig#"
_XADES = "http://uri.etsi.org/01903/v1.3.2#"
_PROCESS = '<awardingProcess id="urn:epass:awardingProcess:1"><awardingBody idref="{}"/></awardingProcess>'
_OUTCOME = '<learningOutcome id="urn:epass:learningOutcome:1"><prefLabel>{}</prefLabel></learningOutcome>'


def _located(name: str) -> str:
    return f"{SNB} {SCHEMAS}{name}"


def _changed(*pairs: tuple[str, str]) -> bytes:
    """Change the good one in places that must be there."""
    made = credential()
    for old, new in pairs:
        assert old.encode() in made, old
        made = made.replace(old.encode(), new.encode())
    return made


def _specification(inside: str) -> str:
    return (
        '<learningSpecificationReferences><learningSpecification id="urn:epass:learningSpecification:1">'
        f"{inside}</learningSpecification></learningSpecificationReferences>"
    )


def _signature(inside: str) -> bytes:
    return credential(tail=f'<proof><ds:Signature xmlns:ds="{_DS}">{inside}</ds:Signature></proof>')


def _signed(signed_info: str, after: str) -> bytes:
    algorithm = f'Algorithm="{_DS}rsa-sha1"'
    return _signature(
        f"<ds:SignedInfo><ds:CanonicalizationMethod {algorithm}/><ds:SignatureMethod {algorithm}/>"
        f"{signed_info}</ds:SignedInfo>{after}"
    )


def _presented(kind: str, *, proof: str = "<vp:proof/>") -> bytes:
    inner = credential().partition(b"?>\n")[2]
    return (
        (
            f'<vp:verifiablePresentation xmlns:vp="{_VP}" xmlns="{SNB}" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="urn:verifiable:1" '
            f'xsi:schemaLocation="{_located("mandatedschema_generic_1.2.xsd")}"><vp:type'
            f' uri="{_FRAMEWORK}/c_825cddc0" targetFrameworkUrl="{kind}">'
            f"<targetName>{text('Mandated issue')}</targetName></vp:type>"
        ).encode()
        + inner
        + f"{proof}</vp:verifiablePresentation>".encode()
    )


_REFERENCE = (
    f'<ds:Reference URI=""><ds:DigestMethod Algorithm="{_DS}sha1"/><ds:DigestValue>QUJD</ds:DigestValue>'
    "</ds:Reference>"
)
_PROPERTIES = (
    '<ds:SignatureValue>QUJD</ds:SignatureValue><ds:Object><x:QualifyingProperties xmlns:x="{}" Target="#a">'
    "{}</x:QualifyingProperties></ds:Object>"
)

CASES: dict[str, Callable[[], bytes]] = {
    "order": lambda: _changed(
        (f"<givenNames>{text('Noor')}</givenNames>", ""),
        ("</familyName>", f"</familyName><givenNames>{text('Noor')}</givenNames>"),
    ),
    "missing-elements": lambda: _changed(
        ("<cred:issued>2026-02-01T09:00:00Z</cred:issued>", ""),
        ('<registration spatialID="NL">KVK-00000001</registration>', ""),
        (f"<targetName>{text('Netherlands')}</targetName>", ""),
    ),
    "missing-attributes": lambda: _changed(
        (' cred:id="urn:credential:1"', ""),
        (' id="urn:epass:person:1"', ""),
        (' content-type="text/plain">Noor', ">Noor"),
        (f' uri="{GENERIC}"', ""),
    ),
    "not-known": lambda: credential(
        subject='<shoeSize unit="EU">41</shoeSize><x:likes xmlns:x="urn:x">cats</x:likes>',
        attributes='xsdVersion="0.10.0" colour="red"',
    ),
    "too-often": lambda: _changed(
        ("<familyName>", f"<fullName>{text('A')}</fullName><fullName>{text('B')}</fullName><familyName>"),
        ("<givenNames>", "<givenNames/><givenNames>"),
    ),
    "datatypes": lambda: credential(
        subject="<dateOfBirth>2001-02-29</dateOfBirth>",
        references=_specification(
            "<volumeOfLearning>3 days</volumeOfLearning><hasECTSCreditPoints>2,5</hasECTSCreditPoints>"
        ),
        tail="<attachmentList><Attachment><contentType uri='x' targetFrameworkUrl='ftp://x'><targetName/>"
        "</contentType><contentSize>1.5</contentSize><content>no base64!</content>"
        "</Attachment></attachmentList>",
    ).replace(b"<cred:issued>2026-02-01T09:00:00Z", b"<cred:issued>2026-02-01"),
    "lists": lambda: credential(
        subject='<gender uri="urn:x" targetFrameworkUrl="x:y">'
        f"<targetName>{text('v', 'xx')}</targetName></gender>",
        references=_specification(
            f"<title>{text('t').replace('plain', 'xml')}</title><hasECTSCreditPoints schemeID='own'>1"
            "</hasECTSCreditPoints>"
        ),
        attributes='xsdVersion="0.9.0"',
    ).replace(b"snb/credential/25831c2", b"snb/eqf/25831c2"),
    "texts-out-of-place": lambda: _changed(
        ("<agentReferences>", "<agentReferences>words"),
        ('<cred:issuer idref="urn:epass:org:1"/>', '<cred:issuer idref="urn:epass:org:1"> </cred:issuer>'),
    ),
    "keys": lambda: credential(
        organisations=organisation(1) * 2,
        subject=f"<achievements>{achievement(1, 's') * 2}</achievements>",
        references='<learningSpecificationReferences><learningSpecification id="s"/>'
        "</learningSpecificationReferences>",
    ),
    "twice-in-one-language": lambda: _changed(
        (text("Weaving, first course"), text("Weaving") + text("First course"))
    ),
    "references-of-keys": lambda: credential(
        organisations=organisation(2, extra='<hasUnit idref="urn:epass:org:3"/>'),
        subject=f"<achievements>{achievement(1, 'urn:epass:learningSpecification:9')}</achievements>",
    ),
    "references-without-key": lambda: credential(
        references=_specification('<learningOutcomes><learningOutcome idref="urn:none"/></learningOutcomes>'),
        tail=f"<awardingProcessReferences>{_PROCESS.format('urn:epass:org:7')}</awardingProcessReferences><proof/>",
    ),
    "twins-without-key": lambda: credential(
        references="<learningOutcomeReferences>"
        f"{_OUTCOME.format(text('weave')) * 2}</learningOutcomeReferences>"
    ),
    "location-missing": lambda: credential(location=""),
    "location-of-two-pairs": lambda: credential(location=_located("genericschema_1.2.xsd") + " urn:b b.xsd"),
    "languages": lambda: _changed(
        ("<primaryLanguage>en", "<primaryLanguage>nl"),
        (text("Weaving, first course"), text("Weaving") + text("Weven", "nl") + text("Weben", "de")),
    ),
    "contact-without-address-1.2": lambda: (
        credential(subject="<contactPoint/>")
        .replace(b"<contactPoint/></credentialSubject>", b"</credentialSubject>")
        .replace(b"<givenNames>", b"<contactPoint><phone/></contactPoint><givenNames>")
    ),
    "accreditation-by-reference-1.2": lambda: credential(
        tail="<accreditationReferences><accreditation id='a'><type uri='x' targetFrameworkUrl="
        f"'http://data.europa.eu/snb/accreditation/25831c2'><targetName>{text('t')}</targetName></type>"
        "<organization idref='urn:epass:org:1'/><accreditingAgent idref='urn:epass:org:1'/></accreditation>"
        "</accreditationReferences><proof/>"
    ),
    "newer-elements-1.1": lambda: credential(
        location=_located("genericschema_1.1.xsd"),
        tail="<displayParameters><template>t</template></displayParameters><proof/>",
    ),
    "languages-missing-1.1": lambda: credential(location=_located("genericschema_1.1.xsd"), languages=""),
    "seal-without-value": lambda: _signed(_REFERENCE, ""),
    "seal-datatypes": lambda: _signed(
        _REFERENCE.replace("QUJD", "QU="), _PROPERTIES.format(_XADES, "").replace("QUJD", "value")
    ),
    "seal-properties": lambda: _signed(
        _REFERENCE,
        _PROPERTIES.format(
            _XADES,
            "<x:SignedProperties><x:SignedSignatureProperties><x:SigningTime>noon</x:SigningTime>"
            "</x:SignedSignatureProperties><x:Extra/></x:SignedProperties>",
        ),
    ),
    "seal-one-id-twice": lambda: _signed(
        _REFERENCE.replace("<ds:Reference ", '<ds:Reference Id="r" ') * 2,
        "<ds:SignatureValue>QUJD</ds:SignatureValue>",
    ),
    "types-named-by-the-document": lambda: _changed(("<givenNames>", '<givenNames xsi:type="NoteType">')),
    "child-credential-without-id": lambda: credential(
        tail="<proof/><childCredentials><childCredential/></childCredentials>"
    ),
    "presentation": lambda: _presented(f"{_FRAMEWORK}/other", proof=""),
    "spaced-times": lambda: _changed(
        ("2026-02-01T09:00:00Z</cred:issued>", "2026-02-01T09:00:00Z\n</cred:issued>"),
        ("<cred:issued>", "<cred:issued>\n  "),
    ),
}


def made(name: str) -> bytes:
    """Return the input of a case, a line for each element so that places can be told apart."""
    return CASES[name]().replace(b"><", b">\n<")


def findings(data: bytes) -> str:
    """Return what is told of a document: code, place, clause, sentence."""
    from converter.formats.edci2 import read_edci  # noqa: PLC0415 - the path comes first

    lines = [f"{one.code}\t{one.where}\t{one.cite}\t{one.message}\n" for one in read_edci(data).problems]
    return "".join(lines)


def main() -> None:
    for name in CASES:
        folder = GOLDEN / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "input.xml").write_bytes(made(name))
        (folder / "expected.tsv").write_text(findings(made(name)), encoding="utf-8")


if __name__ == "__main__":
    main()
