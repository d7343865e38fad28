"""Signs requests with botocore and with AWS's C signer: JSON lines in, JSON lines out."""

import datetime
import hashlib
import hmac
import io
import json
import os
import subprocess
import sys
import tempfile

import awscrt.auth
import awscrt.http
import awscrt.io
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

ACCESS_KEY_ID = "AKIDEXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
REGION = "us-east-1"
NOW = datetime.datetime(2015, 8, 30, 12, 36, tzinfo=datetime.timezone.utc)
EXPIRES = 3600

botocore.auth.get_current_datetime = lambda *_, **__: NOW


def with_botocore(case):
    s3, query = case["service"] == "s3", case["form"] == "query"
    auth = botocore.auth
    kind = {
        (False, False): auth.SigV4Auth,
        (False, True): auth.SigV4QueryAuth,
        (True, False): auth.S3SigV4Auth,
        (True, True): auth.S3SigV4QueryAuth,
    }[s3, query]
    credentials = Credentials(ACCESS_KEY_ID, SECRET, case["token"])
    seen = {}

    class Recording(kind):
        def string_to_sign(self, request, canonical_request):
            seen["canonical_request"] = canonical_request
            return super().string_to_sign(request, canonical_request)

        def signature(self, string_to_sign, request):
            seen["signature"] = super().signature(string_to_sign, request)
            return seen["signature"]

    signer = Recording(credentials, case["service"], REGION, *([EXPIRES] if query else []))
    url = f"{case['scheme']}://{case['authority']}{case['target']}"
    request = AWSRequest(case["method"], url, data=case["body"].encode())
    for name, value in case["headers"]:
        request.headers[name] = value
    signer.add_auth(request)
    return {"signature": seen["signature"], "canonical_request": seen["canonical_request"]}


def with_awscrt(case):
    return {"signature": signed_by_awscrt(case, region=REGION)[0]}


def http_request(case):
    headers = [("host", case["host"])] + [tuple(header) for header in case["headers"]]
    body = io.BytesIO(case["body"].encode()) if case["body"] else None
    return awscrt.http.HttpRequest(case["method"], case["target"], awscrt.http.HttpHeaders(headers), body)


def signing_config(case, **algorithm):
    s3, query = case["service"] == "s3", case["form"] == "query"
    auth = awscrt.auth
    return auth.AwsSigningConfig(
        signature_type=auth.AwsSignatureType.HTTP_REQUEST_QUERY_PARAMS
        if query
        else auth.AwsSignatureType.HTTP_REQUEST_HEADERS,
        credentials_provider=auth.AwsCredentialsProvider.new_static(
            ACCESS_KEY_ID, SECRET, case["token"]
        ),
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
        **algorithm,
    )


def signed_by_awscrt(case, **algorithm):
    """The signature, and the request that carries it."""
    request = http_request(case)
    awscrt.auth.aws_sign_request(request, signing_config(case, **algorithm)).result(60)
    if case["form"] == "query":
        signature = request.path.rpartition("X-Amz-Signature=")[2]
    else:
        signature = request.headers.get("authorization").rpartition("Signature=")[2]
    return signature, request


def signature_of(canonical_request, service):
    key = b"AWS4" + SECRET.encode()
    stamp = NOW.strftime("%Y%m%dT%H%M%SZ")
    for text in (stamp[:8], REGION, service, "aws4_request"):
        key = hmac.new(key, text.encode(), hashlib.sha256).digest()
    scope = f"{stamp[:8]}/{REGION}/{service}/aws4_request"
    digest = hashlib.sha256(canonical_request).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def canonical_requests(log, algorithm="SigV4"):
    """The C signer shows them in its log only."""
    start = f"built canonical request for algorithm {algorithm}, with contents \n".encode()
    end = b"\n\n["
    with open(log, "rb") as file:
        for piece in file.read().split(start)[1:]:
            yield piece[: piece.index(end)]


def add_canonical_requests(cases, answers, log):
    left = canonical_requests(log)
    for case, answer in zip(cases, answers):
        theirs = answer["awscrt"]
        if "signature" not in theirs:
            continue
        for canonical_request in left:  # one that failed later on is passed over
            if signature_of(canonical_request, case["service"]) == theirs["signature"]:
                theirs["canonical_request"] = canonical_request.decode()
                break
        else:
            sys.exit(f"{case['id']}: the log of awscrt has no canonical request for it")


def attempt(sign, case):
    try:
        return sign(case)
    except Exception as error:  # whatever it is, the request was refused
        name = getattr(error, "name", None) or type(error).__name__
        return {"error": f"{name}: {error}"}


def sign_all(requests, official, log):
    awscrt.io.init_logging(awscrt.io.LogLevel.Info, log)
    write_lines(
        official,
        [
            {
                "id": case["id"],
                "botocore": attempt(with_botocore, case),
                "awscrt": attempt(with_awscrt, case),
            }
            for case in read_lines(requests)
        ],
    )


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def write_lines(path, items):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(item) + "\n" for item in items)


def main(requests, official):
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "awscrt.log")
        # In a process of its own: the log is complete only when that has ended.
        subprocess.run([sys.executable, __file__, requests, official, log], check=True)
        answers = read_lines(official)
        add_canonical_requests(read_lines(requests), answers, log)
    write_lines(official, answers)


if __name__ == "__main__":
    if len(sys.argv) == 4:
        sign_all(*sys.argv[1:])
    else:
        main(*sys.argv[1:])
