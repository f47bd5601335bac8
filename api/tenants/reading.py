"""Read the tenants' file, and the files it names; every fault is told at once, by its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from cryptography import x509
from pydantic import ValidationError

from api.gateway.asking import NotUnderstood, not_understood
from api.gateway.trusting import read_trust
from api.keys.configuration import KeyConfiguration, KeyFile, RemoteCredential, TokenObject
from api.keys.files import read_file
from api.keys.fitting import KeyFault
from api.tenants.form import KINDS, FileKey, MandateForm, RemoteKey, TenantForm, TenantsForm, TokenKey
from api.tenants.tenant import (
    Authorization,
    Mandate,
    Tenant,
    Tenants,
    TimeAuthority,
    Token,
    Wallet,
    Webhook,
)
from converter.profile import read_profile
from schemas.errors import Malformed, Problem
from schemas.evidence import Trust
from schemas.institution import InstitutionProfile
from schemas.lang import LangString
from schemas.stamper import Level

_READ, _VALUE = "tenant.read", "tenant.value"
_DEFAULT_LANGUAGE = "en"
_KIND = 3
"""Place of a key's kind in the path of a fault: after `tenants`, a number and `key`."""


def tenants_of(environment: Mapping[str, str]) -> Tenants:
    """Read the tenants of the file that `BADGEPASS_TENANTS` names; none where it names none.

    Raises:
        NotUnderstood: as `read_tenants`.
    """
    name = environment.get("BADGEPASS_TENANTS", "")
    return read_tenants(Path(name)) if name else Tenants()


def read_tenants(path: Path) -> Tenants:
    """Read the tenants out of a TOML file. Paths in it are taken from its own folder; no key is opened.

    Raises:
        NotUnderstood: the file cannot be read or is no TOML (`tenant.read`); a member is not known, is of the
            wrong kind or does not go with another; a file that is named cannot be read (`tenant.value`). No
            value is quoted, for it may be a secret in the wrong place.
    """
    try:
        raw = tomllib.loads(read_file(path).decode("utf-8-sig"))
    except KeyFault as fault:
        raise not_understood(_READ, f"The tenants' file cannot be used. {fault}") from None
    except UnicodeDecodeError:
        raise not_understood(_READ, "The tenants' file is not UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at (line \d+, column \d+|end of document)", str(error))
        where = found[1] if found else ""
        raise not_understood(
            _READ, f"The tenants' file is not TOML{where and f' at {where}'}.", where
        ) from None
    try:
        form = TenantsForm.model_validate(raw)
    except ValidationError as error:
        raise NotUnderstood(*_faults(error)) from None
    problems = list(_repeated(form.tenants))
    tenants = []
    for number, one in enumerate(form.tenants):
        try:
            tenants.append(_tenant(one, path.parent, f"/tenants/{number}"))
        except NotUnderstood as fault:
            problems += fault.problems
    if problems:
        raise NotUnderstood(*problems)
    return Tenants(tuple(tenants))


def _faults(error: ValidationError) -> Iterator[Problem]:
    for fault in error.errors(include_input=False, include_url=False, include_context=False):
        parts = list(fault["loc"])
        if len(parts) > _KIND and parts[_KIND - 1] == "key":
            del parts[_KIND]  # the kind, which the validation puts into the path and the file does not
        message = fault["msg"].removeprefix("Value error, ").removesuffix(".")
        if fault["type"] == "union_tag_invalid":
            message = f"the kind is one of {', '.join(KINDS)}"  # its own sentence quotes
        yield _problem("/" + "/".join(map(str, parts)), message)


def _repeated(forms: Iterable[TenantForm]) -> Iterator[Problem]:
    """Find names that two tenants have, and tokens that two callers have."""
    names: set[str] = set()
    digests: set[str] = set()
    for number, one in enumerate(forms):
        if one.name in names:
            yield _problem(f"/tenants/{number}/name", "another tenant has this name")
        names.add(one.name)
        callers: set[str] = set()
        for place, token in enumerate(one.tokens):
            where = f"/tenants/{number}/tokens/{place}"
            if token.sha256 in digests:
                yield _problem(f"{where}/sha256", "another caller has this token")
            if token.name in callers:
                yield _problem(f"{where}/name", "another token of the tenant has this name")
            digests.add(token.sha256)
            callers.add(token.name)


