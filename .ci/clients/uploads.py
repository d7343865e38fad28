#!/usr/bin/env python3
"""Uploads by boto3 to a stand-in for S3: over http, where it signs the body as one and puts the checksum
into a header, and over https, where it sends unsigned pieces with a trailer. TLS ends here.

    uploads.py ENDPOINT CERTIFICATE KEY
"""

import io
import re
import socket
import ssl
import sys
import threading
import urllib3

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, certificate, key = sys.argv[1:]
urllib3.disable_warnings()


def copy(source, target):
    try:
        while piece := source.recv(65536):
            target.sendall(piece)
    except OSError:
        pass
    try:
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def end_tls(host, port):
    """Listens with TLS, and sends on what it takes. The address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            raw, _ = listener.accept()
            inside = context.wrap_socket(raw, server_side=True)
            outside = socket.create_connection((host, port))
            for pair in (inside, outside), (outside, inside):
                threading.Thread(target=copy, args=pair, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return f"https://localhost:{listener.getsockname()[1]}"


class Client:
    def __init__(self, url, secret="uploader-secret"):
        # By default forms are signed by Version 2 for this region.
        self.s3, self.forms = (
            boto3.client(
                "s3", endpoint_url=url, region_name="us-east-1", verify=False,
                aws_access_key_id="AKIDUPLOADER", aws_secret_access_key=secret,
                config=Config(retries={"max_attempts": 1}, proxies={}, **signed),
            )
            for signed in ({}, {"signature_version": "s3v4"})
        )
        self.s3.meta.events.register("before-parse.s3.PutObject", self.keep)

    def keep(self, response_dict, **_):
        self.answer = response_dict["body"].decode()

    def put(self, data, **more):
        """The status, or the error's code."""
        try:
            answer = self.s3.put_object(Bucket="bucket", Key="a b/\u00fc+", Body=data, **more)
            return answer["ResponseMetadata"]["HTTPStatusCode"]
        except ClientError as error:
            return error.response["Error"]["Code"]

    def post(self, fields, **more):
        """A form of generate_presigned_post, sent as a browser does: the status, or the error's code."""
        form = self.forms.generate_presigned_post("bucket", "up/${filename}", **more)
        parts = {**form["fields"], **fields, "file": ("a b.png", b"hello", "image/png")}
        answer = urllib3.PoolManager(cert_reqs="CERT_NONE").request("POST", form["url"], fields=parts)
        self.answer = answer.data.decode()
        return answer.status if answer.status < 300 else self.said("Code")

    def said(self, name):
        return re.search(f"<{name}>(.*?)</{name}>", self.answer)[1]


count = 0


def expect(what, found, wanted):
    global count
    count += 1
    if found != wanted:
        sys.exit(f"boto3, {what}: expected {wanted}, got {found}")


host, port = endpoint.removeprefix("http://").rsplit(":", 1)
secure = end_tls(host, int(port))
data = bytes(range(256)) * 5_120  # 1.25 MiB, two of boto3's chunks
for scheme, url in ("http", endpoint), ("https", secure):
    client = Client(url)
    for algorithm in None, "CRC32", "SHA1", "SHA256":
        for body in b"", b"hello", io.BytesIO(data):
            if algorithm in ("CRC32", "SHA1") and body not in (b"", b"hello"):
                continue
            more = {"ChecksumAlgorithm": algorithm} if algorithm else {}
            what = f"{scheme}, {algorithm}"
            expect(what, client.put(body, **more), 200)
            length = len(data) if isinstance(body, io.BytesIO) else len(body)
            expect(what, client.said("Length"), str(length))
            expect(what, client.said("Key"), "a b/\u00fc+")
            expect(what, client.said("Name"), f"x-amz-checksum-{(algorithm or 'CRC32').lower()}")
            expect(what, client.said("Compared"), "true")
            if scheme == "https":
                expect(what, client.said("Payload"), "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
                expect(what, client.said("Chunks"), str(-(-length // (1 << 20))))
    expect(f"{scheme}, wrong secret", Client(url, "wrong").put(b"hello"), "SignatureDoesNotMatch")
    expect(f"{scheme}, other data", client.put(b"hello", ChecksumCRC32="AAAAAA=="), "BadDigest")
    expect(f"{scheme}, too long", client.put(bytes(9 << 20)), "EntityTooLarge")
    allowed = {
        "Fields": {"success_action_status": "201"},
        "Conditions": [
            {"success_action_status": "201"},
            ["starts-with", "$Content-Type", "image/"],
            ["content-length-range", 5, 5],
        ],
    }
    form = {"Content-Type": "image/png"}
    expect(f"{scheme}, form", client.post(form, **allowed), 201)
    expect(f"{scheme}, form", client.said("Key"), "up/a b.png")
    expect(f"{scheme}, plain form", client.post({}), 204)
    expect(f"{scheme}, form of a wrong secret", Client(url, "wrong").post({}), "SignatureDoesNotMatch")
    for what, fields in ("other type", {"Content-Type": "text/html"}), ("no type", {}), ("more", {**form, "acl": "private"}):
        expect(f"{scheme}, form with {what}", client.post(fields, **allowed), "AccessDenied")
    client.forms = client.s3
    expect(f"{scheme}, form of Version 2", client.post({}), "InvalidRequest")
    client.forms = Client(url).forms
    too_long = {"Conditions": [["content-length-range", 0, 4]]}
    expect(f"{scheme}, form too long", client.post({}, **too_long), "EntityTooLarge")
    try:
        client.s3.get_object(Bucket="bucket", Key="a")
        sys.exit("boto3 gets what its policy does not allow")
    except ClientError as error:
        expect(f"{scheme}, not allowed", error.response["Error"]["Code"], "AccessDenied")
print(f"boto3 to S3, over http and https: {count} facts are as expected")
