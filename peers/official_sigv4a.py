"""Signature Version 4A with AWS's C signer, and by OpenSSL: JSON lines in, JSON lines out.

Each request is signed by the C signer twice, by Version 4 and by 4A. Where it comes to this
crate's signature of Version 4, both have the same canonical request; then its signature of 4A has
to be one of this crate's string to sign, under the public key that follows from the credentials,
and this crate's signature, too.
"""

import hashlib
import hmac
import io
import json
import sys

import awscrt.auth as auth
import awscrt.http
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from official import ACCESS_KEY_ID, EXPIRES, NOW, REGION, SECRET, attempt, read_lines, write_lines

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def public_key():
    """As aws-c-auth derives it (key_derivation.c)."""
    for counter in range(1, 255):
        text = b"\0\0\0\1AWS4-ECDSA-P256-SHA256\0" + ACCESS_KEY_ID.encode() + bytes([counter]) + b"\0\0\1\0"
        candidate = int.from_bytes(hmac.new(b"AWS4A" + SECRET.encode(), text, hashlib.sha256).digest(), "big")
        if candidate <= ORDER - 2:
            return ec.derive_private_key(candidate + 1, ec.SECP256R1()).public_key()
    sys.exit("no key")


def with_awscrt(case, asymmetric):
    s3, query = case["service"] == "s3", case["form"] == "query"
    headers = [("host", case["host"])] + [tuple(header) for header in case["headers"]]
    body = io.BytesIO(case["body"].encode()) if case["body"] else None
    request = awscrt.http.HttpRequest(case["method"], case["target"], awscrt.http.HttpHeaders(headers), body)
    config = auth.AwsSigningConfig(
        algorithm=auth.AwsSigningAlgorithm.V4_ASYMMETRIC if asymmetric else auth.AwsSigningAlgorithm.V4,
        signature_type=auth.AwsSignatureType.HTTP_REQUEST_QUERY_PARAMS
        if query
        else auth.AwsSignatureType.HTTP_REQUEST_HEADERS,
        credentials_provider=auth.AwsCredentialsProvider.new_static(ACCESS_KEY_ID, SECRET, case["token"]),
        region=case["region_set"] if asymmetric else REGION,
        service=case["service"],
        date=NOW,
        use_double_uri_encode=not s3,
        should_normalize_uri_path=not s3,
        signed_body_value=auth.AwsSignedBodyValue.UNSIGNED_PAYLOAD if s3 and query else None,
        signed_body_header_type=auth.AwsSignedBodyHeaderType.X_AMZ_CONTENT_SHA_256
        if s3 and not query
        else auth.AwsSignedBodyHeaderType.NONE,
        expiration_in_seconds=EXPIRES if query else None,
        omit_session_token=case["service"] == "iotdevicegateway",
    )
    auth.aws_sign_request(request, config).result(60)
    if query:
        signature = request.path.rpartition("X-Amz-Signature=")[2]
    else:
        signature = request.headers.get("authorization").rpartition("Signature=")[2]
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
        version_4 = attempt(lambda case: with_awscrt(case, False), case)
        if version_4.get("signature") != case["version_4"]:
            continue
        compared += 1
        theirs = attempt(lambda case: with_awscrt(case, True), case)
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
