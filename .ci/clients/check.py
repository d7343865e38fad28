"""What each client got for each case, against refused.tsv: no refusal more, none less."""

import csv
import json
import os
import sys

here = os.path.dirname(__file__)
with open(os.path.join(here, "cases.json"), encoding="utf-8") as file:
    names = {row["name"]: row["token"] for row in json.load(file)}
with open(os.path.join(here, "refused.tsv"), encoding="utf-8") as file:
    known = [(row["client"], row["case"]) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]

results, clients = sys.argv[1], sys.argv[2:]
faults = [f"refused.tsv: {client} is not called" for client in {client for client, _ in known} - set(clients)]
if len(set(known)) != len(known):
    faults.append("refused.tsv: a line is there twice")
for client in clients:
    # With and without a session token alike.
    refused = {prefix + case for named, case in known if named == client for prefix in ("", "token ")}
    with open(os.path.join(results, client + ".tsv"), encoding="utf-8") as file:
        said = dict(line.rstrip("\n").split("\t") for line in file)
    faults += [f"{client}: {name}: not sent" for name in names if name not in said]
    faults += [f"{client}: {name}: no such case" for name in (said.keys() | refused) - names.keys()]
    for name, status in said.items():
        expected = "403" if name in refused else "200"
        if status != expected:
            faults.append(f"{client}: {name}: expected {expected}, got {status}")
    print(f"{client}: {len(said)} requests, {len(refused)} refused for the client's own errors")
if faults:
    sys.exit("\n".join(faults))
