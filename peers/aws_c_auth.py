"""AWS's C signer below what its Python module shows: chunks and trailers of uploads, events.

`awscrt` signs requests only, but its library has the C functions that sign the rest and that verify signatures of Version 4A (aws-c-auth: `aws_sign_request_aws`,
`aws_verify_sigv4a_signing`). They are called by their places in the library's table of symbols. Two
small constructors that the module has no use for were not linked into it
(`aws_signable_new_chunk`, `aws_signable_new_trailing_headers`): the object that answers what the
signer asks of a chunk or a trailer is made here. All else is AWS's code as AWS compiled it.

The structures are those of 64-bit Linux in awscrt 0.38.1 (`crt/aws-c-*/include` of its source).
`Library()` fails unless it gives the signatures of S3's worked example.
"""

import ctypes
import struct
import sys
from ctypes import (
    CFUNCTYPE, POINTER, Structure, addressof, byref, c_bool, c_char, c_char_p, c_double, c_int, c_int64,
    c_size_t, c_uint16, c_uint32, c_uint64, c_void_p, cast, pointer, sizeof, string_at,
)

import _awscrt
import awscrt.auth  # initialises the libraries

V4, V4A = 0, 1  # AWS_SIGNING_ALGORITHM_V4, …_V4_ASYMMETRIC
CHUNK, EVENT, TRAILER = 2, 3, 6  # AWS_ST_HTTP_REQUEST_CHUNK, …_EVENT, …_TRAILING_HEADERS


class Cursor(Structure):
    _fields_ = [("length", c_size_t), ("data", c_void_p)]


class Tm(Structure):
    _fields_ = [("parts", c_int * 9), ("offset", c_int64), ("zone", c_void_p)]


class DateTime(Structure):
    _fields_ = [
        ("timestamp", c_int64), ("milliseconds", c_uint16), ("zone", c_char * 6), ("gmt", Tm), ("local", Tm),
        ("utc_assumed", c_bool),
    ]


class SigningConfig(Structure):
    _fields_ = [
        ("config_type", c_int), ("algorithm", c_int), ("signature_type", c_int), ("region", Cursor),
        ("service", Cursor), ("date", DateTime), ("should_sign_header", c_void_p),
        ("should_sign_header_ud", c_void_p), ("flags", c_uint32), ("signed_body_value", Cursor),
        ("signed_body_header", c_int), ("credentials", c_void_p), ("credentials_provider", c_void_p),
        ("expiration_in_seconds", c_uint64),
    ]


class String(Structure):
    """Its bytes follow."""
    _fields_ = [("allocator", c_void_p), ("length", c_size_t)]

    def text(self):
        return string_at(addressof(self) + sizeof(String), self.length).decode()


class ArrayList(Structure):
    _fields_ = [
        ("allocator", c_void_p), ("size", c_size_t), ("length", c_size_t), ("item_size", c_size_t),
        ("data", c_void_p),
    ]


class Pair(Structure):
    _fields_ = [("name", Cursor), ("value", Cursor)]


class Vtable(Structure):
    _fields_ = [
        ("get_property", CFUNCTYPE(c_int, c_void_p, POINTER(String), POINTER(Cursor))),
        ("get_property_list", CFUNCTYPE(c_int, c_void_p, POINTER(String), POINTER(c_void_p))),
        ("get_payload_stream", CFUNCTYPE(c_int, c_void_p, POINTER(c_void_p))),
        ("destroy", CFUNCTYPE(None, c_void_p)),
    ]


class Signable(Structure):
    _fields_ = [("allocator", c_void_p), ("impl", c_void_p), ("vtable", POINTER(Vtable))]


OnComplete = CFUNCTYPE(None, c_void_p, c_int, c_void_p)


def symbols(path):
    """Name and address of everything in an ELF file's full table of symbols."""
    with open(path, "rb") as file:
        elf = file.read()
    if elf[:6] != b"\x7fELF\2\1":
        sys.exit(f"{path}: no ELF file of 64 bits")
    offset, = struct.unpack_from("<Q", elf, 0x28)
    size, count = struct.unpack_from("<HH", elf, 0x3A)
    sections = [struct.unpack_from("<IIQQQQIIQQ", elf, offset + size * number) for number in range(count)]
    found = {}
    for _, kind, _, _, start, length, link, _, _, entry in sections:
        if kind == 2:  # SHT_SYMTAB
            names = sections[link][4]
            for place in range(start, start + length, entry):
                name, _, _, _, value, _ = struct.unpack_from("<IBBHQQ", elf, place)
                end = elf.index(b"\0", names + name)
                found[elf[names + name : end].decode()] = value
    return found


