"""Health certificates of other states: HC1 (European and WHO style) and SMART Health Cards.

They are decoded and shown; whether the signature is one that Viet Nam believes is checked where a
certificate is recorded, never here.  Everything a code can unfold into is bounded: a QR of 4,296
signs can hold a zip bomb of megabytes and CBOR or JSON of any depth.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import base45
import cbor2

from lachan.formats.dates import read_date
from lachan.formats.recognised import Recognised, unknown

HC1 = "HC1:"
SHC = "shc:/"

#: Bytes a certificate may unfold into.  The largest of the public European test certificates has
#: 1,080, the largest SMART card of three doses about 4,000.
MOST_BYTES = 65_536
#: Containers inside containers; a certificate needs 7.
MOST_DEPTH = 16
#: Doses, tests and recoveries that are shown of one certificate.
MOST_ENTRIES = 32
#: Signs of one field; the schema of the European certificate allows 80, of a name 100.
MOST_SIGNS = 200
#: Codes a SMART card may be cut into; its specification gives one digit or two.
MOST_CHUNKS = 99

#: Labels of CWT claims and COSE headers.  Sources: RFC 8392 section 3.1, RFC 9052 section 3.1,
#: electronic health certificate specification 1.0.5, section 3.3.
_ISSUER, _EXPIRES, _ISSUED, _HEALTH, _EUROPEAN = 1, 4, 6, -260, 1
_ALGORITHM, _KEY_ID = 1, 4
_ALGORITHMS = {-7: "ES256", -35: "ES384", -36: "ES512", -37: "PS256"}

_GROUPS = {"v": "vaccination", "t": "test", "r": "recovery"}
#: Short names of the European certificate -> ours.  Source: its schema 1.3.2.
_NAMES = {
    "tg": "disease", "vp": "vaccine", "mp": "product", "dn": "dose", "sd": "doses", "dt": "date",
    "co": "country", "is": "issued_by", "ci": "certificate", "tt": "test_type", "nm": "test_name",
    "sc": "taken_at", "dr": "reported_at", "tr": "result", "tc": "centre",
    "fr": "first_positive", "df": "valid_from", "du": "valid_until",
}  # fmt: skip

#: Tags that a CBOR library would turn into numbers of any size, patterns or shared parts; here a
#: tag says nothing and its content stays what it is.  Source: IANA registry of CBOR tags.
_TAGS = (
    *(0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261),
    *(1004, 43000, 55799),
)

#: 1970 to 2199: what a year of four digits can be on a certificate.
_SECONDS = range(0, 7_258_118_400)


class _Broken(ValueError):
    """It begins like a certificate and cannot be read; the text is the code."""


def read_hc1(text: str) -> Recognised:
    """An HC1 certificate: issuer, times, key, person and each entry.

    Unknown with certificate_base45, certificate_zlib, certificate_large, certificate_cbor or
    certificate_content.
    """
    try:
        packed = base45.b45decode(text[len(HC1) :])
    except ValueError:
        return unknown(text, "certificate_base45")
    try:
        header, claims = _opened(_inflated(packed, zlib.MAX_WBITS))
        return _shown(text, header, claims)
    except _Broken as broken:
        return unknown(text, str(broken))


def _inflated(packed: bytes, window: int) -> bytes:
    unpacking = zlib.decompressobj(window)
    try:
        plain = unpacking.decompress(packed, MOST_BYTES)
    except zlib.error:
        raise _Broken("certificate_zlib") from None
    if unpacking.unconsumed_tail:
        raise _Broken("certificate_large")
    if not unpacking.eof:
        raise _Broken("certificate_zlib")
    return plain


def _opened(plain: bytes) -> tuple[Mapping[Any, Any], Mapping[Any, Any]]:
    """Both headers as one, and the claims."""
    signed = _decoded(plain)
    # A certificate may come as a plain array, tagged as COSE_Sign1 (18), and that as a CWT (61).
    for _tag in range(2):
        if isinstance(signed, cbor2.CBORTag):
            signed = signed.value
    # The library gives what lies in a tag as a tuple, else as a list.
    if not isinstance(signed, list | tuple) or len(signed) != 4:
        raise _Broken("certificate_content")
    protected, unprotected, payload = signed[:3]
    if not isinstance(payload, bytes):
        raise _Broken("certificate_content")
    header: dict[Any, Any] = {}
    for part in (unprotected, _decoded(protected) if isinstance(protected, bytes) else {}):
        header |= _mapping(part)
    claims = _decoded(payload) if payload else None
    if not isinstance(claims, Mapping):
        raise _Broken("certificate_content")
    return header, claims


def _decoded(plain: bytes) -> Any:
    if not plain:
        return {}
    try:
        return cbor2.loads(
            plain,
            max_depth=MOST_DEPTH,
            semantic_decoders=dict.fromkeys(_TAGS, lambda value, _immutable: value),
        )
    except (cbor2.CBORError, ValueError, TypeError):
        raise _Broken("certificate_cbor") from None


def _shown(text: str, header: Mapping[Any, Any], claims: Mapping[Any, Any]) -> Recognised:
    body = _mapping(_mapping(claims.get(_HEALTH)).get(_EUROPEAN))
    problems = ["signature_not_checked"]
    if not body:
        problems.append("certificate_other_content")
    name = _mapping(body.get("nam"))
    family, given = _words(name.get("fn")), _words(name.get("gn"))
    born = _words(body.get("dob"))
    fields = {
        "issuer": _words(claims.get(_ISSUER)),
        "issued": _moment(claims.get(_ISSUED)),
        "expires": _moment(claims.get(_EXPIRES)),
        "key_id": _key_id(header.get(_KEY_ID)),
        "algorithm": _ALGORITHMS.get(_whole(header.get(_ALGORITHM)), ""),
        "version": _words(body.get("ver")),
        "name": f"{given} {family}".strip(),
        "family_name": family,
        "given_name": given,
        "family_latin": _words(name.get("fnt")),
        "given_latin": _words(name.get("gnt")),
        "birth": read_date(born[:10]),
    }
    if body and not (fields["name"] or fields["family_latin"] or fields["given_latin"]):
        problems.append("name_missing")
    if born and not fields["birth"]:
        problems.append("birth_unreadable")
    entries = tuple(_entries(body))
    if body and not entries:
        problems.append("certificate_no_entry")
    return Recognised("certificate", text, fields, tuple(problems), (), entries)


def _entries(body: Mapping[Any, Any]) -> list[Mapping[str, str]]:
    found: list[Mapping[str, str]] = []
    for group, kind in _GROUPS.items():
        for row in _listed(body.get(group)):
            if isinstance(row, Mapping) and len(found) < MOST_ENTRIES:
                # `ma` is who made the vaccine, and in a test the device.
                names = _NAMES | {"ma": "device" if group == "t" else "maker"}
                told = {names[key]: _words(row[key]) for key in names if key in row}
                found.append({"kind": kind, **told})
    return found


def read_shc(text: str) -> Recognised:
    """A SMART Health Card, or one code of several into which one is cut.

    Unknown with card_digits, card_chunk, card_jws or card_content.
    Source: SMART Health Cards Framework 1.4, "Encoding QRs".
    """
    parts = text[len(SHC) :].split("/")
    if len(parts) == 3:
        return _chunk(text, *parts)
    digits = parts[0]
    if len(parts) != 1 or not _is_pairs(digits):
        return unknown(text, "card_digits")
    try:
        return _smart(text, _from_pairs(digits))
    except _Broken as broken:
        return unknown(text, str(broken))


def _chunk(text: str, number: str, total: str, digits: str) -> Recognised:
    if not _is_pairs(digits):
        return unknown(text, "card_digits")
    whole = [int(each) if each.isascii() and each.isdigit() else 0 for each in (number, total)]
    if not 1 <= whole[0] <= whole[1] <= MOST_CHUNKS:
        return unknown(text, "card_chunk")
    fields = {"chunk": str(whole[0]), "chunks": str(whole[1])}
    return Recognised(
        "smart_health_card", text, fields, ("signature_not_checked", "one_of_several")
    )


def _is_pairs(digits: str) -> bool:
    if not digits or len(digits) % 2 or not (digits.isascii() and digits.isdigit()):
        return False
    # 00 is "-", the lowest sign of a JWS, and 77 is "z".
    return all(int(digits[at : at + 2]) <= 77 for at in range(0, len(digits), 2))


def _from_pairs(digits: str) -> str:
    return "".join(chr(int(digits[at : at + 2]) + 45) for at in range(0, len(digits), 2))


def _smart(text: str, signed: str) -> Recognised:
    parts = signed.split(".")
    if len(parts) != 3:
        raise _Broken("card_jws")
    header = _mapping(_json(_from_base64(parts[0])))
    payload = _from_base64(parts[1])
    if header.get("zip") == "DEF":
        payload = _inflated(payload, -zlib.MAX_WBITS)
    claims = _mapping(_json(payload))
    if not claims:
        raise _Broken("card_content")
    proof = _mapping(claims.get("vc"))
    resources = _resources(proof)
    patient = next((one for one in resources if one.get("resourceType") == "Patient"), {})
    name = _mapping(next(iter(_listed(patient.get("name"))), None))
    family = _words(name.get("family"))
    first = " ".join(_words(word) for word in _listed(name.get("given"))[:5])
    fields = {
        "issuer": _words(claims.get("iss")),
        "issued": _moment(claims.get("nbf")),
        "expires": _moment(claims.get("exp")),
        "key_id": _words(header.get("kid")),
        "algorithm": _words(header.get("alg")),
        "name": f"{first} {family}".strip() or _words(name.get("text")),
        "birth": read_date(_words(patient.get("birthDate"))),
    }
    entries = tuple(_resource(one) for one in resources if one is not patient)[:MOST_ENTRIES]
    return Recognised("smart_health_card", text, fields, ("signature_not_checked",), (), entries)


def _resources(proof: Mapping[Any, Any]) -> list[Mapping[Any, Any]]:
    bundle = _mapping(_mapping(proof.get("credentialSubject")).get("fhirBundle"))
    rows = bundle.get("entry")
    found = [_mapping(_mapping(row).get("resource")) for row in _listed(rows)]
    return [one for one in found if one]


def _resource(one: Mapping[Any, Any]) -> Mapping[str, str]:
    kind = {"Immunization": "vaccination", "Observation": "test"}.get(
        _words(one.get("resourceType")), "other"
    )
    coded = _mapping(one.get("vaccineCode") or one.get("code"))
    code = _mapping(next(iter(_listed(coded.get("coding"))), None))
    return {
        "kind": kind,
        "code": _words(code.get("code")),
        "system": _words(code.get("system")),
        "date": _words(one.get("occurrenceDateTime") or one.get("effectiveDateTime")),
        "lot": _words(one.get("lotNumber")),
    }


def _from_base64(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise _Broken("card_jws") from None


def _json(plain: bytes) -> Any:
    try:
        return json.loads(plain)
    except (ValueError, RecursionError):
        raise _Broken("card_content") from None


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _words(value: object) -> str:
    """A field as text: what is neither text nor a plain number is not shown."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, int) and abs(value) < 1 << 63:
        return str(value)
    if isinstance(value, float):
        return repr(value)
    return " ".join(value[:MOST_SIGNS].split()) if isinstance(value, str) else ""


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _moment(value: object) -> str:
    """Seconds since 1970 as a time in UTC; "" when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return ""
    if not _SECONDS.start <= value < _SECONDS.stop:
        return ""
    return datetime.fromtimestamp(int(value), UTC).isoformat()


def _key_id(value: object) -> str:
    """Base64 of the first bytes of the key's digest, as lists of keys print it."""
    return base64.b64encode(value[:64]).decode() if isinstance(value, bytes) else ""
