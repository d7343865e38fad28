"""Times programs from start to end, in turns; see the script whole-process."""

import importlib.metadata
import os
import statistics
import subprocess
import sys
import time
import urllib.request

SIGV4, ROUNDS = os.path.abspath(sys.argv[1]), int(sys.argv[2])
BIN = os.path.dirname(sys.executable)

# The least that signs with botocore: no configuration, no session, credentials given.
SIGN_WITH_BOTOCORE = """
import os, sys
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

request = AWSRequest("GET", sys.argv[1])
credentials = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
SigV4Auth(credentials, "execute-api", "us-east-1").add_auth(request)
for name, value in request.headers.items():
    print(f"{name}: {value}")
"""


def output(command, environment):
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def call(url, headers):
    """The answer to a request with the headers that a program printed."""
    request = urllib.request.Request(url)
    for line in headers.splitlines():
        request.add_header(*line.split(": ", 1))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(request, timeout=10).read().decode()


def compare(what, programs, environment):
    """Programs of one row run in turns, in every round in another order."""
    names = list(programs)
    times = {name: [] for name in names}
    for turn in range(ROUNDS):
        start_with = turn % len(names)
        for name in names[start_with:] + names[:start_with]:
            start = time.perf_counter()
            subprocess.run(
                programs[name], env=environment, check=True, stdout=subprocess.DEVNULL
            )
            times[name].append((time.perf_counter() - start) * 1000)
    medians = {name: statistics.median(times[name]) for name in names}
    ours = medians[names[0]]
    print(f"\n## {what}\n")
    print(f"| {'':24} | median ms | minimum ms | ÷ ours |\n|---|--:|--:|--:|")
    for name in names:
        print(f"| {name:24} | {medians[name]:9.1f} | {min(times[name]):10.1f} | {medians[name] / ours:6.1f} |")


def main():
    server = subprocess.Popen(
        [SIGV4, "serve"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        environment = {"PATH": os.environ["PATH"], "HOME": BIN, "NO_PROXY": "127.0.0.1"}
        for line in server.stdout:
            if line.startswith("export "):
                name, value = line.removeprefix("export ").strip().split("=", 1)
                environment[name] = value.strip("'\"")
            if "MICROSERVICE_B_URL" in environment and "AWS_SECRET_ACCESS_KEY" in environment:
                break
        url = environment["MICROSERVICE_B_URL"] + "/items"
        region = ["--region", "us-east-1"]
        signing = {
            "sigv4 sign": [SIGV4, "sign", *region, url],
            "botocore, minimal script": [sys.executable, "-c", SIGN_WITH_BOTOCORE, url],
        }
        calling = {
            "sigv4 request": [SIGV4, "request", *region, url],
            "awscurl": [f"{BIN}/awscurl", "--service", "execute-api", *region, url],
        }
        # All of them do the work: the service answers to what they signed.
        for command in signing.values():
            assert "hammer" in call(url, output(command, environment)), command
        for command in calling.values():
            assert "hammer" in output(command, environment), command
        versions = [f"{name} {importlib.metadata.version(name)}" for name in ("botocore", "awscurl")]
        python = sys.version.split()[0]
        print(f"{', '.join(versions)}, Python {python}, {ROUNDS} rounds")
        compare("Sign a GET", signing, environment)
        compare("Sign a GET and send it to a service on loopback", calling, environment)
    finally:
        server.kill()
        server.wait()


main()
