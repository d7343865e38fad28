"""The cases, and what is said of each: name, status, and whether the service saw what was sent."""

import json
import os

URL = os.environ["SIGV4_URL"]
HOST = URL.split("/")[2]
REGION = "us-east-1"
SERVICE = "execute-api"
KEYS = {False: ("AKIDEVERYTHING", "everything-secret", None), True: ("ASIAEVERYTHING", "everything-secret", "the+token/==")}


class Case:
    def __init__(self, row):
        self.name = row["name"]
        self.method = row["method"]
        self.target = row["target"]
        self.url = URL + self.target
        self.body = (row["body"] * row.get("times", 1)).encode()
        self.key, self.secret, self.token = KEYS[row["token"]]

    def said(self, status, answer):
        """Prints the case's line. What was taken has to have arrived as it was meant."""
        if status == 200:
            echo = json.loads(answer)
            if (echo["method"], echo["body"].encode()) != (self.method, self.body):
                status = f"200, but arrived as {echo['method']} with {len(echo['body'])} characters"
        print(self.name, status, sep="\t", flush=True)


def cases():
    with open(os.path.join(os.path.dirname(__file__), "cases.json"), encoding="utf-8") as file:
        return [Case(row) for row in json.load(file)]
