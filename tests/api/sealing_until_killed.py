"""Run by a test: seals, gives out, revokes and publishes, and is killed at one of its steps.

Arguments: the database, the step, and a file where it writes down what the outside world was told.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from samples import elm_cases, sealing
from samples.sealing import NOW, means

from api.status import publishing
from api.status.entries import entries_of
from api.status.publishing import Lists, Signing
from api.storage import Store, credentials
from api.storage.credentials import complete, reserve, revoke
from api.storage.records import Origin, Sealed
from schemas.stamper import Level
from verifier.sealing.certificates import fingerprint
from verifier.sealing.making import renew_by, seal_elm

STEPS = (
    "reserving",
    "reserved",
    "sealed",
    "completing",
    "completed",
    "given",
    "revoking",
    "revoked",
    "publishing",
    "published",
)
BASE = "https://gateway.example"


def main(url: str, last: str, told: Path) -> None:
    def step(name: str) -> None:
        if name == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def tell(**what: str) -> None:
        with told.open("a") as file:
            file.write(json.dumps(what) + "\n")
            file.flush()
            os.fsync(file.fileno())

    inside = iter(("reserving", "completing", "revoking"))
    write = credentials.append

    def append(*arguments: object) -> None:
        write(*arguments)  # type: ignore[arg-type]
        step(next(inside))

    credentials.append = append  # type: ignore[assignment]
    store = Store.open(url)
    key = sealing.key()
    kept = reserve(store, Origin(tenant="school", target="elm-json"), now=NOW)
    step("reserved")
    tree = {**elm_cases.good(), "status": list(entries_of(BASE, kept.list_id, kept.place))}
    document = seal_elm(json.dumps(tree).encode(), means(), Level.T)
    step("sealed")
    digest = hashlib.sha256(document).hexdigest()
    made = Sealed(
        sha256=digest,
        certificate_sha256=fingerprint(key.certificates[0]),
        renew_by=renew_by(document),
    )
    complete(store, kept, made, now=NOW + timedelta(seconds=5))
    step("completed")
    tell(given=digest, id=kept.id)
    step("given")
    revoke(store, kept.id, "error", now=NOW + timedelta(minutes=1))
    step("revoked")
    tell(revoked=kept.id)
    lists = Lists(store)
    sign = publishing.sign_compact

    def signing(*arguments: object) -> str:
        step("publishing")
        return sign(*arguments)  # type: ignore[arg-type]

    publishing.sign_compact = signing  # type: ignore[assignment]
    lists.published(kept.list_id, "revocation", Signing(key=key, base=BASE), now=NOW + timedelta(minutes=2))
    step("published")
    tell(published=kept.list_id)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
