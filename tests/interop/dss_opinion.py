"""What EU DSS says: the harness beside this file, asked once about all files, without any network.

Judged by the validation policy that DSS ships as its default, unchanged: it is the one its own demonstrator
and, by default, its users judge by, so that what is compared is DSS's word and not a policy of ours.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from interop.cases import Case
from interop.opinions import NOT_SHOWN, Crypto, Opinion, worst

_JAR = Path(__file__).parent / "dss" / "target" / "dss-opinion.jar"
_MINUTES = 20
_NO_SIGNATURE = "UnsupportedOperationException"
"""What DSS raises for a document in which no validator of its own sees a signature."""


def why_not() -> str:
    """Tell why DSS cannot be asked here; empty where it can."""
    if shutil.which("java") is None:
        return "there is no Java"
    if not _JAR.exists():
        return "the DSS harness is not built (`make interop` builds it where there is Maven)"
    return ""


def dss_opinions(cases: Sequence[Case]) -> dict[str, Opinion]:
    """Ask DSS about every file, by the file's name; one run, since Java starts slowly.

    Raises:
        RuntimeError: the harness broke down, or left a file out.
    """
    questions = "\n".join(json.dumps(_question(case)) for case in cases)
    ran = subprocess.run(  # noqa: S603 - our own jar, whatever the files are called
        ["java", "-jar", str(_JAR)],  # noqa: S607 - whichever Java the machine has
        input=questions.encode(),
        capture_output=True,
        timeout=_MINUTES * 60,
        check=False,
    )
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    found = {answer["name"]: _opinion(answer) for answer in answers}
    if ran.returncode or found.keys() != {case.name for case in cases}:
        raise RuntimeError(f"The DSS harness did not answer. {ran.stderr.decode(errors='replace')[-2000:]}")
    return found


def _question(case: Case) -> dict[str, Any]:
    return {
        "name": case.name,
        "document": str(case.path),
        "detached": {name: str(path) for name, path in case.detached.items()},
        "at": case.at,
        "anchors": [str(path) for path in case.anchors],
        "crls": [str(path) for path in case.crls],
        "ocsps": [],
        "lists": str(case.lists) if case.lists else None,
        "list_anchors": [str(path) for path in case.list_anchors],
    }


def _opinion(answer: dict[str, Any]) -> Opinion:
    micros = float(answer["micros"])
    if answer.get("error") == _NO_SIGNATURE:
        return Opinion(crypto=Crypto.NONE, why=answer["message"], micros=micros)
    if "error" in answer:
        return Opinion(crypto=Crypto.BROKEN, why=f"{answer['error']}: {answer['message']}", micros=micros)
    over_content = [one for one in answer["signatures"] if not one["counter"]]
    if not over_content:
        return Opinion(crypto=Crypto.NONE, micros=micros)
    crypto = _crypto(over_content)
    alone = over_content[0] if len(over_content) == 1 and crypto is Crypto.HOLDS else None
    return Opinion(
        crypto=crypto,
        indication=worst([one["indication"].replace("_", "-") for one in over_content]),
        signer=(alone["signer"] if alone and alone["signer_identified"] else None) or NOT_SHOWN,
        qualification=_qualification(alone["qualification"]) if alone else NOT_SHOWN,
        times=_times(alone["timestamps"]) if alone else NOT_SHOWN,
        sub_indication=", ".join(dict.fromkeys(one["sub_indication"] or "" for one in over_content)),
        level=over_content[0]["level"] if len(over_content) == 1 else NOT_SHOWN,
        why=", ".join(key for one in over_content for key in one["complaints"]),
        micros=micros,
    )


def _crypto(signatures: list[dict[str, Any]]) -> Crypto:
    if all(one["valid"] for one in signatures):
        return Crypto.HOLDS
    failed = any(one["indication"] == "TOTAL_FAILED" for one in signatures)
    return Crypto.BROKEN if failed else Crypto.UNDECIDED


def _qualification(said: str) -> str:
    """Leave out whether the signature itself is valid, which `indication` says (TS 119 172-4)."""
    word = said.removeprefix("INDETERMINATE_")
    return word if word in {"QESIG", "QESEAL", "ADESIG_QC", "ADESEAL_QC"} else NOT_SHOWN


def _times(timestamps: list[dict[str, Any]]) -> str:
    return ", ".join(sorted(f"{one['produced'][:19]}Z {_word(one)}" for one in timestamps))


def _word(timestamp: dict[str, Any]) -> Crypto:
    return Crypto.HOLDS if timestamp["imprint_intact"] and timestamp["value_intact"] else Crypto.BROKEN
