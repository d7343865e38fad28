"""Uploads, to OpenStack Swift's `s3api`: JSON lines in, JSON lines out, in the folder that it is given.

Its middleware runs as in a proxy: `s3api` reads the request, Swift's `tempauth` has it check the
signature with the user's key, and a store reads the body through it.
"""

import hashlib
import io
import json
import logging
import os
import re
import sys

from swift.common.middleware import tempauth
from swift.common.middleware.s3api import s3api
from swift.common.swob import Request, Response

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
CONFIGURATION = {
    "user_AKID_EXAMPLE": f"{SECRET} .admin",
    "auth_pipeline_check": "false",  # there is no configuration file to look into
    "allowable_clock_skew": "1000000000",  # the uploads have a date of long ago
}


class Store:
    """Behind the middleware: takes objects, and forgets all but their SHA-256."""

    def __init__(self):
        self.sha256 = None

    def __call__(self, environ, start_response):
        request = Request(environ)
        denied = environ["swift.authorize"](request)
        if denied:
            return denied(environ, start_response)
        if request.method != "PUT":
            return Response(status=204, request=request)(environ, start_response)
        digest, length = hashlib.sha256(), 0
        while piece := environ["wsgi.input"].read(50_000):
            digest.update(piece)
            length += len(piece)
        if length != request.content_length:
            return Response(status=499, request=request)(environ, start_response)
        self.sha256 = digest.hexdigest()
        headers = {"etag": "0" * 32, "last-modified": "Sun, 30 Aug 2015 12:36:00 GMT"}
        return Response(status=201, request=request, headers=headers)(environ, start_response)


def answer(sent, bodies, store, application):
    bodies.seek(sent["offset"])
    body = io.BytesIO(bodies.read(sent["length"]))
    environ = {"REQUEST_METHOD": "PUT", "RAW_PATH_INFO": sent["target"], "wsgi.input": body}
    store.sha256 = None
    request = Request.blank(sent["target"], environ=environ, headers=dict(sent["headers"]))
    response = request.get_response(application)
    code = re.search(rb"<Code>(\w+)</Code>", response.body)
    return {
        "id": sent["id"], "status": response.status_int, "code": code and code[1].decode(),
        "sha256": store.sha256,
    }


def main(folder):
    logging.disable(logging.CRITICAL)
    store = Store()
    application = tempauth.filter_factory({}, **CONFIGURATION)(store)
    application = s3api.filter_factory({}, **CONFIGURATION)(application)
    path = lambda name: os.path.join(folder, name)
    with open(path("swift.jsonl")) as lines, open(path("bodies.bin"), "rb") as bodies, \
            open(path("swift-answers.jsonl"), "w") as answers:
        for line in lines:
            answers.write(json.dumps(answer(json.loads(line), bodies, store, application)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
