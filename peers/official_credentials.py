"""Finds credentials with botocore: JSON lines of files and variables in, JSON lines of what is found out."""

import getpass
import json
import os
import sys

# botocore looks for the folder of tokens, and for who is asked for codes, when it is loaded.
os.environ["HOME"] = sys.argv[3]
getpass.getpass = lambda *_: "123456"

from botocore.loaders import create_loader  # noqa: E402
from botocore.session import Session  # noqa: E402

REFUSED = "(refused)"
LOADER = create_loader()  # one for all: it keeps the models that it has read


def region_of(session):
    try:
        return session.get_config_variable("region")
    except Exception:  # whatever it is, there is no region
        return REFUSED


def found(session):
    try:
        credentials = session.get_credentials()
        if credentials is None:
            return {"verdict": "none"}
        keys = credentials.get_frozen_credentials()
    except Exception as error:  # whatever it is, the input was refused
        return {"verdict": "error", "error": f"{type(error).__name__}: {error}"}
    return {
        "verdict": "credentials",
        "access_key_id": keys.access_key,
        "secret": keys.secret_key,
        "token": keys.token,
    }


def main(pairs, official):
    with open(pairs, encoding="utf-8") as lines, open(official, "w", encoding="utf-8") as out:
        for line in lines:
            pair = json.loads(line)
            os.environ.clear()
            os.environ.update(pair["environment"])
            session = Session(profile=pair["profile"])
            session.register_component("data_loader", LOADER)
            answer = {"region": region_of(session), **found(session)}
            out.write(json.dumps(answer, default=str) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:3])
