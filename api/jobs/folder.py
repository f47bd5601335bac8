"""The files of one job: what was handed in, and what came out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from api.bulk.outputs import Output

NAMES = {
    "ndjson": "documents.ndjson",
    "ndjson.zst": "documents.ndjson.zst",
    "zip": "documents.zip",
    "zip.zst": "documents.zip.zst",
}
"""What the documents can lie in, by the name it is asked for."""
MEDIA_TYPES = {
    "ndjson": "application/x-ndjson",
    "ndjson.zst": "application/zstd",
    "zip": "application/zip",
    "zip.zst": "application/zstd",
}


@dataclass(frozen=True, slots=True)
class JobFolder:
    """Where one job lies. What was handed in goes as soon as the job is over, the rest when it is erased."""

    path: Path

    @property
    def input(self) -> Path:
        """The export."""
        return self.path / "input"

    @property
    def people(self) -> Path:
        """Who each assertion is about."""
        return self.path / "people.csv"

    @property
    def profile(self) -> Path:
        """What the institution says about itself."""
        return self.path / "profile.toml"

    def output(self, kind: str) -> Output:
        """What the engine is told to write."""
        return Output.of(str(self.path / NAMES[kind]))

    def part(self, kind: str, what: str) -> Path:
        """A file that came out: `documents`, `report`, `lists` or `summary`."""
        if what == "documents":
            return self.path / NAMES[kind]
        return self.output(kind).named(f"{what}.json" if what == "summary" else f"{what}.ndjson")

    def forget_input(self) -> None:
        """Take away what was handed in."""
        for path in (self.input, self.people, self.profile):
            path.unlink(missing_ok=True)

    def erase(self) -> None:
        """Take away everything."""
        shutil.rmtree(self.path, ignore_errors=True)


def folders(root: Path) -> Iterator[JobFolder]:
    """Yield every job that lies somewhere."""
    if root.is_dir():
        for path in sorted(root.iterdir()):
            if path.is_dir() and path.name.startswith("job_"):
                yield JobFolder(path)