class Library:
    def __init__(self):
        path = _awscrt.__file__
        places = symbols(path)
        entry = "PyInit__awscrt"
        base = cast(getattr(ctypes.CDLL(path), entry), c_void_p).value - places[entry]

        def address(name):
            if name not in places:
                sys.exit(f"{path} has no symbol {name}")
            return base + places[name]

        def function(name, *types):
            return CFUNCTYPE(*types)(address(name))

        self.allocator = function("aws_default_allocator", c_void_p)()
        self.last_error = function("aws_last_error", c_int)
        self.error_name = function("aws_error_name", c_char_p, c_int)
        self.date_time = function("aws_date_time_init_epoch_secs", None, POINTER(DateTime), c_double)
        self.credentials = function("aws_credentials_new", c_void_p, c_void_p, Cursor, Cursor, Cursor, c_uint64)
        self.stream = function("aws_input_stream_new_from_cursor", c_void_p, c_void_p, POINTER(Cursor))
        self.stream_release = function("aws_input_stream_release", c_void_p, c_void_p)
        self.sign = function(
            "aws_sign_request_aws", c_int, c_void_p, POINTER(Signable), POINTER(SigningConfig), OnComplete, c_void_p)
        self.verify = function(
            "aws_verify_sigv4a_signing", c_int, c_void_p, POINTER(Signable), POINTER(SigningConfig), Cursor,
            Cursor, Cursor, Cursor)
        self.result = function(
            "aws_signing_result_get_property", c_int, c_void_p, c_void_p, POINTER(POINTER(String)))
        self.signature = c_void_p.from_address(address("g_aws_signature_property_name")).value
        self.self_test()

    def failure(self, code=0):
        return RuntimeError(self.error_name(code or self.last_error()).decode())

    def self_test(self):
        """Chunked upload of the S3 API reference; the trailer is that of aws-c-auth's own test."""
        credentials = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        chain = Chain(self, credentials, V4, "us-east-1", "s3", 1369353600)
        signature, chunks = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9", []
        for length in 65536, 1024, 0:
            signature = chain.sign_chunk(signature, b"a" * length)
            chunks.append(signature[:8])
        trailer = chain.sign_trailer(signature, [("third", "3rd"), ("first", "1st"), ("second", "2nd")])
        if (*chunks, trailer[:8]) != ("ad80c730", "0055627c", "b6c6ea8a", "df5735bd"):
            sys.exit(f"awscrt's functions are not called as they have to be: {chunks}, {trailer}")


class Kept:
    """Bytes that stay where they are."""

    def __init__(self, text):
        data = text if isinstance(text, bytes) else text.encode()
        self.buffer = ctypes.create_string_buffer(data, max(len(data), 1))
        self.cursor = Cursor(len(data), addressof(self.buffer))


class Chain:
    """Links behind requests of one time and scope."""

    def __init__(self, library, credentials, algorithm, region, service, seconds):
        self.library = library
        self.kept = [Kept(text) for text in (*credentials, region, service)]
        access_key_id, secret, region, service = (kept.cursor for kept in self.kept)
        self.config = SigningConfig(
            config_type=1, algorithm=algorithm, region=region, service=service,
            credentials=library.credentials(library.allocator, access_key_id, secret, Cursor(), 2**64 - 1))
        self.set_time(seconds)

    def set_time(self, seconds):
        self.library.date_time(byref(self.config.date), seconds)

    def sign_chunk(self, previous, data):
        """As it goes on the wire: by Version 4A filled up with `*`."""
        return self.with_signable(CHUNK, previous, data, [], self.sign)

    def sign_trailer(self, previous, trailers):
        return self.with_signable(TRAILER, previous, None, trailers, self.sign)

    def sign_event(self, previous, payload, seconds):
        """Of a message of an event stream, which has a time of its own."""
        self.set_time(seconds)
        return self.with_signable(EVENT, previous, payload, [], self.sign)

    def verify_chunk(self, previous, data, signature, key):
        return self.with_signable(CHUNK, previous, data, [], lambda it: self.verify(it, signature, key, ""))

    def verify_trailer(self, previous, trailers, signature, key):
        canonical = "".join(f"{name}:{value}\n" for name, value in sorted(trailers))
        return self.with_signable(
            TRAILER, previous, None, trailers, lambda it: self.verify(it, signature, key, canonical))

    def sign(self, signable):
        library, answers = self.library, []

        def on_complete(result, code, _):
            text = POINTER(String)()
            if code or library.result(result, library.signature, byref(text)) or not text:
                answers.append(library.failure(code))
            else:
                answers.append(text.contents.text())

        # The credentials are at hand: it is complete when this returns.
        failed = library.sign(library.allocator, byref(signable), byref(self.config), OnComplete(on_complete), None)
        answer = library.failure() if failed else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def verify(self, signable, signature, key, canonical):
        """`key` is the public one, both coordinates as hexadecimal digits."""
        library, kept = self.library, [Kept(text) for text in (canonical, signature, *key)]
        return not library.verify(
            library.allocator, byref(signable), byref(self.config), *(text.cursor for text in kept))

    def with_signable(self, kind, previous, data, trailers, use):
        """What `aws_signable_new_chunk` or `aws_signable_new_trailing_headers` makes."""
        library, previous = self.library, Kept(previous)
        texts = [(Kept(name), Kept(value)) for name, value in trailers]
        pairs = (Pair * max(len(texts), 1))(*((name.cursor, value.cursor) for name, value in texts))
        headers = ArrayList(library.allocator, sizeof(pairs), len(texts), sizeof(Pair), addressof(pairs))
        content = Kept(data or b"")
        stream = library.stream(library.allocator, byref(content.cursor)) if data is not None else None

        def get_property(_, name, out):
            if name.contents.text() != "previous-signature":
                return -1
            out[0] = previous.cursor
            return 0

        def get_property_list(_, name, out):
            if kind != TRAILER or name.contents.text() != "headers":
                return -1
            out[0] = addressof(headers)
            return 0

        def get_payload_stream(_, out):
            out[0] = stream
            return 0

        types = dict(Vtable._fields_)
        vtable = Vtable(
            types["get_property"](get_property), types["get_property_list"](get_property_list),
            types["get_payload_stream"](get_payload_stream), types["destroy"](lambda _: None))
        self.config.signature_type = kind
        try:
            return use(Signable(library.allocator, None, pointer(vtable)))
        finally:
            if stream:
                library.stream_release(stream)
