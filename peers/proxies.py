"""Measures proxies side by side, in turns; see the script proxies."""

import argparse
import ctypes
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

MIB = 1 << 20
BODY = 64 * MIB
TOGETHER = 16
KEY, SECRET = "AKIDEXAMPLE", "not-a-real-secret"
LIBC = ctypes.CDLL(None)
TICKS = os.sysconf("SC_CLK_TCK")

# What a row is called, in what unit, with how many digits; and whether "÷ nginx" says something.
ROWS = [
    ("rate", "requests/s, 16 connections", 0),
    ("cpu", "CPU a request, µs", 1),
    ("p50_16", "p50, 16 connections, µs", 0),
    ("p99_16", "p99, 16 connections, µs", 0),
    ("p50_1", "p50, 1 connection, µs", 0),
    ("p99_1", "p99, 1 connection, µs", 0),
    ("first", "streamed piece, median, ms behind", 2),
    ("worst", "streamed piece, slowest, ms behind", 2),
    ("idle", "memory idle, MiB", 1),
    ("anonymous", "of it, not pages of files, MiB", 1),
    ("load", "memory, 16 connections, MiB", 1),
    ("get", "memory, GET of 64 MiB, MiB", 1),
    ("gets", "memory, 16 GETs at once, MiB", 1),
    ("put", "memory, PUT of 64 MiB, MiB", 1),
    ("puts", "memory, 16 PUTs at once, MiB", 1),
    ("after", "memory after that, MiB", 1),
    ("get_s", "16 GETs at once, s", 2),
    ("put_s", "16 PUTs at once, s", 2),
]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(port, process, log):
    for _ in range(200):
        if process.poll() is not None:
            break
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    sys.exit(f"{process.args[0]} does not listen:\n{Path(log).read_text(errors='replace')[-2000:]}")


