"""The vectors of uploads and event streams, by AWS's C signer: each published signature once more."""

import json
import sys
from datetime import datetime, timezone
from pathlib import Path

from aws_c_auth import V4, V4A, Chain, Library
from official_sigv4a import public_coordinates

VECTORS = Path(__file__).resolve().parent.parent / "test-vectors"


def seconds(stamp):
    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc).timestamp()


def read(folder):
    for path in sorted((VECTORS / folder).glob("*.json")):
        yield f"{folder}/{path.name}", json.loads(path.read_text(encoding="utf-8"))


def data(vector):
    of = vector["data"]
    if "text" in of:
        return of["text"].encode() * of["times"]
    return bytes(place % of["modulo"] for place in range(of["length"]))


def uploads(folder, library, algorithm):
    """Whether each link is right."""
    for name, vector in read(folder):
        if "UNSIGNED" in vector["payload"]:
            continue
        credentials = vector["access_key_id"], vector["secret_access_key"]
        chain = Chain(library, credentials, algorithm, vector["region"], "s3", seconds(vector["timestamp"]))
        key = public_coordinates(*credentials)
        rest, previous = data(vector), vector["seed_signature"]
        for chunk in vector["chunks"]:
            piece, rest = rest[: chunk["length"]], rest[chunk["length"] :]
            signature = chunk["signature"]
            if algorithm == V4:
                yield name, chain.sign_chunk(previous, piece) == signature
            else:
                yield name, chain.verify_chunk(previous, piece, signature, key)
            previous = signature
        if vector.get("trailer"):
            trailers = [line.split(":", 1) for line in vector["trailer"]["canonical"].splitlines()]
            signature = vector["trailer"]["signature"]
            if algorithm == V4:
                yield name, chain.sign_trailer(previous, trailers) == signature
            else:
                yield name, chain.verify_trailer(previous, trailers, signature, key)


def events(library):
    for name, vector in read("event-stream"):
        if "events" not in vector:  # one of the query form: a request, and no signed events
            continue
        credentials = vector["access_key_id"], vector["secret_access_key"]
        chain = Chain(library, credentials, V4, vector["region"], vector["service"], 0)
        # The signature before the first: that of the request.
        previous = vector["events"][0]["string_to_sign"].split("\n")[3]
        for event in vector["events"]:
            signature = chain.sign_event(previous, bytes.fromhex(event["payload_hex"]), seconds(event["time"]))
            yield name, signature == event["signature"]
            previous = event["signature"]


def main():
    library = Library()
    links = [
        *uploads("streaming", library, V4), *uploads("streaming-v4a", library, V4A), *events(library),
    ]
    wrong = sorted({name for name, right in links if not right})
    print(f"aws-c-auth: {len(links)} signatures of {len({name for name, _ in links})} vectors, {len(wrong)} wrong")
    sys.exit("\n".join(wrong) if wrong else not links)


if __name__ == "__main__":
    main()
