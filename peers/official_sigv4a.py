"""Signature Version 4A with AWS's C signer, and by OpenSSL: JSON lines in, JSON lines out.

Each request is signed by the C signer twice, by Version 4 and by 4A. Where it comes to this
crate's signature of Version 4, both have the same canonical request; then its signature of 4A has
to be one of this crate's string to sign, under the public key that follows from the credentials,
and this crate's signature, too.
"""

import hashlib
import hmac
import json
import sys

import awscrt.auth
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from official import ACCESS_KEY_ID, SECRET, attempt, read_lines, signed_by_awscrt, with_awscrt, write_lines

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def public_key():
    """As aws-c-auth derives it (key_derivation.c)."""
    for counter in range(1, 255):
        text = b"\0\0\0\1AWS4-ECDSA-P256-SHA256\0" + ACCESS_KEY_ID.encode() + bytes([counter]) + b"\0\0\1\0"
        candidate = int.from_bytes(hmac.new(b"AWS4A" + SECRET.encode(), text, hashlib.sha256).digest(), "big")
        if candidate <= ORDER - 2:
            return ec.derive_private_key(candidate + 1, ec.SECP256R1()).public_key()
    sys.exit("no key")


def with_awscrt_4a(case):
    algorithm = awscrt.auth.AwsSigningAlgorithm.V4_ASYMMETRIC
    signature, request = signed_by_awscrt(case, algorithm=algorithm, region=case["region_set"])
    return {"signature": signature, "target": request.path, "headers": list(request.headers)}


def verifies(key, signature, text):
    try:
        key.verify(bytes.fromhex(signature), text.encode(), ec.ECDSA(hashes.SHA256()))
        return True
    except InvalidSignature:
        return False


def main(requests, official):
    key, made, compared, failures = public_key(), [], 0, []
    cases = read_lines(requests)
    for case in cases:
        if not verifies(key, case["signature"], case["string_to_sign"]):
            failures.append(f"{case['id']}: OpenSSL refuses this crate's signature")
        version_4 = attempt(with_awscrt, case)
        if version_4.get("signature") != case["version_4"]:
            continue
        compared += 1
        theirs = attempt(with_awscrt_4a, case)
        if "signature" not in theirs:
            failures.append(f"{case['id']}: awscrt refuses it: {theirs['error']}")
            continue
        if not verifies(key, theirs["signature"], case["string_to_sign"]):
            failures.append(f"{case['id']}: awscrt signs another string than {case['string_to_sign']!r}")
        region = case["region_set"].split(",")[-1].replace("*", "-x")
        made.append({
            "id": case["id"], "service": case["service"], "region": region, "method": case["method"],
            "target": theirs["target"], "headers": theirs["headers"], "body": case["body"],
        })
    write_lines(official, made)
    print(f"{len(cases)} signatures of this crate verified by OpenSSL; awscrt: {compared} compared, {len(failures)} failures")
    for failure in failures[:20]:
        print(failure, file=sys.stderr)
    # Half of the requests are made to differ.
    sys.exit(1 if failures or compared * 4 < len(cases) else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
