"""Uploads in chunks, by AWS's C signer: JSON lines in, JSON lines out, in the folder that it is given.

Each upload gets a head and a chain of signatures of its own. By Version 4A signatures are random;
there the C signer also verifies those of this crate. Uploads whose chunks are not signed are sent by
botocore's client, too, as far as a connection.
"""

import io
import os
import sys

import awscrt.auth
import awscrt.http
import botocore.auth
import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from urllib.parse import unquote

from aws_c_auth import V4, V4A, Chain, Library
from official import NOW, REGION, SECRET, read_lines, write_lines
from official_sigv4a import public_coordinates

ACCESS_KEY_ID = "AKID:EXAMPLE"

botocore.auth.AUTH_TYPE_MAPS["s3v4"] = botocore.auth.S3SigV4Auth  # its own, though awscrt is there


def head(upload):
    auth = awscrt.auth
    request = awscrt.http.HttpRequest(
        "PUT", upload["target"],
        awscrt.http.HttpHeaders([("host", upload["host"]), *(tuple(header) for header in upload["headers"])]))
    algorithms = auth.AwsSigningAlgorithm
    config = auth.AwsSigningConfig(
        algorithm=algorithms.V4_ASYMMETRIC if upload["sigv4a"] else algorithms.V4,
        signature_type=auth.AwsSignatureType.HTTP_REQUEST_HEADERS,
        credentials_provider=auth.AwsCredentialsProvider.new_static(ACCESS_KEY_ID, SECRET, upload["token"]),
        region=upload["region"],
        service="s3",
        date=NOW,
        use_double_uri_encode=False,
        should_normalize_uri_path=False,
        signed_body_value=upload["marker"],
        signed_body_header_type=auth.AwsSignedBodyHeaderType.X_AMZ_CONTENT_SHA_256,
    )
    auth.aws_sign_request(request, config).result(60)
    headers = list(request.headers)
    authorization = request.headers.get("authorization")
    return headers, authorization.rpartition("Signature=")[2]


def chunks(upload, everything):
    """The last one is empty. None where nothing is signed."""
    if "UNSIGNED" in upload["marker"]:
        return []
    start, length, size = upload["offset"], upload["length"], upload["chunk_size"]
    data = everything[start : start + length]
    return [data[place : place + size] for place in range(0, length, size)] + [b""]


def sign(upload, chain, pieces):
    headers, seed = head(upload)
    signatures = [seed]
    for piece in pieces:
        signatures.append(chain.sign_chunk(signatures[-1], piece))
    if pieces and upload["marker"].endswith("-TRAILER"):
        signatures.append(chain.sign_trailer(signatures[-1], upload["trailers"]))
    return {"id": upload["id"], "headers": headers, "seed": seed, "signatures": signatures[1:]}


def refused(upload, chain, pieces, key):
    """Which links of this crate do not verify."""
    links, previous = [], upload["seed"]
    for number, signature in enumerate(upload["signatures"]):
        if number < len(pieces):
            holds = chain.verify_chunk(previous, pieces[number], signature, key)
        else:
            holds = chain.verify_trailer(previous, upload["trailers"], signature, key)
        if not holds:
            links.append(number)
        previous = signature
    return links


class NoAnswer:
    """The body of an answer."""

    def stream(self, **_):
        return iter([b""])


class Botocore:
    """Its S3 client, which signs no chunks: over TLS it sends a checksum as a trailer."""

    def __init__(self, host):
        self.sent = None
        self.client = botocore.session.get_session().create_client(
            "s3", region_name=REGION, endpoint_url=f"https://{host}", aws_access_key_id=ACCESS_KEY_ID,
            aws_secret_access_key=SECRET, config=Config(s3={"addressing_style": "path"}))
        self.client.meta.events.register("before-send.s3.PutObject", self.send)

    def send(self, request, **_):
        body = b"".join(iter(lambda: request.body.read(10_000), b""))
        text = lambda value: value.decode() if isinstance(value, bytes) else value
        headers = [("host", request.url.split("/")[2])]  # left to the connection
        self.sent = headers + [(name.lower(), text(value)) for name, value in request.headers.items()], body
        return AWSResponse(request.url, 200, {}, NoAnswer())

    def put(self, upload, data):
        names = [name for name, _ in upload["trailers"]]
        algorithm = names[0].rpartition("-")[2].upper()
        bucket, key = upload["target"][1:].split("/", 1)
        self.client.put_object(Bucket=bucket, Key=unquote(key), Body=io.BytesIO(data), ChecksumAlgorithm=algorithm)
        return self.sent


def sends(upload):
    return "UNSIGNED" in upload["marker"] and not upload["sigv4a"] and len(upload["trailers"]) == 1


def main(folder):
    os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, AWS_EC2_METADATA_DISABLED="true")
    with open(os.path.join(folder, "data.bin"), "rb") as file:
        everything = file.read()
    key = public_coordinates(ACCESS_KEY_ID, SECRET)
    library, answers, bodies = Library(), [], open(os.path.join(folder, "botocore.bin"), "wb")
    clients = {}
    for upload in read_lines(os.path.join(folder, "streams.jsonl")):
        chain = Chain(
            library, (ACCESS_KEY_ID, SECRET), V4A if upload["sigv4a"] else V4, upload["region"], "s3",
            NOW.timestamp())
        pieces = chunks(upload, everything)
        answer = sign(upload, chain, pieces)
        answer["verified"], answer["refused"] = 0, []
        if upload["sigv4a"]:
            answer["refused"] = refused(upload, chain, pieces, key)
            answer["verified"] = len(upload["signatures"]) - len(answer["refused"])
        answer["botocore"] = None
        if sends(upload):
            host, start = upload["host"], upload["offset"]
            clients[host] = clients.get(host) or Botocore(host)
            headers, body = clients[host].put(upload, everything[start : start + upload["length"]])
            answer["botocore"] = {"headers": headers, "length": len(body)}
            bodies.write(body)
        answers.append(answer)
    bodies.close()
    write_lines(os.path.join(folder, "streams-official.jsonl"), answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
