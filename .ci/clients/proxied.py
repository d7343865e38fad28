#!/usr/bin/env python3
"""`sigv4 proxy` between programs that know nothing of it: curl, a reader of server-sent events, a WebSocket client,
botocore with throw-away keys and boto3 in front; nginx, a WebSocket server, `sigv4 serve` for S3 and an API, and upstream.py
behind. What signs and verifies behind it is `sigv4 verify`, or the stand-in. And run as docs/proxy.md's pod and compose file run it.

    proxied.py SIGV4 FOLDER
"""

import hashlib
import http.client
import io
import json
import random
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import boto3
import servers
import yaml
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from servers import PLAIN, free_port
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.sync.server import serve

SIGV4, FOLDER = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
KEY, SECRET = "AKIDREAL", "real-secret"
SIGNING = ["--service", "execute-api", "--region", "us-east-1"]
KEYS = PLAIN | {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_EC2_METADATA_DISABLED": "true"}


def expect(what, is_so, got=None):
    servers.must(what, is_so, got, FOLDER / "proxy.log")


def start(command, port, log):
    return servers.start(command, [port], FOLDER / log, KEYS)


def proxy(upstream, *options, signing=SIGNING):
    port = free_port()
    start([SIGV4, "proxy", "--upstream", f"http://127.0.0.1:{upstream}", "--listen", port, *signing, *options], port, "proxy.log")
    return port


def curl(port, *options):
    """Status and body."""
    command = ["curl", "--silent", "--show-error", "--noproxy", "*", "--write-out", "%{http_code}", *options]
    said = subprocess.run([*command, f"http://127.0.0.1:{port}/"], capture_output=True)
    if said.returncode:
        sys.exit(f"{command}: {said.stderr.decode()}")
    return said.stdout[-3:].decode(), said.stdout[:-3]


# curl.

TARGETS = [
    "/", "//", "/a//b", "/a/./b/../c", "/../x", "/a%2Fb%2fc", "/a;v=1/b", "/~a%7Eb%7eb", "/a:b@c$d&e+f,g=h!i'j(k)l*m",
    "/%E2%82%AC%20%25", "/a%20b/", "/?", "/?&&", "/?a=1&a=1&a=0", "/?b&a", "/?=v", "/?a=b=c?d/e", "/?x=%7e&y=%2f&z=~",
    "/?q=a+b%2Bc%20d", "/?a=%ff%FE", "/?X=1&x=2", "/a?b", "/.", "/..", "/...", "/a%2e%2e/b", "/-._~",
]


def targets(port):
    for target in TARGETS:
        status, body = curl(port, "--request-target", target)
        signed = json.loads(body).get("signed") if status == "200" else body
        line = f"{KEY} us-east-1/execute-api GET {target} HTTP/1.1"
        if signed != line:
            expect(f"curl, {target}", False, (status, signed))
    expect(f"curl, {len(TARGETS)} targets, byte for byte", True)
    for target, cause in ("/?a=%zz", "unsignable"), ("/?a=%", "unsignable"):
        status, body = curl(port, "--request-target", target)
        expect(f"curl, {target}", status == "400" and json.loads(body)["cause"] == cause, (status, body))


def heads(port):
    """What of a head passes, and what does not."""
    status, head = curl(
        port, "--request-target", "/head", "-H", "X-Kept: ä", "-H", "x-twice: 1", "-H", "x-twice: 2",
        "-H", "Connection: keep-alive, x-hop", "-H", "x-hop: 1", "-H", "Keep-Alive: timeout=5", "-H", "TE: gzip",
        "-H", "Proxy-Authorization: Basic eDp5", "-H", "Authorization: Bearer of-the-caller",
        "-H", "X-Amz-Security-Token: of-the-caller", "-H", "X-Amz-Date: 20150830T123600Z")
    head = head.decode().lower()
    passed = ["\r\nx-kept: ä\r\n", "\r\nx-twice: 1\r\nx-twice: 2\r\n", "\r\nauthorization: aws4-hmac-sha256 "]
    ends = ["x-hop", "keep-alive:", "te:", "proxy-authorization", "of-the-caller", "20150830t"]
    here = [text for text in passed if text not in head] + [text for text in ends if re.search(rf"(^|\n|: ){text}", head)]
    expect("curl, headers from end to end and of one connection", status == "200" and not here, (status, here, head))


def bodies(port):
    for size in 0, 1, 65_536, 65_537, 3_000_000:
        data = random.Random(size).randbytes(size)
        file = FOLDER / "data"
        file.write_bytes(data)
        for how in ["--data-binary", f"@{file}"], ["--upload-file", file], ["--upload-file", file, "-H", "Transfer-Encoding: chunked"]:
            if not size and len(how) > 2:
                continue  # curl 7.88 does not send the last chunk
            status, body = curl(port, *how, "--request-target", "/x")
            digest = json.loads(body).get("sha256") if status == "200" else None
            if digest != hashlib.sha256(data).hexdigest():
                expect(f"curl, {size} bytes, {how}", False, (status, body))
    expect("curl, bodies of 0 B to 3 MB, with a length and in chunks", True)


def by_http2(port):
    """Without TLS and without asking first, as load balancers speak it."""
    data = random.Random(3).randbytes(1_000_000)
    (FOLDER / "data").write_bytes(data)
    status, answer = curl(
        port, "--http2-prior-knowledge", "--include", "--request-target", "/h2?b=%2F&a", "--data-binary", f"@{FOLDER / 'data'}")
    head, _, body = answer.partition(b"\r\n\r\n")
    got = json.loads(body) if status == "200" else body
    line = f"{KEY} us-east-1/execute-api POST /h2?b=%2F&a HTTP/1.1"
    good = status == "200" and head.startswith(b"HTTP/2 200") and got["signed"] == line
    expect("curl, by HTTP/2", good and got["sha256"] == hashlib.sha256(data).hexdigest(), (status, head, got))


def remote_write(port):
    """A time series in Prometheus' protocol: a protobuf message, in snappy's block format as one literal."""
    label = lambda name, value: b"\x0a" + bytes([4 + len(name) + len(value)]) + b"\x0a" + bytes([len(name)]) + name + b"\x12" + bytes([len(value)]) + value
    sample = b"\x12\x0b" + b"\x09" + b"\0\0\0\0\0\0\xf0\x3f" + b"\x10\x01"
    series = label(b"__name__", b"up") + sample
    message = b"\x0a" + bytes([len(series)]) + series
    body = bytes([len(message), (len(message) - 1) << 2]) + message
    connection = http.client.HTTPConnection("127.0.0.1", port)
    path = "/workspaces/ws-1/api/v1/remote_write"
    connection.request("POST", path, body, {
        "Content-Encoding": "snappy", "Content-Type": "application/x-protobuf", "User-Agent": "Prometheus/3.0.0",
        "X-Prometheus-Remote-Write-Version": "0.1.0"})
    answer = connection.getresponse()
    got = json.loads(answer.read())
    expect("Prometheus' remote write", answer.status == 200 and got["sha256"] == hashlib.sha256(body).hexdigest(), got)


def events(port):
    """Each piece is read before the next is sent."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/events", headers={"Accept": "text/event-stream"})
    answer = connection.getresponse()
    sent, read = [], []
    while line := answer.readline():
        read.append(time.monotonic_ns())
        sent.append(int(line.split()[2]))
        answer.readline()
    first = (read[0] - sent[0]) / 1e6
    expect(
        f"server-sent events, the first {first:.1f} ms behind the upstream",
        len(sent) == 3 and read[0] < sent[1] and read[1] < sent[2], (sent, read))


# WebSockets.

def verified(request):
    head = f"{request.method} {request.path} HTTP/1.1\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in request.headers.raw_items()) + "\r\n"
    said = subprocess.run(
        [SIGV4, "verify"], input=head.encode(), capture_output=True, env=PLAIN | {"AWS_SECRET_ACCESS_KEY": SECRET})
    return said.returncode == 0, (said.stdout + said.stderr).decode()


def web_sockets():
    def process(connection, request):
        good, why = verified(request)
        return None if good and request.path == "/chat?room=1%202" else connection.respond(403, why)

    def echo(connection):
        for message in connection:
            connection.send(message)

    server = serve(echo, "127.0.0.1", 0, process_request=process)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    behind = server.socket.getsockname()[1]
    try:
        with connect(f"ws://127.0.0.1:{behind}/chat?room=1%202", proxy=None):
            expect("WebSocket, unsigned and not through the proxy", False, "taken")
    except InvalidStatus as refused:
        expect("WebSocket, unsigned and not through the proxy", refused.response.status_code == 403, refused)
    url = f"ws://127.0.0.1:{proxy(behind)}"
    with connect(f"{url}/chat?room=1%202", proxy=None) as one:
        large = random.Random(1).randbytes(300_000)
        for message in "hello", "", large:
            one.send(message)
            if one.recv(10) != message:
                expect("WebSocket", False, message[:20])
    expect("WebSocket: the handshake is signed, messages pass both ways", True)
    try:
        with connect(f"{url}/other", proxy=None):
            expect("WebSocket, a handshake that the upstream refuses", False, "taken")
    except InvalidStatus as refused:
        expect("WebSocket, a handshake that the upstream refuses", refused.response.status_code == 403, refused)
    server.shutdown()


# Throw-away keys.

PRINCIPALS = {"principals": [{
    "arn": "arn:aws:iam::123456789012:user/sandbox",
    "keys": [{"access_key_id": "AKIDTHROWAWAY", "secret_access_key": "throw-away"}],
    "policies": [{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::bucket/*"}]}]}]}
REAL = {"principals": [PRINCIPALS["principals"][0] | {
    "arn": "arn:aws:iam::123456789012:user/real", "keys": [{"access_key_id": KEY, "secret_access_key": SECRET}]}]}


def signed_by_botocore(port, secret, body):
    request = AWSRequest("POST", f"http://127.0.0.1:{port}/prod/items?b=2&a=%C3%BC", data=body)
    SigV4Auth(Credentials("AKIDTHROWAWAY", secret), "execute-api", "us-east-1").add_auth(request)
    prepared = request.prepare()
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("POST", "/prod/items?b=2&a=%C3%BC", prepared.body, dict(prepared.headers))
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def signed_anew(upstream):
    file = FOLDER / "sandbox.json"
    file.write_text(json.dumps(PRINCIPALS))
    # Policies are about an API; which one it is, the host says.
    port = proxy(upstream, "--resign", file, signing=["--sign-host", "abc123.execute-api.us-east-1.amazonaws.com"])
    status, got = signed_by_botocore(port, "throw-away", b'{"name":"saw"}')
    line = f"{KEY} us-east-1/execute-api POST /prod/items?b=2&a=%C3%BC HTTP/1.1"
    expect("botocore, signed anew", (status, got.get("signed")) == (200, line), (status, got))
    status, got = signed_by_botocore(port, "another", b"")
    expect("botocore, a wrong throw-away secret", status == 403 and "does not match" in got["message"], (status, got))
    status, body = curl(port)
    expect("curl, unsigned, where callers sign", status == "403" and b"Missing Authentication Token" in body, (status, body))


def s3_signed_anew():
    (FOLDER / "real.json").write_text(json.dumps(REAL))
    behind = free_port()
    start([SIGV4, "serve", "--service", "s3", "--listen", behind, "--principals", FOLDER / "real.json"], behind, "serve.log")
    port = proxy(behind, "--resign", FOLDER / "sandbox.json", signing=["--sign-host", "s3.us-east-1.amazonaws.com"])

    def put(secret, key, bucket="bucket", **more):
        s3 = boto3.client(
            "s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", aws_access_key_id="AKIDTHROWAWAY",
            aws_secret_access_key=secret, config=Config(retries={"max_attempts": 1}, proxies={}))
        return s3.put_object(Bucket=bucket, Key=key, **more)

    for key in "plain", "a b/ü+~(1).txt":
        answer = put("throw-away", key, Body=io.BytesIO(b"hello" * 40_000))
        expect(f"boto3 to S3, signed anew, {key}", answer["ResponseMetadata"]["HTTPStatusCode"] == 200, answer)
    try:
        put("another", "plain", Body=b"")
        expect("boto3 to S3, a wrong throw-away secret", False, "taken")
    except ClientError as error:
        expect("boto3 to S3, a wrong throw-away secret", error.response["ResponseMetadata"]["HTTPStatusCode"] == 403, error)
    try:
        put("throw-away", "plain", "other", Body=b"")
        expect("boto3 to S3, what no policy allows", False, "taken")
    except ClientError as error:
        expect("boto3 to S3, what no policy allows", error.response["Error"]["Code"] == "AccessDenied", error)


def an_api():
    """The same stand-in verifies and asks the policies of the key that the proxy signs with."""
    allowed = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:us-east-1:123456789012:local/prod/GET/items"}
    caller = REAL["principals"][0] | {"policies": [{"Version": "2012-10-17", "Statement": [allowed]}]}
    (FOLDER / "api.json").write_text(json.dumps({"principals": [caller]}))
    behind = free_port()
    start([SIGV4, "serve", "--listen", behind, "--principals", FOLDER / "api.json"], behind, "serve.log")
    status, body = curl(behind, "--request-target", "/prod/items")
    expect("sigv4 serve, unsigned and not through the proxy", status == "403", (status, body))
    port = proxy(behind)
    status, body = curl(port, "--request-target", "/prod/items?b=2&a=%C3%BC&a=1")
    expect("sigv4 serve, an API behind the proxy", status == "200" and b"hammer" in body, (status, body))
    status, answer = curl(port, "--include", "--request-target", "/prod/items", "--json", '{"name":"saw"}')
    good = status == "403" and b"is not authorized to perform" in answer and b"\nx-sigv4-explain: " in answer.lower()
    expect("sigv4 serve, what no policy allows, explained", good, (status, answer))


# What docs/proxy.md gives to orchestrators.

def documented(name):
    text = (Path(__file__).resolve().parents[2] / "docs" / "proxy.md").read_text(encoding="utf-8")
    return yaml.safe_load(re.search(rf"<!-- papers: file {name} -->\n```yaml\n(.*?)\n```", text, re.DOTALL)[1])


def answers(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        return answer.status == 200


def pod():
    spec = documented("pod.yaml")["spec"]
    sidecar, = spec["initContainers"]
    options = dict(argument.removeprefix("--").partition("=")[::2] for argument in sidecar["args"])
    listen, admin = (int(options[name].rpartition(":")[2]) for name in ("listen", "admin"))
    start([SIGV4, "proxy", *sidecar["args"]], listen, "proxy.log")
    ports = {port["name"]: port["containerPort"] for port in sidecar["ports"]}
    probes = [sidecar[name]["httpGet"] for name in ("startupProbe", "livenessProbe")]
    expect("pod.yaml, its ports", ports == {"admin": admin} and sidecar["restartPolicy"] == "Always", (ports, options))
    for probe in probes:
        expect(f"pod.yaml, {probe['path']}", answers(ports[probe["port"]], probe["path"]), probe)
    mounts = {mount["name"] for mount in sidecar["volumeMounts"]}
    expect("pod.yaml, its volumes", mounts == {volume["name"] for volume in spec["volumes"]}, mounts)
    called = spec["containers"][0]["env"][0]["value"]
    expect("pod.yaml, whom the other container calls", called.startswith(f"http://127.0.0.1:{listen}/"), called)


def compose():
    file = documented("compose.yaml")
    service, app = file["services"]["sigv4"], file["services"]["app"]
    called = app["environment"][0].partition("=")[2]
    listen = int(called.rpartition(":")[2])
    start([SIGV4, "proxy", *service["command"]], listen, "proxy.log")
    expect("compose.yaml, where it listens", f"--listen=127.0.0.1:{listen}" in service["command"], called)
    mounted = [volume.partition(":")[0] for volume in service["volumes"] if not volume.startswith("$")]
    expect("compose.yaml, its volumes", mounted == list(file["volumes"]), mounted)
    expect("compose.yaml, the network", app["network_mode"] == "service:sigv4", app)


# nginx.

NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log stderr warn;
events {{ }}
http {{
  access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; client_max_body_size 0; large_client_header_buffers 4 8k;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; dav_methods PUT DELETE;
    if ($http_authorization !~ "^AWS4-HMAC-SHA256 Credential={key}/") {{ return 403; }}
    location /redirect {{ return 302 https://example.com/elsewhere; }} }}
  server {{ listen 127.0.0.1:{port_h2c} http2; root {folder}/files;
    location /version {{ return 200 $server_protocol; }} }}
}}
"""


def nginx():
    folder = FOLDER / "nginx"
    (folder / "files").mkdir(parents=True)
    data = random.Random(2).randbytes(8_000_000)
    (folder / "files" / "large").write_bytes(data)
    port, port_h2c = free_port(), free_port()
    (folder / "conf").write_text(NGINX.format(folder=folder, port=port, port_h2c=port_h2c, key=KEY))
    start(["nginx", "-c", folder / "conf", "-p", folder], port, "nginx.log")
    front = proxy(port)
    status, body = curl(front, "--request-target", "/large")
    expect("nginx, a large file", status == "200" and body == data, status)
    status, body = curl(front, "--request-target", "/large", "--range", "1000000-1000099")
    expect("nginx, a part of it", status == "206" and body == data[1_000_000:1_000_100], status)
    status, head = curl(front, "--request-target", "/large", "--head")
    expect("nginx, its head", status == "200" and b"Content-Length: 8000000\r\n".lower() in head.lower(), head)
    etag = re.search(rb'(?i)etag: (".*?")', head)[1].decode()
    status, body = curl(front, "--request-target", "/large", "-H", f"If-None-Match: {etag}")
    expect("nginx, not modified", (status, body) == ("304", b""), status)
    status, head = curl(front, "--request-target", "/redirect", "--head")
    expect("nginx, a redirect is passed on", status == "302" and b"https://example.com/elsewhere" in head, head)
    status, _ = curl(front, "--request-target", "/new", "--upload-file", folder / "files" / "large")
    expect("nginx, an upload", status == "201" and (folder / "files" / "new").read_bytes() == data, status)
    status, _ = curl(front, "--request-target", "/new", "--request", "DELETE")
    expect("nginx, a deletion", status == "204" and not (folder / "files" / "new").exists(), status)
    status, body = curl(proxy(port_h2c, "--h2c"), "--request-target", "/version")
    expect("nginx, by HTTP/2", (status, body) == ("200", b"HTTP/2.0"), (status, body))


def scraped(port):
    """Prometheus' own reader of OpenMetrics, which takes nothing that is out of order."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        kind, text = answer.headers["content-type"], answer.read().decode()
    expect("metrics, their type", kind == "application/openmetrics-text; version=1.0.0; charset=utf-8", kind)
    families = {family.name: family.samples for family in openmetrics(text)}
    count = sum(sample.value for sample in families["sigv4_proxy_requests"])
    expect("metrics, requests", count > 30 and len(families) > 10, (count, list(families)))


def main():
    behind = free_port()
    start([sys.executable, Path(__file__).parent / "upstream.py", behind, SIGV4], behind, "upstream.log")
    admin = free_port()
    front = proxy(behind, "--admin", admin)
    for check in targets, heads, bodies, by_http2, remote_write, events:
        check(front)
    scraped(admin)
    web_sockets()
    nginx()
    signed_anew(behind)
    s3_signed_anew()
    an_api()
    pod()
    compose()
    log = (FOLDER / "proxy.log").read_text()
    shown = [text for text in (SECRET, "throw-away", "Signature=", "room=", "of-the-caller") if text in log]
    expect("what the proxy logs", not shown and log, shown)


try:
    main()
finally:
    servers.end()
