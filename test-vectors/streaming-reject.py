#!/usr/bin/env python3
"""Writes streaming-reject/: bodies with one flaw each. Signed here, by Python's hmac.

    test-vectors/streaming-reject.py

What a flaw could hide behind a wrong signature is signed again, flaw included.
"""

import base64
import hashlib
import hmac
import json
import shutil
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "streaming-reject"
SECRET, DATE, REGION = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "20130524T000000Z", "us-east-1"
SEED = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
TRAILER = SIGNED + "-TRAILER"
UNSIGNED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
SHA256, SHA512, MD5 = "x-amz-checksum-sha256", "x-amz-checksum-sha512", "x-amz-checksum-md5"
SCOPE = f"{DATE[:8]}/{REGION}/s3/aws4_request"
CRC32 = "x-amz-checksum-crc32"
HELLO = "NhCmhg=="  # CRC-32 of `hello`
BIG = 8192


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256)


def sha256(data):
    return hashlib.sha256(data.encode()).hexdigest()


def signing_key():
    key = ("AWS4" + SECRET).encode()
    for part in SCOPE.split("/"):
        key = mac(key, part).digest()
    return key


class Body:
    """Parts of an encoded body: texts, and (text, times) for what is long."""

    def __init__(self, signed=True, seed=SEED):
        self.signed, self.previous, self.parts = signed, seed, []

    def sign(self, *lines):
        kind = "PAYLOAD" if len(lines) == 2 else "TRAILER"
        text = "\n".join(["AWS4-HMAC-SHA256-" + kind, DATE, SCOPE, self.previous, *lines])
        self.previous = mac(signing_key(), text).hexdigest()
        return self.previous

    def raw(self, text):
        self.parts.append(text)
        return self

    def chunk(self, text, times=1, line=None, end="\r\n"):
        """`line` makes the line from length and signature; `end` follows the data."""
        data = text * times
        line = line or (lambda length, rest: f"{length:x}{rest}\r\n")
        rest = ";chunk-signature=" + self.sign(sha256(""), sha256(data)) if self.signed else ""
        self.raw(line(len(data), rest))
        if data:
            self.parts.append({"text": text, "times": times} if times > 1 else data)
            self.raw(end)
        return self

    def end(self, trailers=(), sign=None, last="\r\n", wire=None):
        """The empty chunk, trailers (on the wire `wire`), their signature."""
        self.chunk("")
        if wire is None:
            wire = "".join(f"{name}:{value}\r\n" for name, value in trailers)
        self.raw(wire)
        if sign if sign is not None else trailers and self.signed:
            canonical = "".join(f"{name}:{value}\n" for name, value in sorted(trailers))
            self.raw(f"x-amz-trailer-signature:{self.sign(sha256(canonical))}\r\n")
        return self.raw(last)

    def replace(self, old, new):
        whole = [part for part in self.parts if isinstance(part, str) and old in part]
        assert len(whole) == 1, (old, self.parts)
        self.parts = [part.replace(old, new) if part in whole else part for part in self.parts]
        return self


def hello():
    return Body().chunk("hello")


def trailed(**how):
    return hello().end([(CRC32, HELLO)], **how)


def other_digit(digit):
    return "0" if digit != "0" else "1"


def flip(body, index):
    """Another last digit of a signature, the index-th of the body."""
    marks = [at for at, part in enumerate(body.parts)
             if isinstance(part, str) and "-signature" in part]
    line = body.parts[marks[index]]
    body.parts[marks[index]] = line[:-3] + other_digit(line[-3]) + line[-2:]
    return body


