"""EDCI XML: a credential that another than its issuer seals, presented as *mandated issue*."""

from __future__ import annotations

import uuid

from converter.formats.edci2_write import Written, write_element
from schemas.document import Tree
from schemas.edci import model

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMAS = "http://publications.europa.eu/resource/schema/presentation/mandatedschema_"
_KINDS = {b"/accreditationschema_1.2.xsd": "accred", b"/diplomasupplementschema_1.2.xsd": "dp"}
"""By the schema that the credential names for itself."""
_HEAD = 2000
_FRAMEWORK = "http://data.europa.eu/snb/verifiable-presentation/25831c2"
_MANDATED = "http://data.europa.eu/snb/verifiable-presentation/c_825cddc0"


def presented(credential: Written, issuer: Tree) -> Written:
    """Put an unsealed credential into a presentation; the seal goes into the presentation's own `proof`.

    Args:
        credential: as `write_edci` wrote it.
        issuer: who presents it, as the tree of an organisation.
    """
    spaces = model().namespaces
    body = credential.data[credential.data.index(b"<europassCredential") :].decode("utf-8")
    head = credential.data[:_HEAD]
    kind = next((kind for name, kind in _KINDS.items() if name in head), "generic")
    number = uuid.uuid5(uuid.NAMESPACE_URL, body)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<vp:verifiablePresentation xmlns:vp="{spaces["vp"]}" xmlns="{spaces[""]}" xmlns:xsi="{_XSI}" '
        f'xsi:schemaLocation="{spaces[""]} {_SCHEMAS}{kind}_1.2.xsd" id="urn:verifiable:{number}">'
        f'<vp:type targetFrameworkUrl="{_FRAMEWORK}" uri="{_MANDATED}"><targetName>'
        '<text lang="en" content-type="text/plain">Mandated issue</text></targetName></vp:type>'
        f"{write_element('vp:issuer', issuer, 'OrganizationType')}"
        f"{body}<vp:proof/></vp:verifiablePresentation>"
    )
    return Written(data=text.encode("utf-8"), notes=credential.notes)
