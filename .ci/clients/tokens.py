"""What sigv4 token makes, taken by the tools that it is for: kubectl, git and psql.

    tokens.py SIGV4 FOLDER

Each talks to a stand-in on this machine, which computes the signature itself.
"""

import base64
import hashlib
import hmac
import http.server
import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import threading
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl, quote, urlsplit

SIGV4, FOLDER = os.path.abspath(sys.argv[1]), sys.argv[2]
KEY, SECRET, TOKEN = "ASIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "IQoJb3JpZ2lu/+EXAMPLE=="
EMPTY = hashlib.sha256(b"").hexdigest()
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PG", "GIT_"))} | {
    "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN,
    "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "HOME": FOLDER,
    "NO_PROXY": "*", "no_proxy": "*", "PATH": os.path.dirname(SIGV4) + os.pathsep + os.environ["PATH"],
}


def run(*command, **more):
    done = subprocess.run(
        command, env=ENVIRONMENT | more.pop("env", {}), capture_output=True, text=True, timeout=60, **more)
    if done.returncode:
        sys.exit(f"{command[0]}: status {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def must(is_right, what):
    if not is_right:
        sys.exit(f"tokens.py: {what}")


def signature(text, date, region, service):
    key = b"AWS4" + SECRET.encode()
    for part in date[:8], region, service, "aws4_request":
        key = hmac.new(key, part.encode(), "sha256").digest()
    return hmac.new(key, text.encode(), "sha256").hexdigest()


def scope(date, region, service):
    return f"{date[:8]}/{region}/{service}/aws4_request"


def is_now(date):
    at = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    return abs(datetime.now(timezone.utc) - at) < timedelta(minutes=1)


def check_presigned(url, headers, region, service, expected):
    """A presigned GET by the key, of now, with these parameters."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True)
    query = dict(pairs)
    must(len(query) == len(pairs), "a parameter twice")
    signed = query.pop("X-Amz-Signature")
    date = query["X-Amz-Date"]
    must(is_now(date), f"made at {date}")
    expected |= {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Date": date, "X-Amz-Security-Token": TOKEN,
        "X-Amz-Credential": f"{KEY}/{scope(date, region, service)}", "X-Amz-SignedHeaders": ";".join(sorted(headers)),
    }
    must(query == expected, f"parameters {sorted(query.items())}")
    escaped = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query.items())
    canonical = "\n".join(
        ["GET", parts.path, "&".join(f"{name}={value}" for name, value in escaped),
         *(f"{name}:{headers[name]}" for name in sorted(headers)), "", ";".join(sorted(headers)), EMPTY])
    text = "\n".join(["AWS4-HMAC-SHA256", date, scope(date, region, service),
                      hashlib.sha256(canonical.encode()).hexdigest()])
    must(hmac.compare_digest(signed, signature(text, date, region, service)), "another signature")


# kubectl, whose plugin sigv4 is: a cluster that asks itself.

class Cluster(http.server.BaseHTTPRequestHandler):
    asked = []

    def do_GET(self):
        Cluster.asked.append(self.headers.get("authorization", ""))
        body = b'{"major":"1","minor":"33","gitVersion":"v1.33.0"}'
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def kubectl():
    # Over plain HTTP kubectl sends no token.
    key, certificate = os.path.join(FOLDER, "cluster-key.pem"), os.path.join(FOLDER, "cluster.pem")
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=cluster", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Cluster)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    arguments = ["token", "eks", "--cluster", "my-cluster", "--region", "us-west-2", "--exec-credential"]
    config = {
        "apiVersion": "v1", "kind": "Config", "current-context": "here",
        "clusters": [{"name": "here", "cluster": {
            "server": f"https://127.0.0.1:{server.server_port}", "certificate-authority": certificate}}],
        "contexts": [{"name": "here", "context": {"cluster": "here", "user": "me"}}],
        "users": [{"name": "me", "user": {"exec": {
            "apiVersion": "client.authentication.k8s.io/v1beta1", "command": "sigv4", "args": arguments}}}],
    }
    path = os.path.join(FOLDER, "kubeconfig")
    for version in "v1beta1", "v1":
        user = config["users"][0]["user"]["exec"]
        user["apiVersion"] = f"client.authentication.k8s.io/{version}"
        if version == "v1":
            # kubectl before 1.22 has no v1.
            if kubectl_minor() < 22:
                break
            user["interactiveMode"] = "Never"
        with open(path, "w", encoding="utf-8") as file:
            json.dump(config, file)
        said = run("kubectl", "--kubeconfig", path, "get", "--raw", "/version")
        must("v1.33.0" in said, f"kubectl: {said}")
        kind, _, token = Cluster.asked.pop().partition(" ")
        must(kind == "Bearer" and token.startswith("k8s-aws-v1."), "kubectl sends no token")
        text = token.removeprefix("k8s-aws-v1.")
        url = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        host = "sts.us-west-2.amazonaws.com"
        must(url.startswith(f"https://{host}/?"), "another URL")
        check_presigned(
            url, {"host": host, "x-k8s-aws-id": "my-cluster"}, "us-west-2", "sts",
            {"Action": "GetCallerIdentity", "Version": "2011-06-15", "X-Amz-Expires": "60"})
        print(f"kubectl, {version}: sends the token of sigv4 token eks --exec-credential")
    server.shutdown()


def kubectl_minor():
    version = json.loads(run("kubectl", "version", "--client", "--output", "json"))
    return int(version["clientVersion"]["minor"].rstrip("+"))


# git, whose credential helper sigv4 is.

def git():
    host, path = "git-codecommit.us-east-1.amazonaws.com", "v1/repos/MyDemoRepo"
    settings = ["-c", "credential.helper=", "-c", "credential.useHttpPath=true",
                "-c", "credential.helper=!sigv4 token codecommit --git-credential"]
    asked = f"protocol=https\nhost={host}\npath={path}\n\n"
    answer = run("git", *settings, "credential", "fill", input=asked, env={"GIT_TERMINAL_PROMPT": "0"})
    said = dict(line.split("=", 1) for line in answer.splitlines())
    must(said["username"] == f"{KEY}%{TOKEN}", "another user")
    date, signed = said["password"][:16], said["password"][16:]
    must(is_now(date), f"made at {date}")
    canonical = f"GIT\n/{path}\n\nhost:{host}\n\nhost\n"
    text = "\n".join(["AWS4-HMAC-SHA256", date[:-1], scope(date, "us-east-1", "codecommit"),
                      hashlib.sha256(canonical.encode()).hexdigest()])
    must(hmac.compare_digest(signed, signature(text, date, "us-east-1", "codecommit")), "git: another signature")
    # And tells it what came of it.
    for operation in "approve", "reject":
        run("git", *settings, "credential", operation, input=answer)
    other = subprocess.run(
        ["git", *settings, "credential", "fill"], env=ENVIRONMENT | {"GIT_TERMINAL_PROMPT": "0"},
        input="protocol=https\nhost=example.com\npath=x\n\n", capture_output=True, text=True, timeout=60)
    must(other.returncode != 0 and KEY not in other.stdout, "git is given a password for another's host")
    print("git credential fill: takes the user and the password of sigv4 token codecommit --git-credential")


# psql, which reads the line of sigv4 token rds --pgpass.

def message(kind, body):
    return kind + struct.pack("!I", len(body) + 4) + body


def database(listener, passwords, ends):
    """PostgreSQL's protocol, as far as a password in clear and one answer need it."""
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as stream:
        length = struct.unpack("!I", stream.read(4))[0]
        stream.read(length - 4)
        connection.sendall(message(b"R", struct.pack("!I", 3)))
        if (kind := stream.read(1)) != b"p":
            ends.append(kind)
            return
        length = struct.unpack("!I", stream.read(4))[0]
        passwords.append(stream.read(length - 4).rstrip(b"\0").decode())
        ready = message(b"Z", b"I")
        connection.sendall(message(b"R", struct.pack("!I", 0)) + ready)
        while (kind := stream.read(1)) == b"Q":
            stream.read(struct.unpack("!I", stream.read(4))[0] - 4)
            column = b"word\0" + struct.pack("!IHIhIH", 0, 0, 25, -1, 0xFFFFFFFF, 0)
            row = struct.pack("!HI", 1, 5) + b"taken"
            connection.sendall(message(b"T", struct.pack("!H", 1) + column) + message(b"D", row)
                               + message(b"C", b"SELECT 1\0") + ready)
        ends.append(kind)


def psql():
    host, user = "db.123456789012.us-east-1.rds.amazonaws.com", "jane:do\\e"
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    passwords, ends = [], []
    thread = threading.Thread(target=database, args=(listener, passwords, ends), daemon=True)
    thread.start()
    line, star = (
        run(SIGV4, "token", "rds", "--host", host, "--port", str(port), "--user", name, "--pgpass")
        for name in (user, "*"))
    path = os.path.join(FOLDER, "pgpass")
    with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        # Of a line for somebody else, nothing, nor of one for a user who is called `*`.
        file.write(f"{host}:{port}:*:somebody:wrong\n{star}{line}")
    said = run("psql", "--no-psqlrc", "--tuples-only", "--no-align", "--no-password", "--command", "select 1",
               f"host={host} hostaddr=127.0.0.1 port={port} dbname=app sslmode=disable gssencmode=disable "
               f"user='{user.replace(chr(92), chr(92) * 2)}' passfile='{path}'")
    must(said.strip() == "taken", f"psql: {said}")
    thread.join(timeout=10)
    # A `must` in the thread would end the thread alone.
    must(len(passwords) == 1, f"psql sends no password, but {ends}")
    must(ends in ([b"X"], [b""]), f"psql ends with {ends}")
    must(passwords[0].startswith(f"{host}:{port}/?"), "another password")
    check_presigned(
        f"https://{passwords[0]}", {"host": f"{host}:{port}"}, "us-east-1", "rds-db",
        {"Action": "connect", "DBUser": user, "X-Amz-Expires": "900"})
    print("psql: reads the password of sigv4 token rds --pgpass")


def main():
    for tool in kubectl, git, psql:
        tool()


main()