def cases():
    """(name, flaw, payload, decoded length, trailers, body, what was good, error)"""
    # 1. Signatures.
    mismatch = "ChunkSignatureMismatch {{ chunk: {} }}".format
    two = lambda: Body().chunk("a", BIG).chunk("hello")
    yield "signature-first", "the signature of the first chunk", SIGNED, 5, "", flip(hello().end(), 0), 0, mismatch(0)
    yield "signature-second", "the signature of the second chunk", SIGNED, BIG + 5, "", flip(two().end(), 1), BIG, mismatch(1)
    yield "signature-empty", "the signature of the empty chunk", SIGNED, 5, "", flip(hello().end(), 1), 5, mismatch(1)
    yield "signature-seed", "signed behind another request", SIGNED, 5, "", Body(seed="0" * 64).chunk("hello").end(), 0, mismatch(0)
    yield "data-changed", "a byte of the data", SIGNED, 5, "", hello().end().replace("hello", "hellp"), 0, mismatch(0)
    swapped = Body().chunk("a", BIG).chunk("b", BIG).chunk("c").end()
    swapped.parts[0:6] = swapped.parts[3:6] + swapped.parts[0:3]
    yield "chunks-swapped", "two chunks change places", SIGNED, 2 * BIG + 1, "", swapped, 0, mismatch(0)
    dropped = Body().chunk("a", BIG).chunk("b", BIG).chunk("c").end()
    del dropped.parts[3:6]
    yield "chunk-dropped", "a chunk is left out", SIGNED, BIG + 1, "", dropped, BIG, mismatch(1)
    repeated = Body().chunk("a", BIG).chunk("b", BIG).end()
    repeated.parts[3:3] = repeated.parts[0:3]
    yield "chunk-repeated", "a chunk is sent twice", SIGNED, 3 * BIG, "", repeated, BIG, mismatch(1)
    yield "chunk-joined", "two chunks are sent as one, under the first signature", SIGNED, 10, "", \
        hello().end().replace("5;", "a;").replace("hello", "hellohello"), 0, mismatch(0)

    # 2. The line of a chunk.
    length = "MalformedChunkLength {{ chunk: {}, position: {} }}".format
    def line(name, flaw, make, error, payload=SIGNED, trailers=""):
        body = Body(payload != UNSIGNED)
        return name, flaw, payload, 5, trailers, body.chunk("hello", line=make).end(), 0, error
    yield line("length-missing", "no length", lambda n, rest: f"{rest}\r\n", length(0, 0))
    yield line("length-sign", "a sign", lambda n, rest: f"+{n:x}{rest}\r\n", length(0, 0))
    yield line("length-space", "a space in front of the length", lambda n, rest: f" {n:x}{rest}\r\n", length(0, 0))
    yield line("length-space-behind", "a space behind the length", lambda n, rest: f"{n:x} {rest}\r\n", length(0, 1))
    yield line("length-0x", "0x in front of the length", lambda n, rest: f"0x{n:x}{rest}\r\n", length(0, 1))
    yield line("length-overflow", "a length of 17 digits", lambda n, rest: f"1{n:016x}{rest}\r\n", length(0, 16))
    yield line("length-no-hex", "a letter that is no digit", lambda n, rest: f"{n:x}g{rest}\r\n", length(0, 1))
    yield line("line-empty", "an empty line", lambda n, rest: f"\r\n{n:x}{rest}\r\n", length(0, 0))
    yield line("line-long", "a line of more than 1,024 bytes", lambda n, rest: f"{n:x}{rest}{' ' * 1024}\r\n",
               "LineTooLong { chunk: 0, position: 0, limit: 1024 }")
    chunk_signature = "MalformedChunkSignature {{ chunk: {}, position: {} }}".format
    yield line("signature-missing", "no signature", lambda n, rest: f"{n:x}\r\n", chunk_signature(0, 1))
    yield line("signature-short", "a signature of 63 digits", lambda n, rest: f"{n:x}{rest[:-1]}\r\n", chunk_signature(0, 1))
    yield line("signature-long", "a signature of 65 digits", lambda n, rest: f"{n:x}{rest}0\r\n", chunk_signature(0, 1))
    yield line("signature-upper", "a signature in capital letters",
               lambda n, rest: f"{n:x};chunk-signature={rest[17:].upper()}\r\n", chunk_signature(0, 1))
    yield line("signature-name", "another name for the signature", lambda n, rest: f"{n:x}{rest.replace('chunk', 'Chunk')}\r\n",
               chunk_signature(0, 1))
    yield line("signature-extension", "something behind the signature", lambda n, rest: f"{n:x}{rest};a=b\r\n", chunk_signature(0, 1))
    yield line("signature-of-unsigned", "a signature where chunks are not signed",
               lambda n, rest: f"{n:x};chunk-signature={'0' * 64}\r\n", chunk_signature(0, 1), UNSIGNED)
    yield line("extension-of-unsigned", "an extension where chunks are not signed",
               lambda n, rest: f"{n:x};a=b\r\n", chunk_signature(0, 1), UNSIGNED)
    no_break = "MissingLineBreak {{ chunk: {}, position: {} }}".format
    yield line("line-break-lf", "a line that ends in LF alone", lambda n, rest: f"{n:x}{rest}\n", no_break(0, 82))
    yield ("data-break-missing", "no CR LF behind the data", SIGNED, 5, "",
           Body().chunk("hello", end="").end(), 5, no_break(0, 89))
    yield ("data-break-lf", "LF alone behind the data", SIGNED, 5, "",
           Body().chunk("hello", end="\n").end(), 5, no_break(0, 89))
    yield ("data-break-cr", "CR alone behind the data", SIGNED, 5, "",
           Body().chunk("hello", end="\r").end(), 5, no_break(0, 90))
    yield ("data-longer", "one byte more than the length says", UNSIGNED, 5, "",
           Body(False).raw("5\r\nhello!\r\n0\r\n\r\n"), 5, no_break(0, 8))

    # 3. The least length of a chunk.
    small = "ChunkTooSmall {{ chunk: {}, length: {}, limit: 8192 }}".format
    yield ("chunk-small", "a chunk of 8,191 bytes in front of another one", SIGNED, BIG, "",
           Body().chunk("a", BIG - 1).chunk("b").end(), BIG - 1, small(0, BIG - 1))
    yield ("chunk-small-unsigned", "the same of chunks that are not signed", UNSIGNED, BIG + 6, "",
           Body(False).chunk("a", BIG).chunk("hello").chunk("b").end(), BIG + 5, small(1, 5))

    yield ("chunk-empty", "an empty chunk between two others", SIGNED, BIG + 1, "",
           Body().chunk("a", BIG).chunk("").chunk("b").end(), BIG, f"DecodedLengthDiffers {{ length: {BIG}, expected: {BIG + 1} }}")
    yield ("chunk-empty-first", "an empty chunk in front of all", UNSIGNED, 5, "",
           Body(False).chunk("").chunk("hello").end(), 0, "DecodedLengthDiffers { length: 0, expected: 5 }")
    yield ("chunk-empty-twice", "a second empty chunk", SIGNED, 5, "", hello().chunk("").end(), 5,
           "MalformedTrailer { position: 175 }")

    # 4. The sum of the data.
    yield ("sum-more", "more data than x-amz-decoded-content-length", SIGNED, BIG + 4, "", two().end(), BIG,
           f"DecodedLengthExceeded {{ chunk: 1, expected: {BIG + 4} }}")
    yield ("sum-fewer", "fewer data than x-amz-decoded-content-length", SIGNED, 6, "", hello().end(), 5,
           "DecodedLengthDiffers { length: 5, expected: 6 }")
    yield ("sum-fewer-unsigned", "the same of a body that is not signed", UNSIGNED, 6, "",
           Body(False).chunk("hello").end(), 5, "DecodedLengthDiffers { length: 5, expected: 6 }")
    yield ("length-huge", "a length of all bits", UNSIGNED, 5, "", Body(False).raw("ffffffffffffffff\r\nhello\r\n"), 0,
           "DecodedLengthExceeded { chunk: 0, expected: 5 }")

    # 5. The end.
    yield ("end-missing", "no empty chunk", SIGNED, 5, "", hello(), 5, "Incomplete { chunk: 1, position: 91 }")
    yield "data-shorter", "fewer data than the length says", SIGNED, 5, "", hello().end().replace("hello", "hel"), 0, mismatch(0)
    cut = hello()
    cut.parts = [cut.parts[0], "hel"]
    yield "end-in-chunk", "the body ends in the data of a chunk", SIGNED, 5, "", cut, 0, "Incomplete { chunk: 0, position: 87 }"
    yield ("end-last-break", "the last CR LF is missing", SIGNED, 5, "", hello().end(last=""), 5,
           "Incomplete { chunk: 1, position: 175 }")
    yield ("end-half-break", "the last LF is missing", SIGNED, 5, "", hello().end(last="\r"), 5,
           "Incomplete { chunk: 1, position: 176 }")
    yield ("end-empty", "no body at all", UNSIGNED, 0, "", Body(False), 0, "Incomplete { chunk: 0, position: 0 }")

    # 6. The trailer.
    good = [(CRC32, HELLO)]
    unexpected = "UnexpectedTrailer {{ position: {} }}".format
    yield ("trailer-not-announced", "a trailer that was not announced", TRAILER, 5, CRC32,
           hello().end(good + [("x-amz-meta-a", "b")]), 5, unexpected(206))
    yield ("trailer-missing", "an announced trailer is not there", TRAILER, 5, f"{CRC32},x-amz-meta-a", trailed(), 5,
           "MissingTrailer { index: 1 }")
    yield ("trailer-stripped", "trailer and signature are taken away", TRAILER, 5, CRC32, hello().end(), 5,
           "MissingTrailer { index: 0 }")
    yield ("trailer-twice", "a trailer is there twice", TRAILER, 5, CRC32,
           trailed(wire=f"{CRC32}:{HELLO}\r\n" * 2), 5, unexpected(206))
    yield ("trailer-name-upper", "a name in capital letters", TRAILER, 5, CRC32,
           trailed(wire=f"{CRC32.upper()}:{HELLO}\r\n"), 5, "MalformedTrailer { position: 175 }")
    yield ("trailer-no-colon", "a trailer without a colon", TRAILER, 5, CRC32, trailed(wire=f"{CRC32}\r\n"), 5,
           "MalformedTrailer { position: 175 }")
    yield ("trailer-no-value", "a trailer without a value", TRAILER, 5, CRC32, trailed(wire=f"{CRC32}:\r\n"), 5,
           "MalformedTrailer { position: 175 }")
    yield ("trailer-empty-line", "an empty line between the empty chunk and the trailer", TRAILER, 5, CRC32,
           trailed(wire=f"\r\n{CRC32}:{HELLO}\r\n"), 5, "MissingTrailer { index: 0 }")
    yield ("trailer-signature-missing", "the trailer is not signed", TRAILER, 5, CRC32, trailed(sign=False), 5,
           "MalformedTrailerSignature { position: 206 }")
    yield ("trailer-signature-short", "the signature of the trailer has 63 digits", TRAILER, 5, CRC32,
           shorten(trailed()), 5, "MalformedTrailerSignature { position: 206 }")
    yield ("trailer-signature-wrong", "the signature of the trailer", TRAILER, 5, CRC32, flip(trailed(), 2), 5,
           "TrailerSignatureMismatch")
    yield ("trailer-value-changed", "another checksum than the signed one", TRAILER, 5, CRC32,
           trailed(wire=f"{CRC32}:NhCmhQ==\r\n"), 5, "TrailerSignatureMismatch")
    yield ("trailer-signature-upper", "the signature of the trailer in capital letters", TRAILER, 5, CRC32, capital(trailed()), 5,
           "MalformedTrailerSignature { position: 206 }")
    yield ("trailer-behind-data", "signed behind the last data, not behind the empty chunk", TRAILER, 5, CRC32,
           behind_data(good), 5, "TrailerSignatureMismatch")
    for name, flaw, value in ("cr", "CR within a value", "NhC\rmhg=="), ("ascii", "a value that is not ASCII", "NhCmhg\u00e9="), \
            ("nul", "NUL within a value", "NhC\0mhg=="), ("lf", "LF within a value", "NhC\nmhg=="):
        error = no_break(1, 199) if name == "lf" else "MalformedTrailer { position: 175 }"
        yield f"trailer-value-{name}", flaw, TRAILER, 5, CRC32, hello().end([(CRC32, value)]), 5, error
    yield ("trailer-name-space", "a space in front of the colon", TRAILER, 5, CRC32,
           trailed(wire=f"{CRC32} :{HELLO}\r\n"), 5, "MalformedTrailer { position: 175 }")
    early = trailed()
    early.parts[-3:-1] = early.parts[-2], early.parts[-3]
    yield ("trailer-signature-first", "the signature in front of its trailer", TRAILER, 5, CRC32, early, 5,
           "MissingTrailer { index: 0 }")
    behind = trailed()
    behind.parts[-1:] = "x-amz-meta-a:b\r\n", "\r\n"
    yield ("trailer-behind-signature", "a trailer behind the signature", TRAILER, 5, CRC32, behind, 5, unexpected(296))
    twice = trailed()
    twice.parts[-1:-1] = twice.parts[-2:-1]
    yield "trailer-signature-twice", "the signature twice", TRAILER, 5, CRC32, twice, 5, unexpected(296)
    yield ("trailer-unasked", "a trailer where x-amz-content-sha256 says that there is none", SIGNED, 5, "", trailed(), 5,
           unexpected(175))
    yield ("trailer-unasked-signature", "a signature of a trailer that is not to be there", SIGNED, 5, "",
           hello().end(sign=True), 5, unexpected(175))
    yield ("trailer-signed-unsigned", "a signature of a trailer that is not signed", UNSIGNED, 5, CRC32,
           Body(False).chunk("hello").end(good, sign=True), 5, unexpected(44))

    # 7. The checksum.
    malformed, differs = "MalformedChecksum { index: 0 }", "ChecksumMismatch { index: 0 }"
    for payload, kind in (TRAILER, "signed"), (UNSIGNED, "unsigned"):
        body = lambda value: Body(payload != UNSIGNED).chunk("hello").end([(CRC32, value)])
        yield f"checksum-{kind}", "the checksum of other data", payload, 5, CRC32, body("NhCmhQ=="), 5, differs
        yield f"checksum-length-{kind}", "a checksum of three bytes", payload, 5, CRC32, body("NhCm"), 5, malformed
        yield f"checksum-base64-{kind}", "a checksum that is no base64", payload, 5, CRC32, body("NhCm*g=="), 5, malformed
        yield f"checksum-padding-{kind}", "a checksum without padding", payload, 5, CRC32, body("NhCmhg"), 5, malformed
    both = lambda sum: [(CRC32, HELLO), (SHA256, sum)]
    yield ("checksum-second", "the second of two checksums", TRAILER, 5, f"{CRC32},{SHA256}",
           hello().end(both(of(hashlib.sha256, "hellp"))), 5, "ChecksumMismatch { index: 1 }")
    yield ("checksum-sha512", "a checksum by SHA-512 of other data", UNSIGNED, 5, SHA512,
           Body(False).chunk("hello").end([(SHA512, of(hashlib.sha512, "hellp"))]), 5, differs)
    for payload, kind in (TRAILER, "signed"), (UNSIGNED, "unsigned"):
        yield (f"checksum-unknown-{kind}", "a checksum that is not computed here", payload, 5, f"{CRC32},{MD5}",
               Body(payload != UNSIGNED).chunk("hello").end([(CRC32, HELLO), (MD5, of(hashlib.md5, "hello"))]), 0,
               "UncheckedChecksum { index: 1 }")
    yield ("checksum-data", "a byte of data that are not signed", UNSIGNED, 5, CRC32,
           Body(False).chunk("hellp").end(good), 5, differs)

    # 8. Behind the end.
    yield "behind-end", "a byte behind the end", SIGNED, 5, "", hello().end().raw("!"), 5, "DataAfterEnd { position: 177 }"
    yield ("behind-end-chunk", "a second body behind the first", UNSIGNED, 5, "",
           Body(False).chunk("hello").end().raw("5\r\nhello\r\n0\r\n\r\n"), 5, "DataAfterEnd { position: 15 }")