def _problem(where: str, message: str) -> Problem:
    return Problem(code=_VALUE, message=f"In the tenants' file {where} is wrong: {message}.", where=where)


def _tenant(form: TenantForm, folder: Path, where: str) -> Tenant:
    problems: list[Problem] = []
    profile, trust = InstitutionProfile(), None
    former: tuple[x509.Certificate, ...] = ()
    try:
        profile = _profile(form, folder)
    except (KeyFault, Malformed) as fault:
        problems += [_problem(f"{where}/profile", each) for each in _sentences(fault)]
    try:
        trust = _trust(form, folder)
    except NotUnderstood as fault:
        problems += [_problem(f"{where}/trust", each) for each in _sentences(fault)]
    try:
        former = _former(form, folder)
    except (KeyFault, ValueError) as fault:
        problems += [_problem(f"{where}/former_certificates", each) for each in _sentences(fault)]
    if problems:
        raise NotUnderstood(*problems)
    return Tenant(
        name=form.name,
        base_url=form.base_url,
        key=_key(form.key, folder),
        level=form.level or (Level.LTA if form.tsa else Level.B),
        tsa=TimeAuthority(url=form.tsa.url, authorization=form.tsa.authorization or "") if form.tsa else None,
        trust=trust,
        profile=profile,
        credential_status=form.credential_status,
        mandate=_mandate(form.mandate, profile) if form.mandate else None,
        override_indeterminate=form.override_indeterminate,
        policy=form.policy,
        source_revoked=form.source_revoked,
        wallet=_wallet(form),
        webhook=Webhook(url=form.webhook.url, secret=form.webhook.secret) if form.webhook else None,
        authorization=_authorization(form),
        former=former,
        tokens=tuple(
            Token(name=one.name, sha256=one.sha256, scopes=frozenset(one.scopes)) for one in form.tokens
        ),
        where=where,
    )


def _sentences(fault: Exception) -> list[str]:
    """Say what is wrong with a file, as part of a sentence."""
    told = [one.message for one in getattr(fault, "problems", ())] or [str(fault)]
    return [one.removesuffix(".") for one in told]


def _profile(form: TenantForm, folder: Path) -> InstitutionProfile:
    return read_profile(read_file(folder / form.profile)) if form.profile else InstitutionProfile()


def _trust(form: TenantForm, folder: Path) -> Trust | None:
    return read_trust(folder / form.trust) if form.trust else None


def _former(form: TenantForm, folder: Path) -> tuple[x509.Certificate, ...]:
    """Read the first certificate of each file: of a chain that one is the seal's."""
    found = []
    for name in form.former_certificates:
        data = read_file(folder / name)
        try:
            found.append(x509.load_pem_x509_certificates(data)[0])
        except ValueError:
            raise KeyFault("A file holds no certificate in PEM.") from None
    return tuple(found)


def _key(form: FileKey | TokenKey | RemoteKey, folder: Path) -> KeyConfiguration:
    algorithm = form.algorithm or ""
    match form:
        case FileKey():
            return KeyFile(
                kind=form.kind,
                path=folder / form.path,
                password=form.password or "",
                algorithm=algorithm,
            )
        case TokenKey():
            return TokenObject(
                module=folder / form.module,
                token=form.token,
                key=form.key,
                pin=form.pin,
                certificates=folder / form.certificates if form.certificates else None,
                algorithm=algorithm,
            )
        case RemoteKey():
            return RemoteCredential(
                url=form.url, credential=form.credential, token=form.token, algorithm=algorithm
            )


def _mandate(form: MandateForm, profile: InstitutionProfile) -> Mandate:
    language = profile.language or _DEFAULT_LANGUAGE
    return Mandate(
        title=_texts(form.title, language), text=_texts(form.text or {}, language), link=form.link or ""
    )


def _texts(said: dict[str, str], language: str) -> LangString:
    return LangString(tuple((code or language, text) for code, text in said.items()))


def _authorization(form: TenantForm) -> Authorization | None:
    said = form.authorization
    if said is None:
        return None
    return Authorization(
        issuer=said.issuer, jwks=said.jwks, audience=said.audience, clients=tuple(said.clients)
    )


def _wallet(form: TenantForm) -> Wallet | None:
    if form.wallet is None:
        return None
    return Wallet(
        url=form.wallet.url.rstrip("/"),
        key=form.wallet.key or "",
        notification=form.wallet.notification,
    )
