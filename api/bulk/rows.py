"""What goes into a batch and what comes out of it, row by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import orjson

from schemas.document import Format
from schemas.errors import Problem
from schemas.institution import InstitutionProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who a row is about, as the institution says.

    Attributes:
        birthdate: ISO 8601; the other optional facts are empty where they are not given.
        eduid, email: what the badge's recipient may be a hash of.
        twice: the file of people tells this assertion more than once, so it tells nobody.
    """

    given_name: str = ""
    family_name: str = ""
    birthdate: str = ""
    birth_place: str = ""
    birth_country: str = ""
    nationality: str = ""
    eduid: str = ""
    email: str = ""
    twice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of an input.

    Attributes:
        place: its number, from 1: a line, or the how-many-eth file.
        name: by which a person finds it in the input.
        data: the document, an address, or nothing where the input itself is at fault.
        person: what the input says of the person, such as an eduID; names may come from elsewhere.
        problem: why there is no document.
    """

    place: int
    name: str
    data: bytes = b""
    person: Person | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked of every row.

    Attributes:
        target: the format wanted; None asks for verdicts.
        now: the moment it is about, timezone-aware; kept through every resumption.
        policy: of the verification.
        enclose: `document`, `original` or `nothing` travels along.
        individual: a page for each learner, instead of one for each badge class.
        strict: refuse a row of which something would be left out.
        evidence: an evidence bundle that answers every web address; a file.
        offline: no web address is asked.
        trust, trust_lists: folders with what the asker trusts.
        seal: the tenant whose seal every row gets; empty where none is sealed.
        override: `indeterminate` to seal also what is not proven, where the tenant may.
        actor: who asks, as the log of seals has it.
        tenants, database: the file of tenants and the URL of the records; empty takes the environment's.
        people: the prepared file of people; empty where nobody gave any.
        sampled: one of so many documents is held against the official schema files; 0 for none.
        official, pins: the folder with these files, and a file of further digests.
    """

    target: Format | None
    now: datetime
    profile: InstitutionProfile = field(default_factory=InstitutionProfile)
    policy: str = "auto"
    enclose: str = "nothing"
    individual: bool = False
    strict: bool = False
    evidence: str = ""
    offline: bool = False
    trust: str = ""
    trust_lists: str = ""
    people: str = ""
    seal: str = ""
    override: str = ""
    actor: str = ""
    tenants: str = ""
    database: str = ""
    sampled: int = 0
    official: str = ""
    pins: str = ""


def target_of(order: Order) -> Format:
    """Return the format wanted of a conversion."""
    if order.target is None:
        raise ValueError("a verification has no target")
    return order.target


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one row.

    Attributes:
        name: the document's own id, or else the row's name.
        text: what was made, as it stands within a text of JSON: the converted document, or the report of a
            verification; None where nothing.
        size: of what was made, in bytes.
        problems: why nothing was made.
        learner: `proven` (the recipient is the person named), `vouched` (on the institution's word alone),
            `document` (as the document itself names them), else empty.
        verdict: of a verification.
        lists: digest of the four lists of this conversion, which many rows share.
        counts: how many values are mapped, approximated, left out and added.
        seal: id of the record of what was sealed.
        unasked: nobody was asked about the source: whether it is revoked is not known.
        official: what the official files say of it, of a sample: `agrees`, `objects` or `undecided`.
    """

    place: int
    name: str
    media_type: str = ""
    text: bytes | None = None
    size: int = 0
    problems: tuple[Problem, ...] = ()
    learner: str = ""
    verdict: str = ""
    lists: str = ""
    counts: tuple[int, int, int, int] | None = None
    seal: str = ""
    unasked: bool = False
    official: str = ""

    @property
    def document(self) -> bytes | None:
        """What was made; None where nothing."""
        if self.text is None:
            return None
        return str(orjson.loads(b'"' + self.text + b'"')).encode()


def within_json(document: bytes) -> bytes:
    """Return a document as it stands within a text of JSON, between the quotes."""
    return orjson.dumps(document.decode())[1:-1]
