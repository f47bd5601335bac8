"""The guarded client inside a network namespace, as it is in service but for whom its TLS trusts.

Reads the authority's certificate as one line of JSON, then a line for each URL, and answers with a line each.
"""

from __future__ import annotations

import json
import ssl
import sys
import time

from schemas.evidence import Resource
from verifier.fetch import HttpFetcher


def main() -> None:
    """Ask until the input ends."""
    tls = ssl.create_default_context(cadata=json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        asked = json.loads(line)
        fetcher = HttpFetcher(tls=tls, max_body=40_000, total_seconds=asked["seconds"])
        began = time.monotonic()
        answer = fetcher.fetch(asked["url"])
        took = time.monotonic() - began
        if isinstance(answer, Resource):
            told = {"status": answer.status, "body": answer.body.decode("latin-1"), "took": took}
        else:
            told = {"why": answer.why, "refused": answer.refused, "took": took}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
