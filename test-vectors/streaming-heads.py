#!/usr/bin/env python3
"""Writes streaming-heads/: heads of aws-chunked uploads, good ones and such with one flaw each.

    test-vectors/streaming-heads.py

All are signed right, flaw included, by Python's hmac: the signature is never what is wrong.
"""

import hashlib
import hmac
import json
import shutil
from pathlib import Path
from urllib.parse import quote

FOLDER = Path(__file__).resolve().parent / "streaming-heads"
SECRET, DATE, REGION = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "20130524T000000Z", "us-east-1"
KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SCOPE = f"{DATE[:8]}/{REGION}/s3/aws4_request"
SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
TRAILER = SIGNED + "-TRAILER"
UNSIGNED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
EVENTS = "STREAMING-AWS4-HMAC-SHA256-EVENTS"
HASH = hashlib.sha256(b"hello").hexdigest()
SHA, LENGTH, NAMES = "x-amz-content-sha256", "x-amz-decoded-content-length", "x-amz-trailer"
ALGORITHM = "x-amz-sdk-checksum-algorithm"
CRC32, SHA256 = "x-amz-checksum-crc32", "x-amz-checksum-sha256"


def signature(canonical):
    key = ("AWS4" + SECRET).encode()
    for part in SCOPE.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{DATE}\n{SCOPE}\n{digest}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def canonical(query, headers, names, payload):
    lines = [f"{name}:{','.join(value for other, value in headers if other == name)}" for name in names]
    return "\n".join(["PUT", "/hello.txt", query, *lines, "", ";".join(names), payload])


def head(payload, *more, unsigned=(), presigned=False):
    """The lines of a request with that x-amz-content-sha256; `unsigned` names what is not signed."""
    headers = [("host", "examplebucket.s3.amazonaws.com"), *more]
    if payload:
        headers.append((SHA, payload))
    if not presigned:
        headers.append(("x-amz-date", DATE))
    names = sorted({name for name, _ in headers} - set(unsigned))
    query = ""
    if presigned:
        pairs = {"X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": f"{KEY_ID}/{SCOPE}", "X-Amz-Date": DATE,
                 "X-Amz-Expires": "60", "X-Amz-SignedHeaders": ";".join(names)}
        query = "&".join(f"{name}={quote(value, safe='-_.~')}" for name, value in pairs.items())
    made = signature(canonical(query, headers, names, payload or HASH))
    if presigned:
        query = f"?{query}&X-Amz-Signature={made}"
    else:
        headers.append(("authorization", f"AWS4-HMAC-SHA256 Credential={KEY_ID}/{SCOPE}, "
                                         f"SignedHeaders={';'.join(names)}, Signature={made}"))
    return [f"PUT /hello.txt{query} HTTP/1.1", *(f"{name}:{value}" for name, value in headers)]


