"""A service that is called through `sigv4 proxy`: `sigv4 verify` has to take what arrives, or the answer is 403.

    python3 upstream.py PORT SIGV4

The secret comes from AWS_SECRET_ACCESS_KEY. It prints a line a request, `KEY REGION/SERVICE REQUEST LINE`, or what is
wrong with it, and answers with JSON: that, and the SHA-256 of the body. A path that ends in `-stream`, or with `accept: text/event-stream`,
gets its answer in three pieces, a fifth of a second apart, each with the machine's monotonic clock in
nanoseconds; /head is answered with the head as it arrived.
"""

import asyncio
import hashlib
import json
import os
import sys
import time

PAUSE = 0.2


def fields(head):
    lines = head.split(b"\r\n")[1:-2]
    return [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines)]


async def body(reader, head):
    found = dict(fields(head))
    if found.get(b"transfer-encoding") != b"chunked":
        return await reader.readexactly(int(found.get(b"content-length", 0)))
    pieces = []
    while size := int((await reader.readline()).partition(b";")[0], 16):
        pieces.append((await reader.readexactly(size + 2))[:-2])
    while await reader.readline() != b"\r\n":
        pass
    return b"".join(pieces)


async def verdict(request):
    """What `sigv4 verify` says."""
    process = await asyncio.create_subprocess_exec(
        sys.argv[2], "verify", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env={"PATH": os.environ["PATH"], "AWS_SECRET_ACCESS_KEY": os.environ["AWS_SECRET_ACCESS_KEY"]})
    said, _ = await process.communicate(request)
    return process.returncode == 0, said.decode().strip()


def answer(status, text, kind="application/json"):
    text = text if isinstance(text, bytes) else text.encode()
    return b"HTTP/1.1 %s\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n%s" % (
        status.encode(), kind.encode(), len(text), text)


async def stream(writer):
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    for number in range(3):
        if number:
            await asyncio.sleep(PAUSE)
        piece = b"data: %d %d\n\n" % (number, time.monotonic_ns())
        writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        await writer.drain()
    writer.write(b"0\r\n\r\n")


async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            if (b"expect", b"100-continue") in fields(head):
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            data = await body(reader, head)
            line = head.split(b"\r\n", 1)[0].decode("latin-1")
            path = line.split(" ")[1].partition("?")[0]
            valid, said = await verdict(head + data)
            parts = said.removeprefix("valid: ").split(", ")
            if valid:
                said = f"{parts[0]} {'/'.join(parts[1].split('/')[1:3])} {line}"
            print(said, flush=True)
            if not valid:
                message = {"message": f"The request signature we calculated does not match: {said}"}
                writer.write(answer("403 Forbidden", json.dumps(message) + "\n"))
            elif path == "/head":
                writer.write(answer("200 OK", head, "text/plain"))
            elif path.endswith("-stream") or (b"accept", b"text/event-stream") in fields(head):
                await stream(writer)
            else:
                got = {"signed": said, "sha256": hashlib.sha256(data).hexdigest()}
                writer.write(answer("200 OK", json.dumps(got) + "\n"))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), limit=1 << 20)
    async with server:
        await server.serve_forever()


asyncio.run(main())
