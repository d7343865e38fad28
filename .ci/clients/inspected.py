#!/usr/bin/env python3
"""The inspector's API by curl: of `sigv4 serve` for an API and for S3, and of `sigv4 proxy`.

    inspected.py SIGV4 FOLDER

What is copied from it is run: the line for curl by bash, the input of `sigv4 verify` by that.
"""

import json
import subprocess
import sys
from pathlib import Path

import servers
from servers import PLAIN, free_port

SIGV4, FOLDER = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
KEY, SECRET, TOKEN = "AKIDINSPECTED", "inspected-secret", "IQoJb3JpZ2luX2VjEXAMPLEOfCurls=="
KEYS = PLAIN | {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_EC2_METADATA_DISABLED": "true"}
PRINCIPALS = {"principals": [{
    "arn": "arn:aws:iam::123456789012:user/inspected",
    "keys": [
        {"access_key_id": KEY, "secret_access_key": SECRET},
        {"access_key_id": "ASIAINSPECTED", "secret_access_key": SECRET, "session_token": TOKEN}],
    "policies": [{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["execute-api:Invoke", "s3:*"], "Resource": "*"}]}]}]}
JSON = ["--header", "content-type: application/json"]


def expect(what, is_so, got=None):
    servers.must(what, is_so, got, FOLDER / "inspected.log")


def start(*command):
    """A server with an inspector: the ports of both."""
    port, inspector = ports = free_port(), free_port()
    servers.start([SIGV4, *command, "--listen", port, "--inspect", inspector], ports, FOLDER / "inspected.log", KEYS)
    return ports


def curl(url, *options, body=None):
    """Status and body."""
    command = ["curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", "60", "--write-out", "%{http_code}", *options, url]
    said = subprocess.run(command, capture_output=True, input=body)
    if said.returncode:
        sys.exit(f"{command}: {said.stderr.decode()}")
    return int(said.stdout[-3:]), said.stdout[:-3].decode()


class Inspector:
    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path):
        status, body = curl(self.url + path)
        expect(f"curl {path}", status == 200, (status, body))
        if TOKEN in body or SECRET in body:
            sys.exit(f"{path} shows a secret or a session token: {body}")
        return body

    def json(self, path):
        return json.loads(self.get(path))

    def post(self, path, body="{}", *options):
        status, said = curl(self.url + path, *(options or JSON), "--data-binary", "@-", body=body.encode())
        return status, json.loads(said)


def signed(service, url, *options, key=KEY, secret=SECRET):
    return curl(url, "--aws-sigv4", f"aws:amz:us-east-1:{service}", "--user", f"{key}:{secret}", *options)


def in_bash(line):
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60, env=PLAIN | {"AWS_SESSION_TOKEN": TOKEN})
    if done.returncode:
        sys.exit(f"{line}: {done.stderr}")


def verifies(raw):
    done = subprocess.run(
        [SIGV4, "verify"], input=raw.encode(), capture_output=True, timeout=60, env=PLAIN | {"AWS_SECRET_ACCESS_KEY": SECRET})
    return done.returncode == 0, (done.stdout + done.stderr).decode()


class Events:
    """What `curl -N` has printed so far. It is waited for, and how long depends on what comes."""

    def __init__(self, url):
        self.process = subprocess.Popen(
            ["curl", "--silent", "--noproxy", "*", "--no-buffer", "--max-time", "60", url], stdout=subprocess.PIPE, text=True)
        servers.started.append(self.process)

    def next(self):
        """Name, id and data."""
        found = {}
        for line in self.process.stdout:
            line = line.rstrip("\n")
            if not line and "event" in found:
                return found["event"], found.get("id"), json.loads(found["data"])
            name, _, value = line.partition(": ")
            if name:
                found[name] = value
        sys.exit(f"the stream of events ended in {found}")

    def end(self):
        self.process.terminate()
        self.process.wait(10)


