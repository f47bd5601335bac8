"""Run by openbadgeslib's own Python: one badge in, its verdict out, on a web that is handed in."""

import base64
import json
import logging
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

from openbadgeslib.ob2.verifier import OB2Verifier  # noqa: E402 - the warnings of its imports are not ours

ASKED = json.load(sys.stdin)


def download(url):
    """Answer from the web that was handed in, and nothing else."""
    found = ASKED["web"].get(url)
    if found is None or found["status"] != 200:
        raise OSError("nobody answers there")
    return base64.b64decode(found["body_base64"])


verifier = OB2Verifier(download=download)
data = base64.b64decode(ASKED["badge_base64"])
try:
    if ASKED["image"] == "png":
        token = verifier.extract_token_from_png(data)
    elif ASKED["image"] == "svg":
        token = verifier.extract_token_from_svg(data)
    else:
        token = data.decode().strip()
    if token.lstrip().startswith("{"):
        verifier.verify_hosted(json.loads(token), expected_recipient=ASKED["email"], check_revocation=True)
    else:
        verifier.verify(token, expected_recipient=ASKED["email"], check_revocation=True)
    told = {"valid": True, "errors": []}
except Exception as error:
    told = {"valid": False, "errors": [f"{type(error).__name__}: {error}"]}
print(json.dumps(told))
