"""Our own EDCI XML credentials: invented people and schools, as small as the schema allows."""

from __future__ import annotations

SNB = "http://data.europa.eu/snb"
CRED = "http://data.europa.eu/europass/model/credentials/w3c#"
SCHEMAS = "http://publications.europa.eu/resource/schema/credential/"
_COUNTRY = "http://publications.europa.eu/resource/authority/country"
GENERIC = "http://data.europa.eu/snb/credential/e34929035b"


def text(words: str, language: str = "en") -> str:
    return f'<text lang="{language}" content-type="text/plain">{words}</text>'


def organisation(
    number: int,
    name: str = "Example University of Applied Sciences",
    extra: str = "",
    tag: str = "organization",
) -> str:
    return (
        f'<{tag} id="urn:epass:org:{number}"><registration spatialID="NL">KVK-0000000{number}</registration>'
        f"<prefLabel>{text(name)}</prefLabel><hasLocation><hasAddress>"
        f'<country uri="{_COUNTRY}/NLD" targetFrameworkUrl="{_COUNTRY}"><targetName>{text("Netherlands")}'
        f"</targetName></country></hasAddress></hasLocation>{extra}</{tag}>"
    )


def achievement(number: int, specification: str, extra: str = "") -> str:
    return (
        f'<learningAchievement id="urn:epass:learningAchievement:{number}"><title>{text("Weaving")}</title>'
        f'{extra}<specifiedBy idref="{specification}"/></learningAchievement>'
    )


def credential(
    *,
    subject: str = "",
    references: str = "",
    organisations: str | None = None,
    location: str = f"{SNB} {SCHEMAS}genericschema_1.2.xsd",
    languages: str = "<primaryLanguage>en</primaryLanguage><availableLanguages><language>en</language>"
    "</availableLanguages>",
    tail: str = "<proof/>",
    attributes: str = 'xsdVersion="0.10.0"',
) -> bytes:
    """Fill in the blanks of a credential; as it stands it is valid in all three versions."""
    held = organisation(1) if organisations is None else organisations
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<europassCredential xmlns="{SNB}" xmlns:cred="{CRED}"'
        f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" cred:id="urn:credential:1" {attributes}'
        f' xsi:schemaLocation="{location}">'
        f'<type uri="{GENERIC}" targetFrameworkUrl="http://data.europa.eu/snb/credential/25831c2">'
        f"<targetName>{text('Generic')}</targetName></type>{languages}"
        f"<cred:validFrom>2026-02-01T09:00:00Z</cred:validFrom><cred:issued>2026-02-01T09:00:00Z</cred:issued>"
        f'<cred:issuer idref="urn:epass:org:1"/><title>{text("Weaving, first course")}</title>'
        f'<credentialSubject id="urn:epass:person:1"><givenNames>{text("Noor")}</givenNames>'
        f"<familyName>{text('Voorbeeld')}</familyName>{subject}</credentialSubject>"
        f"{references}<agentReferences>{held}</agentReferences>{tail}</europassCredential>"
    ).encode()
