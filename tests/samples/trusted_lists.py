"""Trusted lists of our own making: invented operators and providers, real signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree
from samples.list_certificates import at, authority, b64, der, digest, key, operator

from verifier.sealing.envelope import SIGNED_PROPERTIES_TYPE, XADES
from verifier.sealing.transforms import DS, ENVELOPED, EXCLUSIVE, Canonicalization, octets_of
from verifier.trust.lists.journal import Publication

SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
ECDSA = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
TSL = "http://uri.etsi.org/02231/v2#"
NOTICE = "https://journal.example/C/2024/1"
INFO = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"
STATUS = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
TYPE = "http://uri.etsi.org/TrstSvc/Svctype/"
_2020, _2026, _JULY = at(2020), at(2026), at(2026, 7)
_NAMESPACES = (
    f'xmlns="{TSL}" xmlns:e="http://uri.etsi.org/02231/v2/additionaltypes#" '
    'xmlns:q="http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#" '
    'xmlns:x="http://uri.etsi.org/01903/v1.3.2#"'
)


# --- lists ----------------------------------------------------------------------------------------


def _extension(content: str, *, critical: bool = True) -> str:
    return f'<Extension Critical="{str(critical).lower()}">{content}</Extension>'


def additional(*names: str) -> str:
    """Spell additional service information."""
    return "".join(
        _extension(
            f'<AdditionalServiceInformation><URI xml:lang="en">{INFO}{name}</URI>'
            "</AdditionalServiceInformation>"
        )
        for name in names
    )


def policies(*oids: str) -> str:
    """Spell a set of policies that must all be there."""
    inner = "".join(
        f"<q:PolicyIdentifier><x:Identifier>{oid}</x:Identifier></q:PolicyIdentifier>" for oid in oids
    )
    return f"<q:PolicySet>{inner}</q:PolicySet>"


def criteria(*parts: str, assertion: str = "atLeastOne") -> str:
    """Spell a list of criteria; the sample certificate's policy by default."""
    return f'<q:CriteriaList assert="{assertion}">{"".join(parts) or policies("1.2.3.4")}</q:CriteriaList>'


def qualified(*names: str, fit: str | None = None, critical: bool = True) -> str:
    """Spell qualifiers for certificates."""
    uris = "".join(f'<q:Qualifier uri="{INFO}{name}"/>' for name in names)
    inner = f"<q:Qualifiers>{uris}</q:Qualifiers>{fit or criteria()}"
    element = f"<q:QualificationElement>{inner}</q:QualificationElement>"
    return _extension(f"<q:Qualifications>{element}</q:Qualifications>", critical=critical)


def taken_over(by: str) -> str:
    """Spell that another provider has a service now."""
    return _extension(
        '<e:TakenOverBy><e:URI xml:lang="en">https://x.example</e:URI>'
        f'<e:TSPName><Name xml:lang="en">{by}</Name>'
        f'</e:TSPName><SchemeOperatorName><Name xml:lang="en">Op</Name></SchemeOperatorName>'
        f"<SchemeTerritory>NL</SchemeTerritory></e:TakenOverBy>",
        critical=False,
    )


UNKNOWN_CRITICAL = _extension('<v:New xmlns:v="urn:example:new">?</v:New>')
UNKNOWN_PLAIN = _extension('<v:New xmlns:v="urn:example:new">?</v:New>', critical=False)


@dataclass(frozen=True)
class Period:
    """What a service was from a moment on."""

    status: str = "granted"
    since: datetime = _2020
    extensions: str = additional("ForeSeals")
    type: str = "CA/QC"


@dataclass(frozen=True)
class Service:
    """A service by its authority's certificates; the current period first."""

    identity: tuple[x509.Certificate, ...]
    periods: tuple[Period, ...] = (Period(),)
    provider: str = "Voorbeeld Zegels BV"
    name: str = "Zegel CA"
    with_certificate: bool = True


@dataclass(frozen=True)
class Sheet:
    """One list before it is signed."""

    territory: str = "NL"
    sequence: int = 10
    issued: datetime = _2026
    next_update: datetime | None = _JULY
    services: Sequence[Service] = ()
    pointers: Sequence[tuple[str, str, Sequence[x509.Certificate]]] = ()
    information: Sequence[str] = ("https://operator.example/scheme",)
    version: int = 6
    type: str = ""
    identifier: str = "LIST"
    extra: str = field(default="")


def _moment(value: datetime) -> str:
    return f"{value:%Y-%m-%dT%H:%M:%SZ}"