def capital(body):
    body.parts[-2] = body.parts[-2][:-3] + "A\r\n"
    return body


def behind_data(trailers):
    body = hello()
    behind = body.previous
    body.chunk("")
    body.previous = behind
    canonical = "".join(f"{name}:{value}\n" for name, value in trailers)
    body.raw("".join(f"{name}:{value}\r\n" for name, value in trailers))
    return body.raw(f"x-amz-trailer-signature:{body.sign(sha256(canonical))}\r\n").raw("\r\n")


def of(algorithm, data):
    return base64.b64encode(algorithm(data.encode()).digest()).decode()


def shorten(body):
    body.parts[-2] = body.parts[-2][:-3] + "\r\n"
    return body


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    for name, flaw, payload, length, trailers, body, good, error in cases():
        vector = {
            "case": name,
            "flaw": flaw,
            "secret_access_key": SECRET,
            "timestamp": DATE,
            "region": REGION,
            "seed_signature": SEED,
            "payload": payload,
            "decoded_length": length,
            "trailers": trailers,
            "body": [part for part in body.parts if part],
            "handed_on": good,
            "error": error,
        }
        path = FOLDER / f"{name}.json"
        assert not path.exists(), name
        path.write_text(json.dumps(vector, indent=2) + "\n")


main()
