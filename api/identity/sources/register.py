"""A register that says who a person is, asked by an institution: DUO's, or another with the same contract.

The contract is ours and stands in docs/identity.md: one POST with a reference and the names of the fields
that the purpose needs; a record as `converter.identity_reading` reads it comes back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn

from api.identity.sources.refusing import refused
from converter.identity_reading import Handed, identity_of
from converter.strict import load_json
from schemas.errors import Malformed, Unavailable
from schemas.evidence import Missing
from schemas.exchange import Exchange, Outgoing
from schemas.identity import FIELDS, Assurance

GROUND = "public-task"
_OK, _UNKNOWN = 200, 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A register, as the operator agreed with it.

    Attributes:
        name: by which a request names it.
        address: that is asked.
        token: that it knows the gateway by.
        assurance: what its word is worth.
        tenants: whose callers may ask it.
        exchange: the only way to it.
    """

    name: str
    address: str
    token: str = field(repr=False)
    assurance: Assurance
    tenants: frozenset[str]
    exchange: Exchange = field(repr=False)

    def handed(
        self, reference: str, fields: Iterable[str], about: Mapping[str, Any], *, now: datetime
    ) -> Handed:
        """Ask who a reference stands for.

        Args:
            reference: by which the register knows the person, e.g. the number of a diploma; never a BSN.
            fields: that the purpose needs; what comes beyond them is not read.
            about: recipient and purpose, as the institution said them.
            now: timezone-aware.

        Raises:
            Refused: `identity.register-unknown`: it knows no such reference.
            Malformed: what the institution said of recipient or purpose cannot be read.
            Unavailable: it does not answer, or answers in a way that is not the contract's.
        """
        wanted = [name for name in FIELDS if name in set(fields)]
        said = self._asked(reference, wanted)
        person = said.get("person")
        if said.get("reference") != reference or not isinstance(person, dict):
            self._unavailable("The register's answer is about something else.")
        record = {name: person[name] for name in wanted if person.get(name) is not None}
        origin = {"source": "register", "loa": str(self.assurance), "at": said.get("at")}
        vouched = about.get("recipient") is None
        try:
            return identity_of({"ground": GROUND, **about, **record, **origin, "vouched": vouched}, now=now)
        except Malformed as error:
            theirs = [one for one in error.problems if one.where.lstrip("/").partition("/")[0] not in about]
            if not theirs:
                raise
            self._unavailable(f"The register's answer cannot be used: {theirs[0].message}")

    def _asked(self, reference: str, wanted: list[str]) -> dict[str, Any]:
        headers = {
            "authorization": f"Bearer {self.token}",
            "content-type": "application/json",
            "accept": "application/json",
        }
        body = json.dumps({"reference": reference, "fields": wanted}).encode()
        answer = self.exchange.send(Outgoing(method="POST", url=self.address, headers=headers, body=body))
        if isinstance(answer, Missing):
            self._unavailable(answer.why)
        if answer.status == _UNKNOWN:
            raise refused("register-unknown", "The register knows nobody by this reference.")
        if answer.status != _OK:
            self._unavailable(f"The register answers with HTTP status {answer.status}.")
        try:
            said = load_json(answer.body)
        except Malformed:
            said = None
        if not isinstance(said, dict):
            self._unavailable("The register's answer is not a JSON object.")
        return said

    def _unavailable(self, why: str) -> NoReturn:
        raise Unavailable("", why) from None
