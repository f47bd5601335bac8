"""The words of trusted lists: service types, statuses, qualifiers (TS 119 612 §5.5.1, §5.5.4, §5.5.9)."""

from __future__ import annotations

from datetime import UTC, datetime

_TYPE = "http://uri.etsi.org/TrstSvc/Svctype/"
_STATUS = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
_INFO = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"

CA_QC = f"{_TYPE}CA/QC"
QTST = f"{_TYPE}TSA/QTST"
TIME_STAMPING = frozenset({QTST, f"{_TYPE}TSA", f"{_TYPE}TSA/TSS-QC", f"{_TYPE}TSA/TSS-AdESQCandQES"})

GRANTED = f"{_STATUS}granted"
WITHDRAWN = f"{_STATUS}withdrawn"
NATIONAL = f"{_STATUS}recognisedatnationallevel"
OLD_GRANTED = frozenset(
    f"{_STATUS}{name}" for name in ("undersupervision", "supervisionincessation", "accredited")
)
"""What `granted` was called under Directive 1999/93/EC."""

EIDAS = datetime(2016, 6, 30, 22, tzinfo=UTC)
"""From when Regulation (EU) 910/2014 applies: 1 July 2016 in Brussels. No seal was qualified before."""

FOR_SIGNATURES = f"{_INFO}ForeSignatures"
FOR_SEALS = f"{_INFO}ForeSeals"
FOR_WEBSITES = f"{_INFO}ForWebSiteAuthentication"

QUALIFIERS = {
    name: f"{_INFO}{name}"
    for name in (
        *("QCForESig", "QCForESeal", "QCForWSA", "QCForLegalPerson"),
        *("QCStatement", "NotQualified"),
        *("QCWithQSCD", "QCNoQSCD", "QCQSCDStatusAsInCert", "QCQSCDManagedOnBehalf"),
        *("QCWithSSCD", "QCNoSSCD", "QCSSCDStatusAsInCert"),
    )
}
_NAMES = {uri: name for name, uri in QUALIFIERS.items()}


def names(uris: frozenset[str]) -> frozenset[str]:
    """Return the short names of qualifiers; one that is not known keeps its URI."""
    return frozenset(_NAMES.get(uri, uri) for uri in uris)
