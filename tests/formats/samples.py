"""One valid text of every kind the QR grammar knows, made of invented people."""

import base64
import json
import zlib
from typing import Any

import base45
import cbor2

NAME = "Nguyễn Thị Mỷ"
ADDRESS = "Thôn Hòa Bình, Xã An Lạc, Sơn Động, Bắc Giang"

#: A European certificate's body: one of each kind of entry, although a real one has one.
BODY: dict[str, Any] = {
    "ver": "1.3.0",
    "dob": "1990-03-05",
    "nam": {"fn": "Nguyễn", "gn": "Thị Mỷ", "fnt": "NGUYEN", "gnt": "THI<MY"},
    "v": [
        {
            **{"tg": "840539006", "vp": "1119349007", "mp": "EU/1/20/1528", "ma": "ORG-100030215"},
            **{"dn": 2, "sd": 2, "dt": "2021-09-20", "co": "XA", "is": "Invented authority"},
            "ci": "URN:UVCI:01:XA:INVENTED0001#K",
        }
    ],
    "t": [
        {
            **{"tg": "840539006", "tt": "LP6464-4", "nm": "Invented PCR", "tr": "260415000"},
            **{"sc": "2021-10-02T08:15:00Z", "tc": "Invented centre", "co": "XA"},
            **{"is": "Invented authority", "ci": "URN:UVCI:01:XA:INVENTED0002#L"},
        }
    ],
    "r": [
        {
            **{"tg": "840539006", "fr": "2021-03-01", "df": "2021-03-11", "du": "2021-08-28"},
            **{"co": "XA", "is": "Invented authority", "ci": "URN:UVCI:01:XA:INVENTED0003#M"},
        }
    ],
}

#: A GS1 code on a box: the lot ends with a separator because its length is free.
BOX = "]d2" + "0108938500010019" + "17270800" + "10LO5A2\x1d" + "21S0007"


def hc1(body: Any = BODY, **changed: Any) -> str:
    """An HC1 certificate with a signature of zeros."""
    claims = {1: "XA", 6: 1_632_096_000, 4: 1_695_168_000, -260: {1: body}}
    parts = [cbor2.dumps({1: -7, 4: bytes(range(8))}), {}, cbor2.dumps(claims), bytes(64)]
    return packed(cbor2.dumps(cbor2.CBORTag(18, parts)), **changed)


def packed(plain: bytes, prefix: str = "HC1:") -> str:
    """Bytes as the text of a certificate."""
    return prefix + base45.b45encode(zlib.compress(plain, 9)).decode()


def shc(payload: Any = None) -> str:
    """A SMART Health Card of one dose."""
    patient = {
        "resourceType": "Patient",
        "name": [{"family": "Nguyen", "given": ["Thi", "My"]}],
        "birthDate": "1990-03-05",
    }
    dose = {
        "resourceType": "Immunization",
        "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "208"}]},
        "occurrenceDateTime": "2021-09-20",
        "lotNumber": "LO5A2",
    }
    bundle = {"resourceType": "Bundle", "entry": [{"resource": patient}, {"resource": dose}]}
    told = payload or {
        "iss": "https://issuer.example",
        "nbf": 1_632_096_000,
        "vc": {"credentialSubject": {"fhirVersion": "4.0.1", "fhirBundle": bundle}},
    }
    packing = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packing.compress(json.dumps(told).encode()) + packing.flush()
    head = json.dumps({"zip": "DEF", "alg": "ES256", "kid": "invented"}).encode()
    signed = ".".join(_base64(part) for part in (head, body, bytes(64)))
    return "shc:/" + "".join(f"{ord(sign) - 45:02d}" for sign in signed)


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def hexed(text: str) -> str:
    """As a health-insurance card writes names."""
    return text.encode().hex()


#: kind -> texts.
SAMPLES: dict[str, list[str]] = {
    "person_token": ["LP1:" + "AEAACAQDAQCQMBYIBEFAWDANBYHWV6HZ" + "A" * 104],
    "slip_token": ["LS1:" + "AIHQ4DIMBMFASCAHAYCQIAYCAEAGWIED" + "B" * 104],
    "declaration_token": ["LD1:" + "AIHQ4DIMBMFASCAHAYCQIAYCAEAGWIED" + "C" * 112],
    "cccd": [
        f"024190000017|121234567|{NAME}|05031990|Nữ|{ADDRESS}|10062021",
        f"024190000017||{NAME}|05031990|Nữ|{ADDRESS}|10062021||||",
        f"024190000017|{NAME}|05031990|Nữ|{ADDRESS}|10062021",
    ],
    "personal_2021": [
        "024190000017|NGUYEN THI MY|1990-03-05|0|162900000000000001|<2<GD4240000000001<0900000177",
        "******000017|NGUYEN THI MY|1990-**-**|0|162900000000000001|<2<<<",
    ],
    "bhyt": [
        f"GD4240000000001|{hexed(NAME)}|05/03/1990|2|{hexed(ADDRESS)}|24 - 001|01/01/2021"
        "|31/12/2025|15/12/2020|00000000000001|-|4|01/01/2026|1a2b3c4d|$",
        f"0240000001|{hexed(NAME)}|1990|2|{hexed(ADDRESS)}",
    ],
    "place": ["K7M2QXT4", "https://lachan.example/q/K7M2QXT4"],
    "place_2021": ["https://qr.pccovid.gov.vn/aBcDeF", "https://qr.tokhaiyte.vn/p/aBcDeF"],
    "certificate": [hc1()],
    "smart_health_card": [shc(), "shc:/2/3/" + shc()[5:65]],
    "gs1": [BOX, "(01)08938500010019(17)270800(10)LO5A2(21)S0007(30)5"],
    "unknown": ["xin chào", "https://example.org/hello", '{"v":1,"data":"abc"}'],
}