def _identity(service: Service, *, history: bool) -> str:
    parts = []
    for one in service.identity:
        if service.with_certificate and not history:
            parts.append(f"<DigitalId><X509Certificate>{b64(der(one))}</X509Certificate></DigitalId>")
        identifier = x509.SubjectKeyIdentifier.from_public_key(one.public_key()).digest
        parts.append(
            f"<DigitalId><X509SubjectName>{one.subject.rfc4514_string()}</X509SubjectName></DigitalId>"
        )
        parts.append(f"<DigitalId><X509SKI>{b64(identifier)}</X509SKI></DigitalId>")
    return f"<ServiceDigitalIdentity>{''.join(parts)}</ServiceDigitalIdentity>"


def _period(service: Service, period: Period, *, history: bool) -> str:
    tag = "ServiceHistoryInstance" if history else "ServiceInformation"
    extensions = period.extensions
    return (
        f"<{tag}><ServiceTypeIdentifier>{TYPE}{period.type}</ServiceTypeIdentifier>"
        f'<ServiceName><Name xml:lang="nl">Dienst</Name><Name xml:lang="en">{service.name}</Name>'
        "</ServiceName>"
        f"{_identity(service, history=history)}<ServiceStatus>{STATUS}{period.status}</ServiceStatus>"
        f"<StatusStartingTime>{_moment(period.since)}</StatusStartingTime>"
        f"<ServiceInformationExtensions>{extensions}</ServiceInformationExtensions></{tag}>"
    )


def _service(service: Service) -> str:
    current, *older = service.periods
    history = "".join(_period(service, one, history=True) for one in older)
    return (
        f'<TrustServiceProvider><TSPInformation><TSPName><Name xml:lang="en">{service.provider}</Name>'
        f"</TSPName></TSPInformation><TSPServices><TSPService>{_period(service, current, history=False)}"
        f"<ServiceHistory>{history}</ServiceHistory></TSPService></TSPServices></TrustServiceProvider>"
    )


def _type(territory: str) -> str:
    last = "EUlistofthelists" if territory == "EU" else "EUgeneric"
    return f"http://uri.etsi.org/TrstSvc/TrustedList/TSLType/{last}"


def _pointer(territory: str, location: str, certificates: Sequence[x509.Certificate]) -> str:
    ids = "".join(
        f"<ServiceDigitalIdentity><DigitalId><X509Certificate>{b64(der(one))}</X509Certificate></DigitalId>"
        "</ServiceDigitalIdentity>"
        for one in certificates
    )
    told = f"<TSLType>{_type(territory)}</TSLType>", f"<SchemeTerritory>{territory}</SchemeTerritory>"
    told += ("<e:MimeType>application/vnd.etsi.tsl+xml</e:MimeType>",)
    information = "".join(f"<OtherInformation>{one}</OtherInformation>" for one in told)
    return (
        f"<OtherTSLPointer><ServiceDigitalIdentities>{ids}</ServiceDigitalIdentities>"
        f"<TSLLocation>{location}</TSLLocation><AdditionalInformation>{information}</AdditionalInformation>"
        "</OtherTSLPointer>"
    )


def written(sheet: Sheet) -> bytes:
    """Write a list, unsigned."""
    uris = "".join(f'<URI xml:lang="en">{one}</URI>' for one in sheet.information)
    pointers = "".join(_pointer(*one) for one in sheet.pointers)
    due = f"<dateTime>{_moment(sheet.next_update)}</dateTime>" if sheet.next_update else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<TrustServiceStatusList {_NAMESPACES} Id="{sheet.identifier}" TSLTag="http://uri.etsi.org/19612/TSLTag">'
        f"<SchemeInformation><TSLVersionIdentifier>{sheet.version}</TSLVersionIdentifier>"
        f"<TSLSequenceNumber>{sheet.sequence}</TSLSequenceNumber>"
        f"<TSLType>{sheet.type or _type(sheet.territory)}</TSLType>"
        f"<SchemeInformationURI>{uris}</SchemeInformationURI>"
        f"<SchemeTerritory>{sheet.territory}</SchemeTerritory>"
        f"<PointersToOtherTSL>{pointers}</PointersToOtherTSL>"
        f"<ListIssueDateTime>{_moment(sheet.issued)}</ListIssueDateTime><NextUpdate>{due}</NextUpdate>"
        f"</SchemeInformation>{sheet.extra}<TrustServiceProviderList>"
        f"{''.join(map(_service, sheet.services))}</TrustServiceProviderList></TrustServiceStatusList>"
    ).encode()


