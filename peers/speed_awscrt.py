"""Signs one request with AWS's C signer as often as it is told to, and keeps the time.

A line of JSON in, the case; then "sign", for the headers of a signed request, or a number of calls,
for the nanoseconds that they took. Requests are made beforehand; provider and configuration are kept.
"""

import json
import sys
import time

import awscrt.auth

from official import REGION, http_request, signing_config


def main():
    ask = json.loads(sys.stdin.readline())
    algorithm = {"region": REGION}
    if ask["sigv4a"]:
        algorithm = {
            "region": ask["region_set"],
            "algorithm": awscrt.auth.AwsSigningAlgorithm.V4_ASYMMETRIC,
        }
    config = signing_config(ask["case"], **algorithm)
    for line in sys.stdin:
        what = json.loads(line)
        if what == "sign":
            request = http_request(ask["case"])
            awscrt.auth.aws_sign_request(request, config).result(60)
            answer = [[name.lower(), value] for name, value in request.headers]
        else:
            requests = [http_request(ask["case"]) for _ in range(int(what))]
            start = time.perf_counter_ns()
            for request in requests:
                awscrt.auth.aws_sign_request(request, config).result(60)
            answer = time.perf_counter_ns() - start
        print(json.dumps(answer), flush=True)


main()
