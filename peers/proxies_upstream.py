"""What proxies.py measures against beside nginx: an upstream that takes any body, and one that streams.

    PUT /sink        reads the body, answers with its length
    GET /stream      a piece, 100 ms of nothing, another piece; each says when it was sent
    GET /echo        the head of the request, byte for byte

The port is given; it ends when its parent does.
"""

import asyncio
import ctypes
import signal
import sys
import time

PAUSE = 0.1


async def body(reader, head):
    """Reads a body, and says how long it was."""
    fields = [line.partition(b":") for line in head.lower().split(b"\r\n")[1:]]
    values = {name: value.strip() for name, _, value in fields}
    if values.get(b"transfer-encoding") == b"chunked":
        total = 0
        while size := int((await reader.readline()).partition(b";")[0], 16):
            await reader.readexactly(size + 2)
            total += size
        while await reader.readline() != b"\r\n":
            pass
        return total
    length = left = int(values.get(b"content-length", 0))
    while left:
        piece = await reader.read(min(left, 1 << 18))
        if not piece:
            raise EOFError
        left -= len(piece)
    return length


def answer(text):
    return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(text), text)


async def stream(writer):
    """Two pieces, each with the machine's clock, which the caller has as well."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    for number in range(2):
        if number:
            await asyncio.sleep(PAUSE)
        piece = b"data: %d\n\n" % time.monotonic_ns()
        writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        await writer.drain()
    await asyncio.sleep(PAUSE)
    writer.write(b"0\r\n\r\n")


async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].partition(b"?")[0]
            if b"\r\nexpect: 100-continue\r\n" in head.lower():
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            length = await body(reader, head)
            if path == b"/stream":
                await stream(writer)
            elif path == b"/echo":
                writer.write(answer(head))
            else:
                writer.write(answer(b"%d\n" % length))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, EOFError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), limit=1 << 20)
    async with server:
        await server.serve_forever()


PR_SET_PDEATHSIG = 1
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
asyncio.run(main())