def signed(document: bytes, by: str = "nl-1", *, uri: str = "", method: str = ECDSA) -> bytes:
    """Sign a list as operators do: enveloped, exclusive canonicalization, over list and signed properties."""
    certificate = operator(by)
    root = etree.fromstring(document)
    content = octets_of(root, Canonicalization())
    steps = "".join(f'<ds:Transform Algorithm="{one}"/>' for one in (ENVELOPED, EXCLUSIVE))
    transforms = f"<ds:Transforms>{steps}</ds:Transforms>"
    root.append(
        etree.fromstring(
            f'<ds:Signature xmlns:ds="{DS}" Id="sig"><ds:SignedInfo>'
            f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/><ds:SignatureMethod Algorithm="{method}"/>'
            f'<ds:Reference URI="{uri}">{transforms}<ds:DigestMethod Algorithm="{SHA256}"/>'
            f"<ds:DigestValue>{b64(sha256(content).digest())}</ds:DigestValue></ds:Reference>"
            f'<ds:Reference Type="{SIGNED_PROPERTIES_TYPE}" URI="#props"><ds:Transforms>'
            f'<ds:Transform Algorithm="{EXCLUSIVE}"/></ds:Transforms><ds:DigestMethod Algorithm="{SHA256}"/>'
            "<ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data>"
            f"<ds:X509Certificate>{b64(der(certificate))}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
            f'<ds:Object><xades:QualifyingProperties xmlns:xades="{XADES}" Target="#sig">'
            '<xades:SignedProperties Id="props"><xades:SignedSignatureProperties>'
            "<xades:SigningTime>2026-01-01T00:00:00Z</xades:SigningTime><xades:SigningCertificateV2><xades:Cert>"
            f'<xades:CertDigest><ds:DigestMethod Algorithm="{SHA256}"/>'
            f"<ds:DigestValue>{b64(sha256(der(certificate)).digest())}</ds:DigestValue></xades:CertDigest>"
            "</xades:Cert></xades:SigningCertificateV2></xades:SignedSignatureProperties>"
            "</xades:SignedProperties></xades:QualifyingProperties></ds:Object></ds:Signature>"
        )
    )
    properties = next(root.iter(f"{{{XADES}}}SignedProperties"))
    *_, value = root.iter(f"{{{DS}}}Reference")
    octets = octets_of(properties, Canonicalization())
    value.find(f"{{{DS}}}DigestValue").text = b64(sha256(octets).digest())
    message = octets_of(next(root.iter(f"{{{DS}}}SignedInfo")), Canonicalization())
    r, s = decode_dss_signature(key(by).sign(message, ec.ECDSA(hashes.SHA256())))
    next(root.iter(f"{{{DS}}}SignatureValue")).text = b64(r.to_bytes(32) + s.to_bytes(32))
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def notice(*signers: str, url: str = NOTICE, until: datetime | None = None) -> Publication:
    """Make a notice of an Official Journal of our own."""
    digests = frozenset(digest(operator(one)) for one in signers or ("eu-1",))
    return Publication(reference=url, urls=(url,), since=at(2020), until=until, sha256=digests)


def lotl(
    by: str = "eu-1",
    *,
    sequence: int = 100,
    signers: Sequence[str] = ("eu-1",),
    pivots: Sequence[str] = (),
    nationals: Sequence[tuple[str, str, Sequence[str]]] = (("NL", "https://nl.example/tl.xml", ("nl-1",)),),
    issued_at: datetime = _2026,
    next_update: datetime | None = _JULY,
    notice_url: str = NOTICE,
) -> bytes:
    """Make a signed list of lists; `signers`: of the next one; `pivots`: addresses, newest first."""
    pointers = [("EU", "https://eu.example/lotl.xml", [operator(one) for one in signers])]
    pointers += [(land, where, [operator(one) for one in names]) for land, where, names in nationals]
    sheet = Sheet(
        territory="EU",
        sequence=sequence,
        issued=issued_at,
        next_update=next_update,
        pointers=pointers,
        information=[*pivots, notice_url, "https://operator.example/legal.html#en"],
    )
    return signed(written(sheet), by)


def national(*services: Service, by: str = "nl-1", **changes: object) -> bytes:
    """Make a signed national list."""
    return signed(written(Sheet(services=services, **changes)), by)  # type: ignore[arg-type]


def zegel_ca() -> x509.Certificate:
    """The authority of most samples."""
    return authority("Zegel CA")


def signers_toml(*publications: Publication) -> str:
    """Write notices as the command line reads them."""
    tables = [
        f'[[publication]]\nreference = "{one.reference}"\nurls = ["{one.urls[0]}"]\n'
        f"from = {one.since:%Y-%m-%d}\nsha256 = {sorted(one.sha256)}\n".replace("'", '"')
        for one in publications
    ]
    return "\n".join(tables)