def api():
    gateway, port = start("serve", "--principals", FOLDER / "principals.json")
    inspector = Inspector(port)
    items = f"http://127.0.0.1:{gateway}/prod/items"
    events = Events(f"{inspector.url}/api/events")
    for status, secret in (200, SECRET), (403, "wrong"):
        got = signed("execute-api", f"{items}?a=1&b=2", secret=secret)
        expect(f"curl to the gateway, {status}", got[0] == status, got)
    came = [events.next() for _ in range(2)]
    seen = [(name, id, data["verdict"]) for name, id, data in came]
    expect("curl -N, two requests as they come", seen == [("request", "1", "allowed"), ("request", "2", "signature")], seen)

    found = inspector.json("/api/requests?verdict=signature&wait=10")
    rows = [(row["id"], row["key"], row["status"]) for row in found["requests"]]
    expect("the list", rows == [(2, KEY, 403)] and found["last"] == 2, found)
    detail = inspector.json("/api/requests/1")
    expect("one request", detail["caller"].endswith("user/inspected") and detail["known"] == "proven", detail)
    later = [line["sent"]["text"] for line in detail["canonical"]]
    expect("its lines", later[1] == "/prod/items" and detail["exports"] == {"curl": True, "verify": True, "vector": True, "note": None}, detail)
    status, said = curl(f"{inspector.url}/api/requests/9")
    expect("one that is not there", status == 404 and "message" in json.loads(said), (status, said))

    in_bash(inspector.get("/api/requests/1/curl"))
    name, id, row = events.next()
    expect("the line for curl, run", (name, id, row["verdict"], row["target"]) == ("request", "3", "allowed", detail["target"]), row)
    good, why = verifies(inspector.get("/api/requests/1/verify"))
    expect("the input of sigv4 verify, verified", good, why)
    good, why = verifies(inspector.get("/api/requests/2/verify"))
    expect("that of a wrong signature, refused", not good, why)
    vector = inspector.json("/api/requests/2/vector")
    expect("a vector", vector["verdict"] == "signature" and vector["request"][0].startswith("GET /prod/items?"), vector)

    for path, told in ("1", (200, 200)), ("2", (200, 403)):
        status, said = inspector.post(f"/api/requests/{path}/replay")
        name, id, row = events.next()
        expect(f"replay of {path}", (status, said["status"], str(said["id"])) == (*told, id) and row["status"] == told[1], (said, row))
    for told, options in (415, ["--header", "content-type: text/plain"]), (403, [*JSON, "--header", "origin: http://evil.example"]):
        status, said = inspector.post("/api/requests/1/replay", "{}", *options)
        expect(f"replay, {told}", status == told, (status, said))
    status, said = curl(f"{inspector.url}/api/requests/1/replay")
    expect("replay by GET", status == 405, (status, said))

    temporary = signed("execute-api", items, "--header", f"x-amz-security-token: {TOKEN}", key="ASIAINSPECTED")
    expect("curl to the gateway, temporary", temporary[0] == 200, temporary)
    name, id, row = events.next()
    in_bash(inspector.get(f"/api/requests/{id}/curl"))
    name, _, again = events.next()
    expect("the line with a token of the shell's, run", again["verdict"] == "allowed" and again["key"] == "ASIAINSPECTED", again)
    status, said = curl(f"{inspector.url}/api/requests/{id}/verify")
    expect("no input of sigv4 verify with a token", status == 409, (status, said))

    status, said = inspector.post("/api/clear")
    name, _, cleared = events.next()
    expect("clear", status == 200 and name == "cleared" and cleared == said, (said, cleared))
    left = inspector.json("/api/requests")
    expect("nothing is left", left["requests"] == [] and left["last"] == said["last"], left)
    status, _ = curl(f"{inspector.url}/api/requests/1")
    expect("not the first one either", status == 404, status)
    events.end()

    last = Events(f"{inspector.url}/api/events?after={said['last']}&verdict=malformed")
    got = curl(items)
    expect("curl, unsigned", got[0] == 403, got)
    name, _, forgotten = last.next()
    expect("a clear, again to who names what it forgot", (name, forgotten) == ("cleared", said), forgotten)
    name, id, row = last.next()
    expect("events behind an id", (name, int(id), row["reason"]) == ("request", said["last"] + 1, "not-signed"), row)
    last.end()
    explains(inspector)


def explains(inspector):
    request = (
        "curl https://abc123.execute-api.us-east-1.amazonaws.com/prod/items --aws-sigv4 aws:amz:us-east-1:execute-api"
        f" --user {KEY}:x -H 'x-amz-security-token: {TOKEN}'")
    answer = '{"message":"The security token included in the request is expired"}'
    status, said = inspector.post("/api/explain", json.dumps({"request": request, "answer": answer}))
    told = said.get("verdict"), said.get("reason"), said.get("from")
    expect("explain", status == 200 and told == ("freshness", "session-token-expired", "explain"), said)
    expect("explain, without the token", TOKEN not in json.dumps(said), said)
    for told, body in (400, "[]"), (400, '{"ask":"x"}'), (413, json.dumps({"answer": "a" * 300_000})):
        status, said = inspector.post("/api/explain", body)
        expect(f"explain, {told}", status == told and said["message"], (status, said))


def s3():
    gateway, port = start("serve", "--service", "s3", "--principals", FOLDER / "principals.json")
    inspector = Inspector(port)
    url = f"http://127.0.0.1:{gateway}/bucket/a%20b"
    unsigned = ["--header", "x-amz-content-sha256: UNSIGNED-PAYLOAD"]
    body = b"it's\n\"hello\""
    (FOLDER / "body").write_bytes(body)
    for options in [], ["--upload-file", FOLDER / "body"]:
        got = signed("s3", url, *unsigned, *options)
        expect(f"curl to S3, {options[:2]}", got[0] == 200, got)
    for id, length in (1, 0), (2, len(body)):
        before = inspector.json("/api/requests")["last"]
        in_bash(inspector.get(f"/api/requests/{id}/curl"))
        status, said = inspector.post(f"/api/requests/{id}/replay")
        expect(f"replay to S3, {id}", (status, said) == (200, {"id": before + 2, "status": 200}), said)
        rows = inspector.json(f"/api/requests?after={before}")["requests"]
        expect(f"both to S3, {id}", [(row["verdict"], row["body"]) for row in rows] == [("allowed", length)] * 2, rows)
        good, why = verifies(inspector.get(f"/api/requests/{id}/verify"))
        expect(f"S3's for sigv4 verify, {id}", good, why)


def proxied():
    nowhere = free_port()
    proxy, port = start(
        "proxy", "--upstream", f"http://127.0.0.1:{nowhere}", "--service", "execute-api", "--region", "us-east-1")
    inspector = Inspector(port)
    status, said = curl(f"http://127.0.0.1:{proxy}/prod/items")
    expect("curl through a proxy to nowhere", status == 502, (status, said))
    row = inspector.json("/api/requests?wait=20")["requests"][0]
    told = row["status"], row["verdict"], row["key"], row["summary"]
    expect("it is the proxy that says so", told == (502, "malformed", KEY, json.loads(said)["message"]), row)
    status, said = inspector.post("/api/requests/1/replay")
    expect("what the proxy has signed is not sent again", status == 409, said)


def main():
    (FOLDER / "principals.json").write_text(json.dumps(PRINCIPALS))
    for check in api, s3, proxied:
        check()
    log = (FOLDER / "inspected.log").read_text()
    shown = [text for text in (SECRET, TOKEN, "Signature=") if text in log]
    expect("what is logged", not shown and log, shown)


try:
    main()
finally:
    servers.end()