class Process:
    """A server of one process, and what the kernel says of it."""

    def __init__(self, command, port, log, environment=None):
        with open(log, "wb") as out:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={"PATH": os.environ["PATH"], **(environment or {})},
                preexec_fn=lambda: LIBC.prctl(1, signal.SIGTERM),  # it ends when this does
            )
        wait_for(port, self.process, log)

    def cpu(self):
        """Seconds of processor, of all threads."""
        fields = self.status("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self, what):
        return int(re.search(rf"{what}:\s+(\d+) kB", self.status("status"))[1]) / 1024

    def peak(self, run):
        """What `run` gives, and the most memory that was resident meanwhile, in MiB."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")
        result = run()
        return result, self.memory("VmHWM")

    def status(self, file):
        return Path(f"/proc/{self.process.pid}/{file}").read_text()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


# The contestants: each a command for a port, in front of an upstream's port.

NGINX = """
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr warn;
events {{ worker_connections 512; }}
http {{
  access_log {access}; client_max_body_size 0; keepalive_requests 100000000;
  client_body_temp_path {folder}/body; client_body_buffer_size 64k; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  {inside}
}}
"""
PASS = """
  upstream up {{ server 127.0.0.1:{to}; keepalive 64; keepalive_requests 100000000; }}
  server {{ listen 127.0.0.1:{port};
    location / {{ proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
      proxy_buffer_size 64k; proxy_buffers 8 64k; }} }}
"""
FILES = """
  sendfile on; tcp_nopush on;
  server {{ listen 127.0.0.1:{port}; root {files}; }}
"""


def nginx(folder, inside, access="off"):
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "nginx.conf"
    file.write_text(NGINX.format(folder=folder, inside=inside, access=access))
    return ["nginx", "-c", str(file), "-p", str(folder)]


def pass_on(options, folder, port, to):
    return Process(nginx(folder, PASS.format(port=port, to=to), folder / "access.log"), port, folder / "log")


def signing(options, folder, port, to):
    command = [options.sigv4, "proxy", "--upstream", f"http://127.0.0.1:{to}", "--listen", f"127.0.0.1:{port}"]
    command += ["--service", "execute-api", "--region", "us-east-1"]
    keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "TMPDIR": str(folder)}
    return Process(command, port, folder / "log", keys)


def envoy(options, folder, port, to):
    types = "type.googleapis.com/envoy.extensions"
    signs = {
        "@type": f"{types}.filters.http.aws_request_signing.v3.AwsRequestSigning",
        "service_name": "execute-api",
        "region": "us-east-1",
        "credential_provider": {"inline_credential": {"access_key_id": KEY, "secret_access_key": SECRET}},
    }
    manager = {
        "@type": f"{types}.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "in",
        "access_log": [{"name": "file", "typed_config": {
            "@type": f"{types}.access_loggers.file.v3.FileAccessLog", "path": str(folder / "access.log")}}],
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [
            {"match": {"prefix": "/"}, "route": {"cluster": "up", "timeout": "0s"}}]}]},
        "http_filters": [
            {"name": "signs", "typed_config": signs},
            {"name": "router", "typed_config": {"@type": f"{types}.filters.http.router.v3.Router"}},
        ],
    }
    address = lambda number: {"socket_address": {"address": "127.0.0.1", "port_value": number}}
    config = {"static_resources": {
        "listeners": [{"address": address(port), "filter_chains": [{"filters": [
            {"name": "http", "typed_config": manager}]}]}],
        "clusters": [{"name": "up", "type": "STATIC", "connect_timeout": "5s", "load_assignment": {
            "cluster_name": "up", "endpoints": [{"lb_endpoints": [{"endpoint": {"address": address(to)}}]}]}}],
    }}
    file = folder / "envoy.json"
    file.write_text(json.dumps(config))
    command = [options.envoy, "-c", str(file), "--concurrency", "1", "--disable-hot-restart", "-l", "warning"]
    return Process(command, port, folder / "log")


def start(name, options, to):
    """One of them in front of the port `to`: the port to call, and the process (none if direct)."""
    if name == "direct":
        return to, None
    folder = options.work / name
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    return port, {"nginx": pass_on, "sigv4": signing, "envoy": envoy}[name](options, folder, port, to)


# What is measured.

def output(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def load(port, connections, seconds):
    """(requests, requests a second, p50, p99) of GETs of a small file, times in µs."""
    said = output(["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--latency", f"http://127.0.0.1:{port}/small"])
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"not all were answered well:\n{said}")
    micro = {"us": 1, "ms": 1e3, "s": 1e6}
    percentile = lambda which: next(
        float(number) * micro[unit] for number, unit in re.findall(rf"^\s+{which}%\s+([\d.]+)(us|ms|s)$", said, re.M))
    requests, took = re.search(r"(\d+) requests in ([\d.]+)(?:s|m)", said).groups()
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    return int(requests), rate, percentile(50), percentile(99)


def bodies(port, count, upload):
    """`count` transfers of 64 MiB at once: how long, or the status that refused them."""
    url = f"http://127.0.0.1:{port}"
    command = ["curl", "--silent", "--noproxy", "*", "--max-time", "120", "--output", "/dev/null",
               "--write-out", "%{http_code} %{size_upload} %{size_download} %{exitcode} %{errormsg}"]
    command += ["--upload-file", upload, f"{url}/sink"] if upload else [f"{url}/large"]
    begun = time.monotonic()
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    said = [one.communicate()[0] for one in running]
    took = time.monotonic() - begun
    for line in said:
        status, sent, received = line.split()[:3]
        if status != "200":
            return status
        if int(sent if upload else received) != BODY:
            sys.exit(f"a transfer broke off: status, sent, received, why: {line}")
    return took


def streamed(port, times):
    """How long after the upstream sent them pieces of an answer arrive, in ms."""
    delays = []
    with socket.create_connection(("127.0.0.1", port)) as one:
        for _ in range(times):
            one.sendall(b"GET /stream HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
            seen, pieces = b"", []
            while b"\r\n0\r\n\r\n" not in seen:
                more = one.recv(65536)
                now = time.monotonic_ns()
                if not more:
                    sys.exit(f"the stream broke off: {seen}")
                seen += more
                for sent in re.findall(rb"data: (\d+)\n\n", seen)[len(pieces):]:
                    pieces.append((now - int(sent)) / 1e6)
            if len(pieces) != 2:
                sys.exit(f"not two pieces: {seen}")
            delays += pieces
    return delays


def check(name, options, upstream):
    """That it signs: `sigv4 verify` takes what the upstream got. And that nginx does not."""
    port, process = start(name, options, upstream)
    head = output(["curl", "--silent", "--show-error", "--fail", "--noproxy", "*", f"http://127.0.0.1:{port}/echo?a=b"])
    if process:
        process.stop()
    if name in ("direct", "nginx"):
        assert "authorization" not in head.lower(), head
        return
    said = subprocess.run(
        [options.sigv4, "verify"], input=head, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "AWS_SECRET_ACCESS_KEY": SECRET})
    if not said.stdout.startswith("valid: "):
        sys.exit(f"{name} does not sign well: {said.stdout}{said.stderr}\n{head}")


def measure(name, options, files, own):
    """One round of one of them."""
    got = {}
    port, process = start(name, options, files)
    load(port, 1, 1)
    if process:
        got["idle"], got["anonymous"] = process.memory("VmRSS"), process.memory("RssAnon")
    load(port, TOGETHER, 1)  # all connections are there, caches are warm
    before = process.cpu() if process else 0
    run = lambda: load(port, TOGETHER, options.seconds)
    (requests, got["rate"], got["p50_16"], got["p99_16"]), peak = process.peak(run) if process else (run(), 0)
    if process:
        got["cpu"] = (process.cpu() - before) / requests * 1e6
        got["load"] = peak
    _, _, got["p50_1"], got["p99_1"] = load(port, 1, options.seconds)
    transfers(got, process, port, "get", None)
    if process:
        process.stop()

    port, process = start(name, options, own)
    delays = streamed(port, 10)
    got["first"], got["worst"] = statistics.median(delays), max(delays)
    transfers(got, process, port, "put", str(options.work / "files" / "large"))
    if process:
        got["after"] = process.memory("VmRSS")
        process.stop()
    return got


def transfers(got, process, port, what, upload):
    for name, count in ((what, 1), (f"{what}s", TOGETHER)):
        run = lambda: bodies(port, count, upload)
        took, peak = process.peak(run) if process else (run(), None)
        refused = isinstance(took, str)
        if process:
            got[name] = took if refused else peak
    got[f"{what}_s"] = took


def median(values):
    refused = [value for value in values if isinstance(value, str)]
    return refused[0] if refused else statistics.median(values)


def table(names, rounds):
    label = {"direct": "direct", "nginx": "nginx, signs nothing", "sigv4": "sigv4 proxy", "envoy": "Envoy"}
    others = [name for name in names if name in ("nginx", "envoy")] if "sigv4" in names else []
    columns = [label[name] for name in names] + [f"sigv4 ÷ {name}" for name in others]
    print(f"\n| medians | {' | '.join(columns)} |")
    print(f"|---|{'--:|' * len(columns)}")
    for key, what, digits in ROWS:
        of = {name: median([one[key] for one in rounds[name]]) for name in names if key in rounds[name][0]}
        cells = [cell(of.get(name), digits) for name in names]
        for other in others:
            pair = of.get("sigv4"), of.get(other)
            cells.append(f"{pair[0] / pair[1]:.2f}" if all(isinstance(one, float) and one for one in pair) else "")
        print(f"| {what} | {' | '.join(cells)} |")
    for key in ("rate", "cpu"):
        spread = [
            f"{label[name]} {min(values):.{key == 'cpu':d}f}–{max(values):.{key == 'cpu':d}f}"
            for name in names if (values := [one[key] for one in rounds[name] if key in one])]
        print(f"\n{dict((row[0], row[1]) for row in ROWS)[key]}, from the least to the most: {'; '.join(spread)}")


def cell(value, digits):
    if value is None:
        return ""
    return f"({value})" if isinstance(value, str) else f"{value:.{digits}f}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sigv4", type=os.path.abspath)
    parser.add_argument("--envoy")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--only", default="direct,nginx,sigv4,envoy")
    options = parser.parse_args()
    names = [name for name in options.only.split(",") if name != "envoy" or options.envoy]

    served = options.work / "files"
    served.mkdir(parents=True, exist_ok=True)
    (served / "small").write_text('{"items":[{"id":1,"name":"hammer"}]}\n')
    with open(served / "large", "wb") as large:
        for _ in range(BODY // MIB):
            large.write(os.urandom(MIB))

    servers = []
    try:
        files, own = free_port(), free_port()
        folder = options.work / "upstream"
        command = nginx(folder, FILES.format(port=files, files=served))
        servers.append(Process(command, files, folder / "log"))
        command = [sys.executable, str(Path(__file__).parent / "proxies_upstream.py"), str(own)]
        servers.append(Process(command, own, options.work / "upstream.log"))
        for name in names:
            check(name, options, own)
        rounds = {name: [] for name in names}
        for turn in range(options.rounds):
            first = turn % len(names)
            for name in names[first:] + names[:first]:
                print(f"{name}, round {turn + 1} of {options.rounds}", file=sys.stderr)
                rounds[name].append(measure(name, options, files, own))
    finally:
        for server in servers:
            server.stop()

    print(versions(options, names))
    table(names, rounds)
    shutil.rmtree(served)


def versions(options, names):
    said = []
    if "nginx" in names:
        said.append(subprocess.run(["nginx", "-v"], capture_output=True, text=True).stderr.split("/")[1].strip())
        said[-1] = f"nginx {said[-1]}"
    if "sigv4" in names:
        said.append(f"sigv4 of {os.path.getsize(options.sigv4) / 1e6:.1f} MB")
    if "envoy" in names:
        number = re.search(r"/([\d.]+)/", output([options.envoy, "--version"]))[1]
        said.append(f"Envoy {number} of {os.path.getsize(options.envoy) / 1e6:.0f} MB")
    return f"{', '.join(said)}; {os.cpu_count()} cores, {options.rounds} rounds of {options.seconds} s"


main()
