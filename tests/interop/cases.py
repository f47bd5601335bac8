"""The signed files that several engines are asked about, with what each is to be judged by.

Other people's files are read in place; ours are made anew each time, with keys made for the run.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from samples import seals
from shared_files import SHARED, shared_cases

from converter.strict import parse_xml
from verifier.sealing.transforms import DS

AT = "2026-11-24T00:00:00Z"
"""The clock of all engines: the revocation data of the attack files counts at this moment."""

_LIST_SIGNER = "d2064fdd70f6982dcc516b86d9d5c56aea939417c624b2e478c0b29de54f8474"
"""SHA-256 of a certificate that may sign the list of lists (OJ C 276, 16.8.2019, p. 1)."""
_LISTED = {
    "edci-xml/37_issuer_credential_QSeal_prestd.xml": ("2020-01-31T00:00:00Z", AT),
    "edci-xml/38_noNS_signed_LT_minimal.xml": ("2020-01-31T00:00:00Z", "2021-07-10T00:00:00Z", AT),
    "elm-v3/edci_vp_sealed_x5c3.json": ("2022-07-26T00:00:00Z", AT),
}
"""Samples sealed below authorities of the lists at hand, and when to ask: before, just after sealing, now."""

_DETACHED_NAMES = {
    f"ObjectIdByURI-{number}.html": f"https://nowina.lu/pub/JAdES/ObjectIdByURI-{number}.html"
    for number in (1, 2)
}
"""The addresses by which a signature calls files that lie beside it, where those are not their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One file to ask about.

    Attributes:
        name: group and file.
        path: where it lies.
        detached: what it signs beside itself, by the name it calls it.
        anchors: certificates that end a chain.
        crls: DER.
        lists: a folder of trusted lists, or None.
        list_anchors: certificates that may have signed the list of lists, DER.
        at: the moment the verdict is about.
    """

    name: str
    path: Path
    detached: dict[str, Path] = field(default_factory=dict)
    anchors: tuple[Path, ...] = ()
    crls: tuple[Path, ...] = ()
    lists: Path | None = None
    list_anchors: tuple[Path, ...] = ()
    at: str = AT

    @property
    def xml(self) -> bool:
        return self.path.suffix == ".xml"

    @property
    def json(self) -> bool:
        return not self.xml


def every_case(folder: Path) -> list[Case]:
    """Collect all cases; ours are written into the folder."""
    return [*_ours(folder), *_corpus(), *_samples(), *_attacks(), *_listed(folder)]


def _corpus() -> Iterator[Case]:
    if SHARED is None:
        return
    corpus = SHARED / "corpus" / "dss"
    for item in json.loads((corpus / "index.json").read_bytes())["items"]:
        beside = {path.name.partition("__")[2]: path for path in map(corpus.joinpath, item["detached"])}
        yield Case(
            name=f"dss/{Path(item['file']).name}",
            path=corpus / item["file"],
            detached={_DETACHED_NAMES.get(name, name): path for name, path in beside.items()},
        )


def _samples() -> Iterator[Case]:
    for group in ("edci-xml", "elm-v3"):
        for path in shared_cases(f"samples/{group}/*"):
            if path.suffix in {".xml", ".json", ".jsonld"}:
                yield Case(name=f"{group}/{path.name}", path=path)


def _attacks() -> Iterator[Case]:
    if SHARED is None:
        return
    pki = SHARED / "corpus" / "seal-attacks" / "pki"
    for path in shared_cases("corpus/seal-attacks/[jx]*.*"):
        yield Case(
            name=f"seal-attacks/{path.name}",
            path=path,
            anchors=(pki / "root.pem",),
            crls=(pki / "root.crl", pki / "ica.crl"),
        )


def _listed(folder: Path) -> Iterator[Case]:
    """Ask again with the trusted lists of 2019, at more than one moment."""
    if SHARED is None:
        return
    lists = SHARED / "official" / "trusted-lists" / "2019-09"
    root = parse_xml((lists / "EU.xml").read_bytes()).getroot()
    carried = (base64.b64decode(one.text or "") for one in root.iter(f"{{{DS}}}X509Certificate"))
    anchor = folder / "list-signer.der"
    anchor.write_bytes(next(der for der in carried if hashlib.sha256(der).hexdigest() == _LIST_SIGNER))
    for name, moments in _LISTED.items():
        path = SHARED / "samples" / name
        for at in moments:
            asked = f"lists/{path.stem[:22]}@{at[:10]}"
            yield Case(name=asked, path=path, lists=lists, list_anchors=(anchor,), at=at)


_XML_METHODS = {
    "rsa": f"{seals.MORE}rsa-sha256",
    "p256": f"{seals.MORE}ecdsa-sha256",
    "p384": f"{seals.MORE}ecdsa-sha256",
    "p521": f"{seals.MORE}ecdsa-sha256",
    "ed25519": "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519",
}
_JOSE_METHODS = {"rsa": "RS256", "p256": "ES256", "p384": "ES384", "p521": "ES512", "ed25519": "EdDSA"}
_JOSE_HASHES = {"ES384": hashes.SHA384(), "ES512": hashes.SHA512()}
_CHANGES = {
    "content": (b"Noor Visser", b"Nora Visser"),
    "time": (seals.SIGNING_TIME.encode(), b"2026-03-02T10:00:01Z"),
}


def _ours(folder: Path) -> Iterator[Case]:
    """Make seals in every shape we make, each trusted as it is, and two damaged ones of each in XML."""
    for kind in _XML_METHODS:
        (folder / f"{kind}.pem").write_bytes(seals.certificate(kind).public_bytes(Encoding.PEM))
    for kind, transform in itertools.product(_XML_METHODS, sorted(seals.TRANSFORMS)):
        sealed = seals.seal_xml(kind=kind, transform=transform, method=_XML_METHODS[kind])
        yield _written(folder, f"{kind}-{transform}.xml", sealed, kind)
        for change, (old, new) in _CHANGES.items():
            damaged = sealed.replace(old, new, 1)
            yield _written(folder, f"{kind}-{transform}-changed-{change}.xml", damaged, kind)
    forms = itertools.product(_JOSE_METHODS, ("general", "flattened", "compact"), (True, False))
    for kind, form, encoded in forms:
        if form == "compact" and not encoded:
            continue  # the payload has characters that may not stand in a compact one (RFC 7797 §5.2)
        alg = _JOSE_METHODS[kind]
        header = seals.protected(kind, alg, **({"b64": None, "crit": ["sigT"]} if encoded else {}))
        sealed = seals.seal_json(kind=kind, header=header, form=form, hashed=_JOSE_HASHES.get(alg))
        yield _written(folder, f"{kind}-{form}{'' if encoded else '-b64false'}.json", sealed, kind)
        if not encoded:
            damaged = sealed.replace(b'\\"8\\"', b'\\"9\\"')
            yield _written(folder, f"{kind}-{form}-changed-content.json", damaged, kind)


def _written(folder: Path, name: str, data: bytes, kind: str) -> Case:
    path = folder / name
    path.write_bytes(data)
    return Case(name=f"ours/{name}", path=path, anchors=(folder / f"{kind}.pem",))
