#!/usr/bin/env python3
"""Writes `tokens-verify/`: EKS tokens and signed calls of STS's GetCallerIdentity, right ones and
such with one flaw each.

    python3 test-vectors/tokens-verify.py

Signatures are computed here, by the standard library, and the right ones are compared with those of
awscli 1.46.3 (EKS) and botocore 1.44.8 (GetCallerIdentity).
"""

import base64
import hashlib
import hmac
import json
import shutil
from pathlib import Path
from urllib.parse import quote

FOLDER = Path(__file__).parent / "tokens-verify"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
DATE = "20240102T030405Z"
# As a service would see it, five minutes later.
NOW = "20240102T030905Z"
SESSION = "ASIAIOSFODNN7EXAMPLE", "IQoJb3JpZ2lu/+EXAMPLE=="


def signature(method, query, headers, payload, date, region, service="sts"):
    names = ";".join(sorted(headers))
    canonical = "\n".join(
        [method, "/", query, *(f"{name}:{headers[name]}" for name in sorted(headers)), "", names,
         hashlib.sha256(payload).hexdigest()])
    scope = f"{date[:8]}/{region}/{service}/aws4_request"
    text = "\n".join(
        ["AWS4-HMAC-SHA256", date, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4" + SECRET.encode()
    for part in date[:8], region, service, "aws4_request":
        key = hmac.new(key, part.encode(), "sha256").digest()
    return hmac.new(key, text.encode(), "sha256").hexdigest()


def escaped(text):
    return quote(text, safe="-_.~")


def write(folder, cases):
    path = FOLDER / folder
    path.mkdir(parents=True)
    for case in cases:
        text = json.dumps(case, indent=2, ensure_ascii=False)
        (path / f"{case['case']}.json").write_text(text + "\n", encoding="utf-8")


# EKS.

def parameters(region="us-west-2", date=DATE, expires="60", key="AKIAIOSFODNN7EXAMPLE", token=None,
               signed="host;x-k8s-aws-id", action="GetCallerIdentity", service="sts"):
    """As awscli orders them, less the signature."""
    pairs = [
        ("Action", action), ("Version", "2011-06-15"), ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
        ("X-Amz-Credential", f"{key}/{date[:8]}/{region}/{service}/aws4_request"),
        ("X-Amz-Date", date), ("X-Amz-SignedHeaders", signed), ("X-Amz-Expires", expires)]
    return pairs + ([("X-Amz-Security-Token", token)] if token else [])


def url(pairs, host="sts.us-west-2.amazonaws.com", cluster="my-cluster", region="us-west-2",
        date=DATE, signed=True):
    headers = {"host": host.lower(), "x-k8s-aws-id": cluster}
    canonical = "&".join(sorted(f"{escaped(name)}={escaped(value)}" for name, value in pairs))
    if signed:
        pairs = pairs + [("X-Amz-Signature", signature("GET", canonical, headers, b"", date, region))]
    query = "&".join(f"{name}={escaped(value)}" for name, value in pairs)
    return f"https://{host}/?{query}"


def token(text):
    raw = text if isinstance(text, bytes) else text.encode()
    return "k8s-aws-v1." + base64.urlsafe_b64encode(raw).decode().rstrip("=")


RIGHT = url(parameters())
QUERY = RIGHT.partition("?")[2]
ELSE = "https://sts.us-west-2.amazonaws.com/?"
assert token(RIGHT).endswith("MGI5N2QzMjNkMWVjZDNhZGM3NGI4MGNhYjY2NTEyOWRkNTlmYzc0NjI2ZmQwYWZiMzBlMGJiOTczNGUxYmNkZA")
WITH_TOKEN = url(parameters(key=SESSION[0], token=SESSION[1]))
assert WITH_TOKEN.endswith("dedab6ad3070d4d0bfc84af06a5922076f061292b5b34872c726aebc5c0ad6eb")


def eks(case, text, error=None, flaw=None, shows=None, region="us-west-2", now=NOW, proved=None,
        authenticator=None, whole=None):
    found = {"case": case, "flaw": flaw, "shows": shows, "error": error, "region": region,
             "cluster": "my-cluster", "now": now, "authenticator": authenticator,
             "url": text if isinstance(text, str) else None,
             "token": token(text) if whole is None else whole, "proved": proved}
    return {name: value for name, value in found.items() if value is not None}


def changed(old, new, text=RIGHT):
    assert text.count(old) == 1, old
    return text.replace(old, new)


def without(name):
    return ELSE + "&".join(piece for piece in QUERY.split("&") if not piece.startswith(name + "="))


def for_host(host, region, name, **more):
    text = url(parameters(region=region), host=host, region=region)
    return eks(f"accept_host-{name}", text, shows=f"An endpoint of STS: {host}.", region=region,
               proved=True, **more)


def long_token(length):
    """A token of so many bytes, right but for its length."""
    for filler in range(length):
        text = url(parameters(key=SESSION[0], token="A" * filler))
        if len(token(text)) >= length:
            break
    assert len(token(text)) == length, (len(token(text)), length)
    return text


def with_both_alphabets():
    """A URL whose base64 has a `-` or `_`."""
    for filler in range(64):
        text = ELSE + "&" * filler + QUERY + "&?~"
        if set("-_") & set(token(text)[11:]):
            return text
    raise AssertionError


def eks_cases():
    asks, refuses = "asks STS", "refuses"
    yield eks("accept_awscli", RIGHT, shows="As awscli makes it.", proved=True, authenticator=asks)
    yield eks("accept_awscli-session", WITH_TOKEN, shows="The same of temporary credentials.",
              proved=True, authenticator=asks)
    ordered = parameters()
    yield eks("accept_sorted", url(sorted(ordered)), shows="Parameters in another order.", proved=True,
              authenticator=asks)
    lower = "&".join(piece.split("=", 1)[0].lower() + "=" + piece.split("=", 1)[1]
                     for piece in QUERY.split("&"))
    yield eks("accept_names-lower-case", ELSE + lower, authenticator=asks,
              shows="Names in lower case, as aws-iam-authenticator takes them; STS decides.")
    yield eks("accept_names-upper-case", changed("X-Amz-Date=", "X-AMZ-DATE="), authenticator=asks,
              shows="A name in upper case.")
    yield eks("accept_name-escaped", changed("Action=", "%41ction="), authenticator=asks,
              shows="An escape in a name.", proved=True)
    yield eks("accept_empty-pieces", changed("&Version", "&&Version"), authenticator=asks,
              shows="An empty piece between parameters.", proved=True)
    yield eks("accept_version-missing", without("Version"), authenticator=asks,
              shows="No version: aws-iam-authenticator asks for none, and STS decides.")
    yield eks("accept_other-cluster", url(parameters(), cluster="other-cluster"), proved=False,
              shows="For another cluster: passes, and STS refuses it, because the verifier sends its "
                    "own cluster's name.", authenticator=asks)
    yield eks("accept_wrong-signature", changed("e1bcdd", "e1bcde"), proved=False, authenticator=asks,
              shows="A wrong signature: only STS can tell.")
    yield eks("accept_expires-0", url(parameters(expires="0")), shows="X-Amz-Expires of 0.",
              authenticator=asks)
    yield eks("accept_expires-900", url(parameters(expires="900")), shows="X-Amz-Expires of 900.",
              proved=True, authenticator=asks)
    yield eks("accept_15-minutes-old", RIGHT, now="20240102T031905Z", proved=True, authenticator=asks,
              shows="15 minutes old to the second, whatever X-Amz-Expires says.")
    yield eks("accept_5-minutes-ahead", RIGHT, now="20240102T025905Z", proved=True,
              shows="5 minutes ahead of the verifier's clock.", authenticator=asks)
    text = url(parameters(signed="accept;host;x-k8s-aws-id"))
    yield eks("accept_accept-signed", text, shows="`accept` is signed, and sent.", authenticator=asks)
    yield eks("accept_4095-bytes", long_token(4095), shows="The longest that base64 can be.",
              proved=True, authenticator=asks)
    # From its tests.
    for host, region, name in [
            ("sts.amazonaws.com", "us-east-1", "global"),
            ("sts.us-east-2.amazonaws.com", "us-east-2", "us-east-2"),
            ("sts.ap-northeast-2.amazonaws.com", "ap-northeast-2", "ap-northeast-2"),
            ("sts-fips.us-west-2.amazonaws.com", "us-west-2", "fips"),
            ("sts.us-west-2.api.aws", "us-west-2", "dual-stack"),
            ("sts.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1", "cn"),
            ("sts.cn-north-1.api.amazonwebservices.com.cn", "cn-north-1", "cn-dual-stack"),
            ("sts.us-gov-east-1.amazonaws.com", "us-gov-east-1", "gov"),
            ("sts.us-iso-east-1.c2s.ic.gov", "us-iso-east-1", "iso")]:
        yield for_host(host, region, name, authenticator=asks)

    def flaw(case, text, error, what, **more):
        return eks(case, text, error=error, flaw=what, **more)

    def whole(case, text, error, what, **more):
        return eks(case, None, error=error, flaw=what, whole=text, **more)

    right = token(RIGHT)
    prefix = "MissingPrefix"
    yield whole("prefix_empty", "", prefix, "Nothing.", authenticator=refuses)
    yield whole("prefix_v2", "k8s-aws-v2.asdfasdfa", prefix, "Another version.", authenticator=refuses)
    yield whole("prefix_upper-case", "K8S-AWS-V1." + right[11:], prefix, "The prefix in upper case.",
                authenticator=refuses)
    yield whole("prefix_space", " " + right, prefix, "A space in front.", authenticator=refuses)
    yield whole("prefix_url", RIGHT, prefix, "The URL as it is.", authenticator=refuses)
    limit = "TooLong { bytes: %d, limit: 4096 }"
    yield flaw("limit_4097-bytes", long_token(4097), limit % 4097, "Right, and 4,097 bytes.",
               authenticator=refuses)
    yield whole("limit_nul", "\0" * 4097, limit % 4097, "4,097 bytes of nothing.",
                authenticator=refuses)
    base = "InvalidBase64 { position: %d }"
    yield whole("base64_4096-bytes", "k8s-aws-v1." + "A" * 4085, base % 4095,
                "4,096 bytes are not too many; but no base64 has one digit over.", authenticator=refuses)
    # Of aws-iam-authenticator's tests.
    yield whole("base64_decodingerror", "k8s-aws-v1.decodingerror", base % 23, "One digit over.",
                authenticator=refuses)
    yield whole("base64_text", "k8s-aws-v1.decodingerror!", base % 24, "A byte that is no digit.",
                authenticator=refuses)
    yield whole("base64_one-digit-over", right + "AAA", base % (len(right) + 2), "One digit more than whole bytes.",
                authenticator=refuses)
    yield whole("base64_newline-behind", right + "\n", base % len(right), "A line break behind it.",
                authenticator=asks)
    yield whole("base64_newline-within", right[:40] + "\n" + right[40:], base % 40,
                "A line break within it.", authenticator=asks)
    yield whole("base64_space", right + " ", base % len(right), "A space behind it.",
                authenticator=refuses)
    yield whole("base64_padding", right + "=" * (-len(right[11:]) % 4), base % len(right), "Padding.",
                authenticator=refuses)
    both = token(with_both_alphabets())
    at = min(place for place, digit in enumerate(both) if place >= 11 and digit in "-_")
    yield whole("base64_standard-alphabet", both[:11] + both[11:].replace("-", "+").replace("_", "/"),
                base % at, "The standard alphabet.", authenticator=refuses)
    bits = right[:-1] + chr(ord(right[-1]) + 1)
    assert len(right[11:]) % 4 in (2, 3) and right[-1] != "Z"
    yield whole("base64_bits-behind", bits, base % (len(right) - 1),
                "Bits are set behind the last byte: another text for the same URL.", authenticator=asks)

    yield flaw("url_empty", "", "NotHttps", "An empty URL.", authenticator=refuses)
    for name, start in [("http", "http://"), ("wss", "wss://"), ("none", ""), ("relative", "//"),
                        ("one-slash", "https:/")]:
        yield flaw(f"scheme_{name}", changed("https://", start), "NotHttps",
                   f"`{start}` for `https://`.", authenticator=refuses)
    yield flaw("scheme_upper-case", changed("https", "HTTPS"), "NotHttps",
               "Another text for the same call.", authenticator=asks)
    yield flaw("scheme_http-alone", "http://", "NotHttps", "Nothing but another scheme.",
               authenticator=refuses)
    yield flaw("scheme_missing", ":ab:cd.af:/asda", "NotHttps", "No scheme.", authenticator=refuses)
    at = "https://sts.us-west-2.amazonaws.com"
    yield flaw("url_user", changed("https://", "https://user@"), "UserInUrl", "A user.",
               authenticator=asks)
    yield flaw("url_password", changed("https://", "https://user:password@"), "UserInUrl",
               "A user and a password, which would be sent along.", authenticator=asks)
    yield flaw("url_host-as-user", changed(at, at + "@example.com"), "UserInUrl",
               "The host as user of another.", authenticator=refuses)
    yield flaw("url_port", changed(at, at + ":443"), "PortInUrl", "The usual port.",
               authenticator=refuses)
    yield flaw("url_other-port", changed(at, at + ":8443"), "PortInUrl", "Another port.",
               authenticator=refuses)
    yield flaw("url_fragment", RIGHT + "#x", f"FragmentInUrl {{ position: {len(RIGHT)} }}",
               "A fragment behind the query.", authenticator=asks)
    yield flaw("url_fragment-first", changed("/?", "/#?"),
               f"FragmentInUrl {{ position: {len(at) + 1} }}", "The query is a fragment.",
               authenticator=refuses)
    for name, byte, what, verdict in [
            ("space", " ", "A space.", None), ("newline", "\n", "A line break.", refuses),
            ("tab", "\t", "A tab.", refuses), ("nul", "\0", "A NUL.", refuses),
            ("semicolon", ";", "A semicolon, which separates parameters to some.", None),
            ("backslash", "\\", "A backslash.", None), ("non-ascii", "ä", "A letter that is not ASCII.", None)]:
        place = RIGHT.index("&Version")
        yield flaw(f"url_{name}", changed("&Version", byte + "&Version"),
                   f"InvalidUrl {{ position: {place} }}", what, authenticator=verdict)
    yield flaw("url_no-utf-8", RIGHT.encode() + b"\xff", f"InvalidUrl {{ position: {len(RIGHT)} }}",
               "A byte that is no UTF-8.")
    yield flaw("url_backslash-in-host", changed(at, at + "\\@example.com"),
               f"InvalidUrl {{ position: {len(at)} }}", "A backslash in front of another host.",
               authenticator=refuses)
    value = RIGHT.index("=60&") + 3
    for name, escape in [("no-hex", "%gh"), ("one-digit", "%2"), ("alone", "%")]:
        yield flaw(f"escape_{name}", changed("=60&", f"=60{escape}&"),
                   f"MalformedEscape {{ position: {value} }}", f"`{escape}` in a value.",
                   authenticator=refuses)
    yield flaw("escape_in-value-no-utf-8", changed("=60&", "=60%ff&"),
               f"InvalidUrl {{ position: {RIGHT.index('X-Amz-Expires')} }}",
               "A value that is no UTF-8.", authenticator=refuses)

    for name, host, what in [
            ("other", "example.com", "Another's host."),
            ("google", "google.com", "Another's host, from aws-iam-authenticator's tests."),
            ("empty", "", "No host."),
            ("suffix", "sts.us-west-2.amazonaws.com.example.com", "Another's host that begins like it."),
            ("front", "example.com.sts.us-west-2.amazonaws.com", "A name in front."),
            ("joined", "evilsts.us-west-2.amazonaws.com", "Another name that ends like it."),
            ("domain", "us-west-2.amazonaws.com", "No service."),
            ("service", "website.amazonaws.com", "Another service."),
            ("s3", "s3.us-west-2.amazonaws.com", "Another service of the region."),
            ("bucket", "sts.s3.us-west-2.amazonaws.com", "A bucket of that name."),
            ("dot", "sts.us-west-2.amazonaws.com.", "A dot behind it."),
            ("upper-case", "STS.us-west-2.amazonaws.com", "Upper case."),
            ("cn", "sts.cn-north-1.amazonaws.com.cn", "Another partition."),
            ("cn-global", "sts.amazonaws.com.cn", "A host that no partition has."),
            ("gov", "sts.us-gov-west-1.amazonaws.com", "Another partition on the same domain."),
            ("iso", "sts.us-iso-east-1.c2s.ic.gov", "Another partition."),
            ("cn-region", "sts.cn-north-1.amazonaws.com", "A region of another partition."),
            ("cn-domain", "sts.us-west-2.amazonaws.com.cn", "The domain of another partition."),
            ("no-region", "sts.default-region.amazonaws.com", "A region that no partition has."),
            ("fips-global", "sts-fips.amazonaws.com", "FIPS without a region."),
            ("vpce", "vpce-0a1b-2c3d.sts.us-west-2.vpce.amazonaws.com", "An endpoint of a VPC."),
            ("escape", "sts%2eus-west-2.amazonaws.com", "An escape in the host."),
            ("address", "169.254.169.254", "An address.")]:
        verdict = None if name in ("gov", "cn-region", "no-region", "escape") else refuses
        yield flaw(f"host_{name}", changed("sts.us-west-2.amazonaws.com", host), "NotStsHost", what,
                   authenticator=verdict)
    for own, host, name in [("cn-north-1", "sts.amazonaws.com", "global-in-cn"),
                            ("us-gov-west-1", "sts.amazonaws.com", "global-in-gov"),
                            ("cn-north-1", "sts-fips.us-east-1.amazonaws.com", "fips-in-cn"),
                            ("us-isob-east-1", "sts.cn-north-1.amazonaws.com.cn", "cn-in-isob")]:
        yield flaw(f"host_{name}", changed("sts.us-west-2.amazonaws.com", host), "NotStsHost",
                   f"{host} for a cluster in {own}.", region=own, authenticator=refuses)
    for name, path in [("other", "/abc"), ("empty", ""), ("double", "//"), ("dot", "/."),
                       ("escaped", "/%2F"), ("parameter", "/:x")]:
        yield flaw(f"path_{name}", changed("/?", path + "?"), "WrongPath", f"The path `{path}`.",
                   authenticator=refuses)

    first = RIGHT.index("?") + 1
    for name, parameter, verdict in [
            ("unknown", "NoInWhiteList=abc", refuses), ("role", "RoleArn=x", refuses),
            ("content-sha256", "X-Amz-Content-Sha256=x", refuses), ("plus", "Action+=x", refuses),
            ("no-utf-8", "%ff=x", refuses), ("no-name", "=x", refuses)]:
        yield flaw(f"parameter_{name}", ELSE + parameter + "&" + QUERY,
                   f"UnexpectedParameter {{ position: {first} }}", f"`{parameter}`.",
                   authenticator=verdict)
    for name, parameter in [
            ("action", "Action=GetCallerIdentity"), ("action-lower-case", "action=AssumeRole"),
            ("action-escaped", "%41ction=AssumeRole"), ("credential", "x-amz-credential=eve"),
            ("date", "X-AMZ-DATE=20240102T030406Z"), ("signed-headers", "x-amz-signedheaders=x-k8s-aws-id"),
            ("expires", "X-Amz-Expires=60"), ("token-less-signature", "X-Amz-Signature=")]:
        yield flaw(f"repeated_{name}", RIGHT + "&" + parameter,
                   f"RepeatedParameter {{ position: {len(RIGHT) + 1} }}", f"`{parameter}` once more.",
                   authenticator=refuses)
    for name in ["Action", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires",
                 "X-Amz-Signature", "X-Amz-SignedHeaders"]:
        verdict = asks if name.endswith(("Algorithm", "Credential", "Signature")) else refuses
        yield flaw(f"missing_{name.lower()}", without(name),
                   f'MissingParameter {{ name: "{name}" }}', f"No {name}.", authenticator=verdict)
    yield flaw("missing_all", at + "/", 'MissingParameter { name: "Action" }', "No query.",
               authenticator=refuses)
    for name, action in [("other", "NotGetCallerIdentity"), ("assume-role", "AssumeRole"),
                         ("lower-case", "getcalleridentity"), ("empty", ""),
                         ("space", "GetCallerIdentity ")]:
        yield flaw(f"action_{name}", url(parameters(action=action)), "WrongAction",
                   f"The action `{action}`.", authenticator=refuses)
    yield flaw("version_other", changed("2011-06-15", "2010-01-01"), "WrongVersion",
               "Another version.", authenticator=asks)
    for name, signed, error, verdict in [
            ("none", "host", "ClusterNotSigned", refuses),
            ("almost", "abc;x-k8s-aws-i;def", "ClusterNotSigned", refuses),
            ("empty", "", "ClusterNotSigned", refuses),
            ("comma", "host,x-k8s-aws-id", "ClusterNotSigned", refuses),
            ("upper-case", "host;X-K8s-Aws-Id", "ClusterNotSigned", asks),
            ("host", "x-k8s-aws-id", "Signature(HostNotSigned)", asks),
            ("other", "host;x-amz-target;x-k8s-aws-id", "OtherHeaderSigned { index: 1 }", asks),
            ("unsorted", "x-k8s-aws-id;host", "Signature(UnsortedSignedHeaders { position: 13 })", asks),
            ("twice", "host;host;x-k8s-aws-id", "Signature(UnsortedSignedHeaders { position: 5 })", asks)]:
        yield flaw(f"signed_{name}", url(parameters(signed=signed)), error,
                   f"Signed headers `{signed}`.", authenticator=verdict)
    bare = (f"https://sts.us-east-2.amazonaws.com/?action=GetCallerIdentity&x-amz-signedheaders=x-k8s-aws-id"
            f"&x-amz-date={DATE}&x-amz-expires=60")
    yield flaw("signed_bare", bare, "Signature(HostNotSigned)",
               "What aws-iam-authenticator's tests pass on: there is no signature in it.", authenticator=asks)
    for name, expires, verdict in [
            ("901", "901", refuses), ("negative", "-1", refuses), ("9999999", "9999999", refuses),
            ("empty", "", refuses), ("plus", "+60", asks), ("fraction", "60.0", refuses),
            ("hex", "0x3c", refuses), ("space", " 60", refuses), ("digits", "1" * 30, refuses),
            ("other-digits", "٦٠", refuses)]:
        yield flaw(f"expires_{name}", url(parameters(expires=expires)), "InvalidExpires",
                   f"X-Amz-Expires of `{expires}`.", authenticator=verdict)
    for name, date, place in [("text", "xxxxxxx", 0), ("empty", "", 0), ("rfc-3339", "2024-01-02T03:04:05Z", 4),
                              ("no-day", "20240230T030405Z", 6), ("no-z", "20240102T030405", 15),
                              ("unix", "1704164645", 8)]:
        yield flaw(f"date_{name}", changed("X-Amz-Date=" + DATE, "X-Amz-Date=" + escaped(date)),
                   f"Signature(InvalidTimestamp {{ position: {place} }})", f"The date `{date}`.",
                   authenticator=refuses)
    stale = "Expired { signed: Timestamp(%s), now: Timestamp(%s), limit: 900 }"
    yield flaw("date_15-minutes-and-1-second", RIGHT, stale % (DATE, "20240102T031906Z"),
               "15 minutes and a second old.", now="20240102T031906Z", authenticator=refuses)
    old = url(parameters(date="19900422T010203Z"), date="19900422T010203Z")
    yield flaw("date_1990", old, stale % ("19900422T010203Z", NOW), "From 1990.", authenticator=refuses)
    early = "NotYetCurrent { signed: Timestamp(%s), now: Timestamp(%s), limit: 300 }"
    yield flaw("date_5-minutes-and-1-second-ahead", RIGHT, early % (DATE, "20240102T025904Z"),
               "5 minutes and a second ahead.", now="20240102T025904Z", authenticator=asks)
    ahead = url(parameters(date="99991231T235959Z"), date="99991231T235959Z")
    yield flaw("date_9999", ahead, early % ("99991231T235959Z", NOW), "From 9999.", authenticator=asks)
    scope = "%2F20240102%2Fus-west-2%2Fsts%2Faws4_request"
    for name, old, new, error in [
            ("algorithm", "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", "UnsupportedAlgorithm"),
            ("algorithm-lower-case", "AWS4-HMAC-SHA256", "aws4-hmac-sha256", "UnsupportedAlgorithm"),
            ("credential", scope, scope[:-15], "MalformedCredential { parts: 4, expected: 5 }"),
            ("no-key", "AKIAIOSFODNN7EXAMPLE", "", "EmptyAccessKeyId"),
            ("key", "AKIAIOSFODNN7EXAMPLE", "AKIA;EXAMPLE".replace(";", "%3B"), "InvalidAccessKeyId { position: 4 }"),
            ("service", "%2Fsts%2F", "%2Fs3%2F", "WrongService"),
            ("day", "%2F20240102%2F", "%2F20240103%2F", "ScopeDateDiffers"),
            ("terminator", "aws4_request", "aws4_other", "WrongTerminator"),
            ("upper-case", "0b97d323d1ecd3", "0B97D323D1ECD3", "MalformedSignature"),
            ("short", "0b97d323d1ecd3", "0b97d323d1ecd", "MalformedSignature"),
            ("newline", "e1bcdd", "e1bcdd%0A", "MalformedSignature")]:
        yield flaw(f"signature_{name}", changed(old, new), f"Signature({error})",
                   f"`{new}` for `{old}`.", authenticator=asks)


# GetCallerIdentity.

SERVER = "vault.example.com"
ENDPOINT = "sts.us-east-1.amazonaws.com"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
BODY = "Action=GetCallerIdentity&Version=2011-06-15"
CREDENTIAL = "AKIAIOSFODNN7EXAMPLE/20240102/us-east-1/sts/aws4_request"


def call(signed=None, session=None, extra=(), date=DATE, body=BODY, host=ENDPOINT, server=SERVER):
    """The headers of a call, as botocore and Vault's clients make it."""
    headers = {"Content-Type": FORM, "Host": host, "X-Amz-Date": date}
    key = "AKIAIOSFODNN7EXAMPLE"
    if session:
        key, headers["X-Amz-Security-Token"] = session
    headers |= {"X-Vault-AWS-IAM-Server-ID": server, **dict(extra)}
    lower = {name.lower(): value for name, value in headers.items()}
    names = sorted(lower) if signed is None else signed.split(";")
    made = signature("POST", "", {name: lower.get(name, "") for name in names}, body.encode(), date,
                     "us-east-1")
    scope = f"{key}/{date[:8]}/us-east-1/sts/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={';'.join(names)}, "
                             f"Signature={made}", **headers}


assert call()["Authorization"].endswith("1abd3ffd153fa6ee0bbfbf46c0ec7fbfaee096d4a767cca9782fb01e4cdc1425")
assert call(session=SESSION)["Authorization"].endswith("241ea55cd373e14d0545ac2cb8f35042bddeca1931d0447aa52843284d05c198")


def encoded(text):
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


def as_lists(headers):
    return json.dumps({name: [value] for name, value in headers.items()}, separators=(",", ":"))


def identity(case, headers=None, error=None, flaw=None, shows=None, method="POST",
             url=f"https://{ENDPOINT}/", body=BODY, now=NOW, proved=None, raw=None, text=None, sends=None,
             vault=None):
    """`raw` are fields of the envelope as they are, `text` the JSON of the headers."""
    text = as_lists(call() if headers is None else headers) if text is None else text
    envelope = {"iam_http_request_method": method, "iam_request_url": encoded(url),
                "iam_request_body": encoded(body), "iam_request_headers": encoded(text), **(raw or {})}
    found = {"case": case, "flaw": flaw, "shows": shows, "error": error, "endpoints": [ENDPOINT],
             "server_id": SERVER, "now": now, "vault": vault, "envelope": envelope,
             "headers": text if isinstance(text, str) else None, "sends": sends, "proved": proved}
    return {name: value for name, value in found.items() if value is not None}


def identity_cases():
    asks, refuses = "asks STS", "refuses"
    sent = ["accept", "authorization", "content-type", "x-amz-date", "x-vault-aws-iam-server-id"]
    yield identity("accept_botocore", shows="botocore's signature.", proved=True, sends=sent, vault=asks)
    yield identity("accept_botocore-session", call(session=SESSION), proved=True, vault=asks,
                   shows="The same of temporary credentials.", sends=sorted(sent + ["x-amz-security-token"]))
    # Vault's own client, by its tests: no `Host`, which follows from the URL; a length that is signed.
    go = call(extra=[("Content-Length", "43")])
    del go["Host"]
    go["User-Agent"] = "aws-sdk-go/1.14.24 (go1.11; darwin; amd64)"
    yield identity("accept_aws-sdk-go", go, proved=True, sends=sent, vault=asks,
                   shows="As Vault's client sends it: without Host, with a Content-Length that is signed, "
                         "and with a User-Agent that is not, and is not sent on.")
    yield identity("accept_texts", text=json.dumps(call()), proved=True, sends=sent, vault=asks,
                   shows="Texts for lists.")
    number = json.dumps(go | {"Content-Length": 43})
    yield identity("accept_number", text=number, proved=True, sends=sent, vault=asks,
                   shows="A Content-Length that is a number.")
    swapped = "Version=2011-06-15&Action=GetCallerIdentity"
    yield identity("accept_body-swapped", call(body=swapped), body=swapped, proved=True, vault=asks,
                   shows="The body in the other order.", sends=sent)
    yield identity("accept_names-lower-case", {name.lower(): value for name, value in call().items()},
                   proved=True, sends=sent, shows="Names in lower case.")
    plain = call(extra=[("Content-Type", "application/x-www-form-urlencoded")])
    yield identity("accept_no-charset", plain, proved=True, sends=sent, vault=asks,
                   shows="A content type without a character set.")
    yield identity("accept_accept-signed", call(extra=[("Accept", "text/xml")]), proved=True, sends=sent,
                   shows="`accept` is signed, and sent as it is.", vault=asks)
    yield identity("accept_wrong-signature", text=as_lists(call()).replace("dc1425", "dc1426"), proved=False,
                   shows="A wrong signature: only STS can tell.", vault=asks)
    yield identity("accept_15-minutes-old", now="20240102T031905Z", proved=True, vault=asks,
                   shows="15 minutes old to the second.")
    yield identity("accept_5-minutes-ahead", now="20240102T025905Z", proved=True, vault=asks,
                   shows="5 minutes ahead of the verifier's clock.")

    def flaw(case, error, what, headers=None, **more):
        return identity(case, headers, error=error, flaw=what, **more)

    for method in ["GET", "post", "PUT", "", "POST "]:
        name = {"": "empty", "POST ": "space", "post": "lower-case"}.get(method, method.lower())
        yield flaw(f"method_{name}", "WrongMethod", f"The method `{method}`.", method=method)
    at = f"https://{ENDPOINT}"
    for name, where, error, what in [
            ("http", f"http://{ENDPOINT}/", "NotHttps", "Another scheme."),
            ("empty", "", "NotHttps", "No URL."),
            ("user", f"https://user@{ENDPOINT}/", "UserInUrl", "A user."),
            ("host-as-user", f"{at}@example.com/", "UserInUrl", "The host as user of another."),
            ("port", f"{at}:443/", "PortInUrl", "A port."),
            ("other", "https://example.com/", "EndpointNotAllowed", "Another's host."),
            ("suffix", f"{at}.example.com/", "EndpointNotAllowed", "Another's host that begins like it."),
            ("other-region", "https://sts.eu-west-1.amazonaws.com/", "EndpointNotAllowed",
             "An endpoint of STS that is not allowed."),
            ("upper-case", f"https://{ENDPOINT.upper()}/", "EndpointNotAllowed", "Upper case."),
            ("dot", f"{at}./", "EndpointNotAllowed", "A dot behind the host."),
            ("path", f"{at}/abc", "WrongPath", "Another path."),
            ("no-path", at, "WrongPath", "No path."),
            ("double", f"{at}//", "WrongPath", "Two slashes."),
            ("query", f"{at}/?Action=AssumeRole", "WrongPath", "A query."),
            ("empty-query", f"{at}/?", "WrongPath", "An empty query."),
            ("fragment", f"{at}/#x", f"FragmentInUrl {{ position: {len(at) + 1} }}", "A fragment."),
            ("newline", f"{at}/\n", f"InvalidUrl {{ position: {len(at) + 1} }}", "A line break."),
            ("backslash", f"{at}\\@example.com/", f"InvalidUrl {{ position: {len(at)} }}", "A backslash."),
            ("no-utf-8", at.encode() + b"/\xff", f"InvalidUrl {{ position: {len(at) + 1} }}", "A byte that is no UTF-8."),
            ("long", f"{at}/" + "a" * 474, "TooLong { part: \"url\", bytes: 684, limit: 684 }", "A long URL.")]:
        if name == "long":
            where = at + "/" + "a" * (513 - len(at) - 1)
            error = 'TooLong { part: "url", bytes: 513, limit: 512 }'
        yield flaw(f"url_{name}", error, what, url=where)
    for name, body, what in [
            ("assume-role", "Action=AssumeRole&Version=2011-06-15", "Another action."),
            ("two-actions", BODY + "&Action=AssumeRole", "A second action."),
            ("version", "Action=GetCallerIdentity&Version=2010-01-01", "Another version."),
            ("no-version", "Action=GetCallerIdentity", "No version."),
            ("more", BODY + "&X=1", "Another parameter."), ("newline", BODY + "\n", "A line break."),
            ("escaped", BODY.replace("-06-", "%2D06%2D"), "Escapes."), ("empty", "", "No body.")]:
        yield flaw(f"body_{name}", "WrongBody", what, call(body=body), body=body)
    base = 'InvalidBase64 { part: "%s", position: %d }'
    right = identity("")["envelope"]
    yield flaw("base64_url", base % ("url", 0), "A URL that is not in base64.",
               raw={"iam_request_url": ":"})
    yield flaw("base64_body-no-padding", base % ("body", 58), "No padding.",
               raw={"iam_request_body": encoded(BODY).rstrip("=")})
    place = len(right["iam_request_headers"].rstrip("="))
    yield flaw("base64_headers-newline", base % ("headers", place), "A line break behind it.",
               raw={"iam_request_headers": right["iam_request_headers"] + "\n"}, vault=asks)
    yield flaw("base64_headers-json", base % ("headers", 0), "Headers that are not in base64.",
               raw={"iam_request_headers": as_lists(call())}, vault=asks)
    yield flaw("limit_body", 'TooLong { part: "body", bytes: 260, limit: 256 }', "A long body.",
               body="A" * 195)
    yield flaw("limit_headers", 'TooLong { part: "headers", bytes: 32772, limit: 32768 }', "Long headers.",
               text=" " * 24579)
    yield flaw("limit_headers-decoded", 'TooLong { part: "headers", bytes: 16711, limit: 16384 }',
               "Long headers.", text=json.dumps({"X-Amz-Security-Token": "A" * 16691}))
    yield flaw("limit_number", "TooManyHeaders { count: 33, limit: 32 }", "33 headers.",
               text=json.dumps({f"X-{number}": "" for number in range(33)}))
    for name, text, what in [
            ("empty", "", "No JSON."), ("list", "[]", "A list."), ("text", '"x"', "A text."),
            ("null", "null", "Null."), ("cut", as_lists(call())[:-1], "The end is missing."),
            ("behind", as_lists(call()) + "x", "Something behind the object."),
            ("no-list", '{"Host":[]}', "An empty list."),
            ("two", '{"Host":["a","b"]}', "Two values."), ("nested", '{"Host":[["a"]]}', "A list in a list."),
            ("object", '{"Host":{"a":"b"}}', "An object."), ("null-value", '{"Host":null}', "A value that is null."),
            ("fraction", '{"Content-Length":43.0}', "A fraction."),
            ("surrogate", '{"Host":"\\ud800"}', "Half of a surrogate pair."),
            ("deep", '{"Host":' + "[" * 500 + "]" * 500 + "}", "500 lists in one another."),
            ("no-utf-8", b'{"Host":"\xff"}', "A byte that is no UTF-8.")]:
        yield flaw(f"json_{name}", "InvalidHeaders", what, text=text)
    count = len(call())
    for name, header in [("x-amz-target", "X-Amz-Target"), ("mallory", "X-Amz-Mallory-Header"),
                         ("algorithm", "X-Amz-Algorithm"), ("date", "Date"), ("forwarded", "X-Forwarded-Host"),
                         ("transfer-encoding", "Transfer-Encoding"), ("connection", "Connection"),
                         ("cookie", "Cookie"), ("method", "X-HTTP-Method-Override"), ("empty", ""),
                         ("space", "Host "), ("newline", "X\nHost")]:
        yield flaw(f"header_{name}", f"HeaderNotAllowed {{ index: {count} }}", f"`{header!r}`.".replace("'", ""),
                   call() | {header: "x"}, vault=refuses if name == "mallory" else None)
    again = as_lists(call())[:-1]
    for name, header in [("authorization", "Authorization"), ("host", "host"),
                         ("server-id", "x-vault-aws-iam-server-id"), ("date", "x-amz-date")]:
        yield flaw(f"repeated_{name}", f"RepeatedHeader {{ index: {count} }}", f"`{header}` once more.",
                   text=f'{again},"{header}":["x"]}}')
    index = list(call()).index("X-Vault-AWS-IAM-Server-ID")
    for name, byte in [("newline", "\n"), ("return", "\r"), ("nul", "\0"), ("tab", "\t"), ("non-ascii", "ä")]:
        yield flaw(f"value_{name}", f"InvalidHeaderValue {{ index: {index}, position: 5 }}",
                   f"{byte!r} in a value.", call(server="vault" + byte + "x: y"))
    yield flaw("host_other", "HostDiffers", "Another host than the URL's.", call(host="sts.amazonaws.com"))
    yield flaw("host_port", "HostDiffers", "A port.", call(host=ENDPOINT + ":443"))
    for name, length in [("other", "44"), ("zero", "043"), ("plus", "+43"), ("text", "x"), ("list", "43, 43")]:
        yield flaw(f"length_{name}", "WrongContentLength", f"Content-Length `{length}`.",
                   call(extra=[("Content-Length", length)]))
    for name, kind in [("json", "application/json"), ("amz-json", "application/x-amz-json-1.1"),
                       ("charset", "application/x-www-form-urlencoded; charset=utf-7"),
                       ("more", FORM + "; x=y"), ("empty", "")]:
        yield flaw(f"content-type_{name}", "WrongContentType", f"Content-Type `{kind}`.",
                   call(extra=[("Content-Type", kind)]))
    lacking = call()
    del lacking["Content-Type"]
    yield flaw("content-type_missing", "WrongContentType", "No Content-Type.", lacking)
    lacking = call()
    del lacking["X-Vault-AWS-IAM-Server-ID"]
    yield flaw("server-id_missing", "MissingServerId", "No server's name.", lacking, vault=refuses)
    for name, server in [("other", "other.example.com"), ("upper-case", SERVER.upper()), ("empty", ""),
                         ("list", SERVER + "," + SERVER), ("prefix", SERVER + ".example.net")]:
        yield flaw(f"server-id_{name}", "WrongServerId", f"For `{server}`.", call(server=server), vault=refuses)
    yield flaw("server-id_not-signed", "ServerIdNotSigned", "The server's name is not signed.",
               call("content-type;host;x-amz-date"), vault=refuses)

    def stated(old, new):
        headers = call()
        assert old in headers["Authorization"], old
        return headers | {"Authorization": headers["Authorization"].replace(old, new)}

    lacking = call()
    del lacking["Authorization"]
    yield flaw("signature_missing", "Signature(NotSigned)", "No Authorization.", lacking, vault=refuses)
    undated = call("content-type;host;x-vault-aws-iam-server-id")
    del undated["X-Amz-Date"]
    yield flaw("signature_no-date", "Signature(MissingDate)", "No X-Amz-Date.", undated)
    for name, old, new, error in [
            ("bearer", "AWS4-HMAC-SHA256 ", "Bearer ", "UnsupportedAlgorithm"),
            ("service", "/sts/", "/iam/", "WrongService"),
            ("day", "/20240102/", "/20240103/", "ScopeDateDiffers"),
            ("credential", "/us-east-1", "", "MalformedCredential { parts: 4, expected: 5 }"),
            ("host", ";host;", ";", "HostNotSigned"),
            ("header", ";x-amz-date;", ";x-amz-date;x-amz-target;", "SignedHeaderMissing { index: 3 }"),
            ("unsorted", "content-type;host", "host;content-type", "UnsortedSignedHeaders { position: 5 }"),
            ("cut", call()["Authorization"][-1], "", "MalformedSignature")]:
        headers = stated(old, new) if name != "cut" else call() | {"Authorization": call()["Authorization"][:-1]}
        yield flaw(f"signature_{name}", f"Signature({error})", f"`{new}` for `{old}`.", headers)
    lacking = call()["Authorization"].partition(", Signature=")[0]
    yield flaw("signature_no-signature", "Signature(MissingSignature)", "No signature in Authorization.",
               call() | {"Authorization": lacking}, vault=asks)
    stale = "Expired { signed: Timestamp(%s), now: Timestamp(%s), limit: 900 }"
    yield flaw("date_15-minutes-and-1-second", stale % (DATE, "20240102T031906Z"),
               "15 minutes and a second old.", now="20240102T031906Z", vault=asks)
    early = "NotYetCurrent { signed: Timestamp(%s), now: Timestamp(%s), limit: 300 }"
    yield flaw("date_5-minutes-and-1-second-ahead", early % (DATE, "20240102T025904Z"),
               "5 minutes and a second ahead.", now="20240102T025904Z", vault=asks)
    yield flaw("date_text", "Signature(InvalidTimestamp { position: 0 })", "A date that is none.",
               call() | {"X-Amz-Date": "yesterday"})


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    write("eks", eks_cases())
    write("sts-identity", identity_cases())


if __name__ == "__main__":
    main()
