"""Signature Version 4A with AWS's C signer, and by OpenSSL: JSON lines in, JSON lines out.

OpenSSL verifies the signatures of this crate, and those of the C signer, whose canonical requests
are those of its log, under the public key that follows from the credentials.
"""

import hashlib
import hmac
import os
import subprocess
import sys
import tempfile

import awscrt.auth
import awscrt.io
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from official import (
    ACCESS_KEY_ID, NOW, SECRET, attempt, canonical_requests, read_lines, signed_by_awscrt, write_lines,
)

ALGORITHM = "AWS4-ECDSA-P256-SHA256"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def public_key(access_key_id=ACCESS_KEY_ID, secret=SECRET):
    """As aws-c-auth derives it (key_derivation.c)."""
    for counter in range(1, 255):
        text = b"\0\0\0\1" + ALGORITHM.encode() + b"\0" + access_key_id.encode() + bytes([counter]) + b"\0\0\1\0"
        candidate = int.from_bytes(hmac.new(b"AWS4A" + secret.encode(), text, hashlib.sha256).digest(), "big")
        if candidate <= ORDER - 2:
            return ec.derive_private_key(candidate + 1, ec.SECP256R1()).public_key()
    sys.exit("no key")


def public_coordinates(access_key_id, secret):
    """As aws-c-auth takes the key to verify with."""
    numbers = public_key(access_key_id, secret).public_numbers()
    return [f"{number:064x}" for number in (numbers.x, numbers.y)]


def with_awscrt(case, region_set):
    algorithm = awscrt.auth.AwsSigningAlgorithm.V4_ASYMMETRIC
    signature, request = signed_by_awscrt(case, algorithm=algorithm, region=region_set)
    return {"signature": signature, "request": {"target": request.path, "headers": list(request.headers)}}


def verifies(key, signature, text):
    try:
        key.verify(bytes.fromhex(signature), text.encode(), ec.ECDSA(hashes.SHA256()))
        return True
    except InvalidSignature:
        return False


def string_to_sign(canonical_request, service):
    stamp = NOW.strftime("%Y%m%dT%H%M%SZ")
    digest = hashlib.sha256(canonical_request).hexdigest()
    return f"{ALGORITHM}\n{stamp}\n{stamp[:8]}/{service}/aws4_request\n{digest}"


def sign_all(requests, official, log):
    awscrt.io.init_logging(awscrt.io.LogLevel.Info, log)
    answers = []
    for line in read_lines(requests):
        theirs = attempt(lambda case: with_awscrt(case, line["region_set"]), line["case"])
        answers.append({"id": line["case"]["id"], "request": theirs.pop("request", None), "awscrt": theirs})
    write_lines(official, answers)


def add_canonical_requests(key, lines, answers, log):
    left = canonical_requests(log, "SigV4Asymmetric")
    for line, answer in zip(lines, answers):
        theirs = answer["awscrt"]
        if "signature" not in theirs:
            continue
        for canonical_request in left:  # one that failed later on is passed over
            if verifies(key, theirs["signature"], string_to_sign(canonical_request, line["case"]["service"])):
                theirs["canonical_request"] = canonical_request.decode()
                break
        else:
            sys.exit(f"{answer['id']}: the log of awscrt has no canonical request for it")


def main(requests, official):
    key, lines = public_key(), read_lines(requests)
    ours = [line for line in lines if line["string_to_sign"]]
    refused = [line for line in ours if not verifies(key, line["ours"]["signature"], line["string_to_sign"])]
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "awscrt.log")
        # In a process of its own: the log is complete only when that has ended.
        subprocess.run([sys.executable, __file__, requests, official, log], check=True)
        answers = read_lines(official)
        add_canonical_requests(key, lines, answers, log)
    write_lines(official, answers)
    theirs = sum("signature" in answer["awscrt"] for answer in answers)
    print(f"OpenSSL: {len(ours)} signatures of this crate, {len(refused)} refused; {theirs} of awscrt, none refused")
    for line in refused[:20]:
        print(f"OpenSSL refuses this crate's signature: {line}", file=sys.stderr)
    sys.exit(1 if refused or not ours else 0)


if __name__ == "__main__":
    if len(sys.argv) == 4:
        sign_all(*sys.argv[1:])
    else:
        main(*sys.argv[1:])
