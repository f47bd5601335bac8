"""Dated snapshots of trusted lists in a folder.

`lists/` holds each list once, by the sha-256 of its bytes; `snapshots/` holds a small file for each snapshot,
which names its lists. That file is written last and put in its place whole, so a snapshot is there or is not.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from api.folders import user_folder
from api.gateway.asking import not_understood
from api.replacing import replaced
from api.trust.prepared import FORM, prepared, read_back
from schemas.trusted_list import ListArchive, ListSnapshot, TrustedList
from verifier.trust.lists import MAX_BYTES, ListRefusal, read_list, signed_octets

_MAX_MANIFEST = 1024 * 1024


def default_folder(environment: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Return where this user's snapshots lie: `BADGEPASS_TRUST_LISTS`, else the platform's place for data."""
    if own := environment.get("BADGEPASS_TRUST_LISTS", ""):
        return Path(own)
    if cache := environment.get("BADGEPASS_CACHE", ""):
        return Path(cache) / "trusted-lists"
    return user_folder("data", environment, platform) / "trusted-lists"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What one snapshot is made of.

    Attributes:
        name: of its file, without the ending.
        taken: when it was first brought.
        checked: when the same was brought last.
        lotl: sha-256 of the list of lists, and of the certificate that signed it.
        lists: likewise for each national list, by territory.
        faults: territories whose list could not be used, each with the reason.
    """

    name: str
    taken: datetime
    checked: datetime
    lotl: tuple[str, str]
    lists: Mapping[str, tuple[str, str]]
    faults: Mapping[str, str]

    def same_lists(self, other: Manifest) -> bool:
        """Tell whether two snapshots hold the same bytes."""
        return self.lotl == other.lotl and self.lists == other.lists


class ListStore:
    """Snapshots in a folder, which need not be there yet."""

    def __init__(self, folder: Path) -> None:
        """Look at a folder."""
        self.folder = folder
        self._seen: tuple[tuple[str, int], ...] | None = None
        self._archive = ListArchive()
        self._damaged: tuple[str, ...] = ()

    def archive(self) -> ListArchive:
        """Return every snapshot, oldest first; read anew only when another was put there.

        The digest of every list is verified; a list that was damaged is left out, and told in `damaged`.
        """
        seen = tuple((path.name, path.stat().st_mtime_ns) for path in self._manifest_paths())
        if seen != self._seen:
            lists: dict[tuple[str, str], TrustedList] = {}
            damaged: list[str] = []
            shots = [self._snapshot(one, lists, damaged) for one in self.manifests()]
            found = [one for one in shots if one is not None]
            found.sort(key=lambda one: (one.lotl.issued, one.lotl.sequence))
            self._archive = ListArchive(snapshots=tuple(found))
            self._damaged = tuple(damaged)
            self._seen = seen
        return self._archive

    @property
    def damaged(self) -> tuple[str, ...]:
        """Name the lists that are not the bytes that were authenticated, by territory and digest."""
        self.archive()
        return self._damaged

    def manifests(self) -> tuple[Manifest, ...]:
        """Return what every snapshot is made of, in the order they were brought."""
        found = (_manifest(path) for path in self._manifest_paths())
        return tuple(sorted((one for one in found if one is not None), key=lambda one: one.taken))

    def newest(self) -> Manifest | None:
        """Return the snapshot that was brought or confirmed last."""
        return max(self.manifests(), key=lambda one: one.checked, default=None)

    def keep(self, snapshot: ListSnapshot, files: Mapping[str, bytes], *, now: datetime) -> bool:
        """Keep an authenticated snapshot, with the bytes of its lists by their sha-256.

        Returns:
            Whether it is another than those at hand; a known one is only marked as confirmed now.

        Raises:
            NotUnderstood: the folder cannot be written; what was there is still there.
        """
        made = _made(snapshot, now)
        known = next((one for one in self.manifests() if one.same_lists(made)), None)
        try:
            for one in (snapshot.lotl, *snapshot.lists) if known is None else ():
                self._keep_list(one, files[one.sha256])
            name = made.name if known is None else known.name
            taken = made.taken if known is None else known.taken
            written = _written(made, taken)
            (self.folder / "snapshots").mkdir(parents=True, exist_ok=True)
            replaced(self.folder / "snapshots" / f"{name}.json", written)
        except OSError as error:
            reason = error.strerror or "it is not usable"
            message = f"The folder of trusted lists cannot be written: {reason}."
            raise not_understood("request.trust-lists", message, str(self.folder)) from None
        return known is None

    def _keep_list(self, trusted_list: TrustedList, data: bytes) -> None:
        folder = self.folder / "lists"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{trusted_list.sha256}.xml"
        if self._bytes(path, MAX_BYTES) != data:
            replaced(path, data)
        replaced(folder / f"{trusted_list.sha256}.{FORM}.json", prepared(trusted_list))

    def _manifest_paths(self) -> list[Path]:
        try:
            return sorted((self.folder / "snapshots").glob("*.json"))
        except OSError:
            return []

    def _snapshot(
        self, manifest: Manifest, lists: dict[tuple[str, str], TrustedList], damaged: list[str]
    ) -> ListSnapshot | None:
        found: dict[str, TrustedList] = {}
        for territory, pinned in (("EU", manifest.lotl), *manifest.lists.items()):
            if pinned not in lists and (one := self._list(*pinned)) is not None:
                lists[pinned] = one
            if pinned in lists:
                found[territory] = lists[pinned]
            else:
                damaged.append(f"{territory} {pinned[0]}")
        lotl = found.pop("EU", None)
        if lotl is None:
            return None
        return ListSnapshot(lotl=lotl, lists=tuple(found.values()), faults=tuple(manifest.faults.items()))

    def _list(self, digest: str, signer: str) -> TrustedList | None:
        """Read a list as it was prepared, else anew with its signature; never other bytes than those kept."""
        path = self.folder / "lists" / f"{digest}.xml"
        data = self._bytes(path, MAX_BYTES)
        if data is None or sha256(data).hexdigest() != digest:
            return None
        ready = path.with_name(f"{digest}.{FORM}.json")
        if (found := read_back(self._bytes(ready, 8 * MAX_BYTES) or b"", digest)) is not None:
            return found
        try:
            found = read_list(signed_octets(data, frozenset({signer})))
        except ListRefusal:
            return None
        try:
            replaced(ready, prepared(found))
        except OSError:
            return found  # a folder that may only be read is no reason to know less
        return found

    def _bytes(self, path: Path, most: int) -> bytes | None:
        try:
            with path.open("rb") as file:
                return file.read(most + 1)
        except OSError:
            return None


def _made(snapshot: ListSnapshot, now: datetime) -> Manifest:
    lists = {one.territory: (one.sha256, one.signer) for one in snapshot.lists}
    whole = json.dumps([snapshot.lotl.sha256, sorted(lists.items())]).encode()
    return Manifest(
        name=f"{now:%Y%m%dT%H%M%SZ}-{sha256(whole).hexdigest()[:12]}",
        taken=now,
        checked=now,
        lotl=(snapshot.lotl.sha256, snapshot.lotl.signer),
        lists=lists,
        faults=dict(snapshot.faults),
    )


def _written(manifest: Manifest, taken: datetime) -> bytes:
    told = {
        "version": 1,
        "taken": taken.isoformat(),
        "checked": manifest.checked.isoformat(),
        "lotl": manifest.lotl,
        "lists": manifest.lists,
        "faults": manifest.faults,
    }
    return f"{json.dumps(told, indent=1)}\n".encode()


def _manifest(path: Path) -> Manifest | None:
    """Read what a snapshot is made of; None for a file that is none of ours."""
    try:
        with path.open("rb") as file:
            told: dict[str, Any] = json.loads(file.read(_MAX_MANIFEST))
        return Manifest(
            name=path.stem,
            taken=datetime.fromisoformat(told["taken"]),
            checked=datetime.fromisoformat(told["checked"]),
            lotl=_pinned(told["lotl"]),
            lists={str(territory): _pinned(pinned) for territory, pinned in told["lists"].items()},
            faults={str(territory): str(why) for territory, why in told["faults"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _pinned(value: Any) -> tuple[str, str]:  # noqa: ANN401 - JSON is any value
    digest, signer = value
    if not all(isinstance(one, str) and len(one) == 64 and one.isalnum() for one in (digest, signer)):  # noqa: PLR2004
        raise ValueError("not two digests")
    return digest, signer
