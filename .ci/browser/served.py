"""`sigv4 serve --inspect`, and callers of it that sign rightly or wrongly, by a signer of their own."""

import contextlib
import hashlib
import hmac
import http.client
import json
import os
import socket
import subprocess
import threading
import time
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

ACCOUNT = "123456789012"
PRINCIPALS = {"principals": [
    {"arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
     "keys": [{"access_key_id": f"AKID{name.upper()}", "secret_access_key": f"{name}-secret"}],
     "policies": [{"Version": "2012-10-17", "Statement": statements}]}
    for name, statements in {
        "allowed": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}],
        "denied": [
            {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"},
            {"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*/*/GET/items"}],
    }.items()]}
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Relay:
    """A port that leads to another one, until it is cut."""

    def __init__(self, to):
        self.to, self.port, self.open = to, free_port(), []
        self.page = f"http://127.0.0.1:{self.port}/"
        self.join()

    def join(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.accept, args=[self.listener], daemon=True).start()

    def accept(self, listener):
        with contextlib.suppress(OSError):
            while True:
                pair = listener.accept()[0], socket.create_connection(("127.0.0.1", self.to))
                self.open += pair
                for one, other in (pair, pair[::-1]):
                    threading.Thread(target=self.pass_on, args=[one, other], daemon=True).start()

    def pass_on(self, one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(65_536):
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)

    def cut(self):
        for one in [self.listener, *self.open]:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self.open = []


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def canonical_query(query):
    return "&".join(sorted(query.split("&"))) if query else ""


def started(command, log, environment):
    """The command's process, once it has said that it listens: what it prints before that stands in its log."""
    with open(log, "ab") as out:
        before = out.tell()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=PLAIN | environment)
    for _ in range(200):
        if b"# listening" in log.read_bytes()[before:]:
            return process
        time.sleep(0.05)
    process.kill()
    raise SystemExit(f"{command[:2]} does not listen:\n{log.read_text()}")


class Served:
    """The gateway at `gateway`, the page at `page`; `call` makes one request."""

    def __init__(self, sigv4, folder, address="127.0.0.1"):
        self.sigv4, self.port, self.inspected, self.address = sigv4, free_port(), free_port(), address
        self.gateway, self.page = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.inspected}/"
        self.principals, self.log = folder / "principals.json", folder / f"serve-{address}.log"
        self.log.unlink(missing_ok=True)
        self.principals.write_text(json.dumps(PRINCIPALS))
        self.start()

    def start(self):
        beyond = [] if self.address == "127.0.0.1" else ["--beyond-loopback"]
        self.process = started(
            [self.sigv4, "serve", "--listen", str(self.port), "--principals", self.principals,
             "--inspect", f"{self.address}:{self.inspected}", *beyond],
            self.log, {"AWS_EC2_METADATA_DISABLED": "true"})
        self.connection, self.used = http.client.HTTPConnection("127.0.0.1", self.port), time.monotonic()

    def stop(self):
        self.process.terminate()
        self.connection.close()
        self.process.wait()

    def clear(self):
        """As somebody's test does."""
        connection = http.client.HTTPConnection("127.0.0.1", self.inspected)
        connection.request("POST", "/api/clear", "{}", {"content-type": "application/json"})
        if connection.getresponse().status != 200:
            raise SystemExit("it does not clear")
        connection.close()

    def call(self, method="GET", target="/prod/items", body=b"", *, who="allowed", secret=None, old=timedelta(), headers=None,
             path=None, host=None, signs=None, stated=None, signed=True):
        """Sends a request, which is signed as a right client would, but for what the arguments say: another `secret`, so
        `old` a time, another canonical `path` or `host`, a body that `signs` another, a hash that is `stated`. The status."""
        at = (datetime.now(timezone.utc) - old).strftime("%Y%m%dT%H%M%SZ")
        head = {"host": f"127.0.0.1:{self.port}", "x-amz-date": at}
        hashed = sha256(body if signs is None else signs)
        if stated:
            head["x-amz-content-sha256"] = hashed
        if signed:
            name, _, rest = target.partition("?")
            lines = [method, path or quote(name, safe="/-_.~"), canonical_query(rest)]
            lines += [f"{name}:{value}" for name, value in sorted({**head, "host": host or head["host"]}.items())]
            names = ";".join(sorted(head))
            canonical = "\n".join([*lines, "", names, hashed])
            scope = f"{at[:8]}/us-east-1/execute-api/aws4_request"
            string = f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{sha256(canonical.encode())}"
            key = f"AWS4{secret or who + '-secret'}".encode()
            for part in scope.split("/"):
                key = hmac.digest(key, part.encode(), "sha256")
            head["authorization"] = (f"AWS4-HMAC-SHA256 Credential=AKID{who.upper()}/{scope}, SignedHeaders={names}, "
                                     f"Signature={hmac.digest(key, string.encode(), 'sha256').hex()}")
        # The gateway ends one that is not used for long.
        if time.monotonic() - self.used > 5:
            self.connection.close()
        self.used = time.monotonic()
        self.connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in {**head, "content-length": str(len(body)), **(headers or {})}.items():
            self.connection.putheader(name, value)
        self.connection.endheaders(body)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status
