"""Writes proofs.json: proofs of possession as botocore makes them, and keys that are none.

    python3 -m venv venv && venv/bin/pip install -r ../../peers/requirements.txt
    venv/bin/python make.py

The text of a proof is botocore's, its signature that of RFC 6979 by `cryptography`, so that it can be
made again; AWS's own library signs with randomness.
"""

import base64
import json
from pathlib import Path

from botocore.credentials import _build_dpop_header
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

# A key, a time and an identifier for each proof: the first is that of AWS's vectors of `login_session`.
OF_AWS = 0xFB7FBBC2273CBA507902C94EF557FAC343CE78BCBCC0CCB772E2BBE9CC06281F
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
UUID = "00000000-0000-4000-8000-000000000000"
SIGN_IN = "https://us-east-1.signin.aws.amazon.com/v1/token"


class Key:
    """What botocore asks of awscrt's keys."""

    def __init__(self, number):
        self.key = ec.derive_private_key(number, ec.SECP256R1())

    def get_public_coords(self):
        point = self.key.public_key().public_numbers()
        return point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")

    def sign(self, digest):
        return self.key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256()), deterministic_signing=True))

    def pem(self, form=serialization.PrivateFormat.TraditionalOpenSSL):
        return pem(self.key, form)


def pem(key, form=serialization.PrivateFormat.TraditionalOpenSSL, protection=serialization.NoEncryption()):
    return key.private_bytes(serialization.Encoding.PEM, form, protection).decode()


def first_with(part):
    """The smallest private key whose public x (or y) begins with a byte of zero."""
    return next(number for number in range(1, 5000) if Key(number).get_public_coords()[part][0] == 0)


def tlv(tag, content):
    length = bytes([len(content)]) if len(content) < 128 else bytes([0x81, len(content)])
    return bytes([tag]) + length + content


def sec1(number, parameters=True, public=None, behind=b"", version=1, size=32):
    """ECPrivateKey (RFC 5915, 3), with what is optional or wrong."""
    oid = bytes.fromhex("06082a8648ce3d030107")
    content = tlv(2, bytes([version])) + tlv(4, number.to_bytes(size, "big"))
    content += tlv(0xA0, oid) if parameters else b""
    if public:
        x, y = public.get_public_coords()
        content += tlv(0xA1, tlv(3, b"\0\x04" + x + y))
    return armour(tlv(0x30, content) + behind)


def armour(der, label="EC PRIVATE KEY", end="\n", width=64):
    text = base64.b64encode(der).decode()
    lines = [text[at : at + width] for at in range(0, len(text), width)]
    return end.join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def main():
    proofs, key = [], Key(OF_AWS)

    def proof(case, key, text=None, url=SIGN_IN, at=1704164645, uuid=UUID):
        proofs.append({
            "case": case, "pem": text or key.pem(), "url": url, "iat": at, "jti": uuid,
            "proof": _build_dpop_header(key, url, uid=uuid, ts=at),
        })

    proof("as AWS writes it", key)
    proof("lines that end as on Windows", key, key.pem().replace("\n", "\r\n"))
    proof("no line end at the end", key, key.pem().rstrip("\n"))
    proof("no public key in it", key, sec1(OF_AWS))
    proof("no parameters in it", key, sec1(OF_AWS, parameters=False, public=key))
    proof("another time and identifier", key, at=4102444800, uuid="919108f7-52d1-4320-9bac-f847db4148a8")
    proof("another endpoint", key, url="http://127.0.0.1:8141/base/v1/token")
    for part, name in enumerate("xy"):
        other = Key(first_with(part))
        proof(f"a byte of zero in front of {name}", other)
    proof("its first byte, of zero, left off", Key(7), sec1(7, size=31))
    proof("the smallest key", Key(1))
    proof("the largest key", Key(ORDER - 1))

    whole = key.pem()
    not_pem, not_sec1, not_p256 = (
        "is no PEM text", "is no PEM text `EC PRIVATE KEY`", "is no EC private key of P-256",
    )
    refused = [
        ("nothing", "", not_pem),
        ("a word", "k", not_pem),
        ("without its last line", whole.rsplit("-----END", 1)[0], not_pem),
        ("without its first line", whole.split("\n", 1)[1], not_pem),
        ("another last line", whole.replace("END EC", "END RSA"), not_pem),
        ("a character that is none", whole.replace("MHcC", "MH*C"), not_pem),
        ("line ends as two characters", whole.replace("\n", "\\n"), not_pem),
        ("half of it", "\n".join(whole.split("\n")[:2] + whole.split("\n")[3:]), not_p256),
        ("PKCS #8", key.pem(serialization.PrivateFormat.PKCS8), not_sec1),
        ("RSA", pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)), not_sec1),
        ("a public key", armour(b"\x30\x00", "PUBLIC KEY"), not_sec1),
        ("P-384", pem(ec.derive_private_key(7, ec.SECP384R1())), not_p256),
        ("secp256k1", pem(ec.derive_private_key(7, ec.SECP256K1())), not_p256),
        ("zero", sec1(0), not_p256),
        ("the order", sec1(ORDER), not_p256),
        ("33 bytes", sec1(7, size=33), not_p256),
        ("version 2", sec1(OF_AWS, version=2), not_p256),
        ("the public key of another", sec1(OF_AWS, public=Key(7)), not_p256),
        ("something behind it", sec1(OF_AWS, behind=b"\x05\x00"), not_p256),
        ("no DER", armour(b"key" * 30), not_p256),
        ("no bytes", armour(b""), not_pem),
        ("300 bytes", armour(b"\x30" + bytes(299)), not_p256),
    ]
    refused = [{"case": case, "pem": text, "problem": problem} for case, text, problem in refused]
    text = json.dumps({"proofs": proofs, "refused": refused}, indent=2)
    Path(__file__).with_name("proofs.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
