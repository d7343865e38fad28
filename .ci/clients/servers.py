"""What a test starts on loopback, and ends with it."""

import os
import socket
import subprocess
import sys
import time

# Nothing of whoever runs it signs.
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
started = []


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def start(command, ports, log, environment):
    """A server that listens on all these ports."""
    with open(log, "ab") as out:
        process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment)
    started.append(process)
    for port in ports:
        for _ in range(200):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        else:
            sys.exit(f"{command[:3]} does not listen:\n{log.read_text()[-3000:]}")
    return process


def must(what, is_so, got, log):
    if not is_so:
        sys.exit(f"{what}: {got}\n{log.read_text()[-3000:]}")
    print(f"{what}: as it should be", flush=True)


def end():
    for process in started:
        process.terminate()
    for process in started:
        process.wait(10)