def cases():
    """(name, what it is, request, the kind that the verifier's caller names, are all x-amz-* to be signed, error)"""
    five = LENGTH, "5"
    two = NAMES, f"{CRC32},{SHA256}"
    differs = "PayloadDiffers"
    yield "good-signed", "signed chunks", head(SIGNED, five), "", True, None
    yield "good-named", "the kind that is named", head(SIGNED, five), SIGNED, True, None
    yield "good-trailer", "signed chunks, a signed trailer", head(TRAILER, five, (NAMES, CRC32)), TRAILER, True, None
    yield "good-unsigned", "chunks that are not signed", head(UNSIGNED, five, (NAMES, CRC32), (ALGORITHM, "CRC32")), "", True, None
    yield "good-no-trailer", "the same without a trailer", head(UNSIGNED, five), "", True, None
    yield "good-second", "the algorithm of the second checksum", head(UNSIGNED, five, two, (ALGORITHM, "SHA256")), "", True, None
    yield "good-others-unsigned", "what is not about the body may be unsigned under this policy", \
        head(SIGNED, five, ("x-amz-meta-a", "b"), unsigned=["x-amz-meta-a"]), "", False, None

    refused = "StreamingPayloadRefused"
    for name, payload, more in ("signed", SIGNED, [five]), ("unsigned", UNSIGNED, [five, (NAMES, CRC32)]), ("events", EVENTS, []):
        yield f"presigned-{name}", "a presigned URL", head(payload, *more, presigned=True), "", True, refused
    yield "events", "an event stream for S3", head(EVENTS), "", True, refused
    yield "marker-unknown", "a marker that there is not", head(SIGNED + "-B", five), "", True, "UnsupportedContentSha256"
    yield "marker-lower-case", "a marker in lower case", head(SIGNED.lower(), five), "", True, "UnsupportedContentSha256"

    yield "named-unsigned", "chunks that are not signed, where signed ones are named", head(UNSIGNED, five), SIGNED, True, differs
    yield "named-no-trailer", "no trailer, where one is named", head(SIGNED, five), TRAILER, True, differs
    yield "named-hash", "a hash, where a stream is named", head(HASH), UNSIGNED, True, differs
    yield "named-unsigned-payload", "an unsigned payload, where a stream is named", head("UNSIGNED-PAYLOAD"), SIGNED, True, differs
    yield "named-nothing", "no header, where a stream is named", head(None), SIGNED, True, "MissingContentSha256"

    not_signed = "AmzHeaderNotSigned {{ index: {} }}".format
    for policy in True, False:
        suffix = "" if policy else "-exempt"
        yield f"length-not-signed{suffix}", "the length is not signed", head(SIGNED, five, unsigned=[LENGTH]), "", policy, not_signed(1)
        yield f"names-not-signed{suffix}", "the names of the trailers are not signed", \
            head(TRAILER, five, (NAMES, CRC32), unsigned=[NAMES]), "", policy, not_signed(2)
        yield f"algorithm-not-signed{suffix}", "the algorithm is not signed", \
            head(TRAILER, five, (NAMES, CRC32), (ALGORITHM, "CRC32"), unsigned=[ALGORITHM]), "", policy, not_signed(3)

    yield "length-missing", "no length", head(SIGNED), "", True, "MissingDecodedContentLength"
    yield "length-fraction", "a length that is no number", head(SIGNED, (LENGTH, "5.0")), "", True, \
        "MalformedDecodedContentLength { index: 1 }"
    yield "length-twice", "two lengths", head(SIGNED, five, five), "", True, "RepeatedSigningHeader { index: 2 }"
    yield "names-missing", "no name of a signed trailer", head(TRAILER, five), "", True, "MissingTrailerNames"
    yield "names-unasked", "a name where there is no trailer", head(SIGNED, five, (NAMES, CRC32)), "", True, \
        "UnexpectedTrailerNames { index: 2 }"
    yield "names-upper", "a name in capital letters", head(UNSIGNED, five, (NAMES, CRC32.upper())), "", True, \
        "InvalidTrailerName { index: 2, position: 0 }"
    yield "names-signature", "the name of the signature", head(TRAILER, five, (NAMES, f"{CRC32},x-amz-trailer-signature")), "", True, \
        "InvalidTrailerName { index: 2, position: 21 }"
    yield "algorithm-differs", "another algorithm than the trailer's", \
        head(UNSIGNED, five, (NAMES, CRC32), (ALGORITHM, "CRC32C")), "", True, "ChecksumAlgorithmDiffers { index: 3 }"
    yield "algorithm-of-none", "an algorithm that neither of two checksums is of", \
        head(UNSIGNED, five, two, (ALGORITHM, "SHA1")), "", True, "ChecksumAlgorithmDiffers { index: 3 }"


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    for name, what, request, named, policy, error in cases():
        vector = {
            "case": name,
            "what": what,
            "secret_access_key": SECRET,
            "timestamp": DATE,
            "region": REGION,
            "request": request,
            "named": named,
            "amz_headers_signed": policy,
            "error": error,
        }
        path = FOLDER / f"{name}.json"
        assert not path.exists(), name
        path.write_text(json.dumps(vector, indent=2) + "\n")


main()
