#!/usr/bin/env python3
"""Writes post-policy-accept/ and post-policy-reject/: forms that S3 takes, and forms with one flaw
each. Signed here, by Python's hmac.

    test-vectors/post-policy-forms.py

What a flaw could hide behind a wrong signature is signed again, flaw included.
"""

import base64
import hashlib
import hmac
import json
import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent
ID, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
DATE, NOW, REGION, BUCKET = "20240102T030405Z", "20240102T033000Z", "eu-west-1", "examplebucket"
UNTIL = "2024-01-02T04:04:05Z"
CREDENTIAL = f"{ID}/{DATE[:8]}/{REGION}/s3/aws4_request"
PROOF = [["x-amz-algorithm", "AWS4-HMAC-SHA256"], ["x-amz-credential", CREDENTIAL], ["x-amz-date", DATE]]
KEY = ["key", "user/user1/${filename}"]
CONDITIONS = [{"bucket": BUCKET}, ["starts-with", "$key", "user/user1/"], *({n: v} for n, v in PROOF)]
MALFORMED = "The body of your POST request is not well-formed multipart/form-data."
MISMATCH = "The request signature we calculated does not match the signature you provided. Check your key and signing method."


def signature(policy, credential=CREDENTIAL, secret=SECRET):
    key = ("AWS4" + secret).encode()
    for part in credential.split("/")[1:]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, policy.encode(), hashlib.sha256).hexdigest()


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def document(conditions=CONDITIONS, more=(), until=UNTIL):
    return json.dumps({"expiration": until, "conditions": [*conditions, *more]})


def form(text=None, fields=(), policy=None, proof=PROOF, key=KEY, sign=None):
    """The fields of a form whose policy is `text`, or `policy` where it is no base64 of anything."""
    policy = encoded(text or document()) if policy is None else policy
    credential = dict(proof).get("x-amz-credential", CREDENTIAL)
    last = [["policy", policy], ["x-amz-signature", sign or signature(policy, credential)]]
    return [*fields, *([key] if key else []), *proof, *last]


def without(name, fields=None):
    return [field for field in fields or form() if field[0] != name]


def replaced(name, value, fields=None):
    return [[n, value if n == name else v] for n, v in fields or form()]


def proof(**changes):
    """With conditions of their own, so that nothing but the change is wrong."""
    changed = [[n, changes.get(n[6:], v)] for n, v in PROOF]
    conditions = [*CONDITIONS[:2], *({n: v} for n, v in changed)]
    return form(document(conditions), proof=changed)


def scope(place, part):
    parts = CREDENTIAL.split("/")
    parts[place] = part
    return proof(credential="/".join(parts))


def missing(name):
    return f"Bucket POST must contain a field named '{name}'.  If it is specified, please check the order of the fields."


accepted, refused = {}, {}


def accept(name, shows, fields, key="user/user1/saw.png", length=5, **more):
    accepted[name] = {"shows": shows, "fields": fields, "key": key, "length": length, **more}


def reject(rule, name, flaw, fields, fault, status, code, message, **more):
    answer = {"status": status, "code": code, "message": message}
    refused[f"{rule}_{name}"] = {"rule": rule, "flaw": flaw, "fields": fields, "fault": fault, "answer": answer, **more}


def invalid(rule, name, flaw, text, fault, message, **more):
    reject(rule, name, flaw, form(text, **more), fault, 400, "InvalidPolicyDocument", "Invalid Policy: " + message)


def denied(rule, name, flaw, fields, fault, message, **more):
    message = "Invalid according to Policy: " + message
    reject(rule, name, flaw, fields, fault, 403, "AccessDenied", message, **more)


def argument(rule, name, flaw, fields, fault, message, **more):
    reject(rule, name, flaw, fields, fault, 400, "InvalidArgument", message, **more)


# What is taken.
accept("plain", "the base of all others", form())
accept("names-in-any-case", "field names and names in conditions, without regard to case",
       [[n.upper(), v] for n, v in form(document(more=[["eq", "$ACL", "private"]]), [["acl", "private"]])])
accept("ignored", "a field that needs no condition", form(fields=[["X-Ignore-Me", "a"]]))
accept("milliseconds", "an expiration with milliseconds", form(document(until=UNTIL[:-1] + ".000Z")))
accept("last-second", "the second of the expiration", form(), now="20240102T040405Z")
accept("a-week-old", "the expiration ends a form, not its age",
       form(document(until="2024-01-10T00:00:00Z")), now="20240109T030405Z")
accept("clock-ahead", "a clock that is a little ahead", form(), now="20240102T025906Z")
accept("path-as-file-name", "of a path, the last part", form(), file_name="C:\\dir/saw.png")
accept("no-file-name", "without the name of a file, the variable stays", form(), key="user/user1/${filename}", file_name=None)
accept("file-name-in-field", "the variable, in any field",
       form(document(more=[["eq", "$x-amz-meta-name", "a saw.png"]]), [["x-amz-meta-name", "a ${filename}"]]))
accept("types", "each part of a Content-Type", form(document(more=[["starts-with", "$content-type", "image/"]]), [["Content-Type", "image/png,image/jpeg, image/gif"]]))
accept("empty-prefix", "any value, an empty one too", form(document(more=[["starts-with", "$x-amz-meta-a", ""]]), [["x-amz-meta-a", ""]]))
accept("lengths", "both bounds", form(document(more=[["content-length-range", 5, 5]])))
accept("narrowest", "the narrowest of several ranges", form(document(more=[["content-length-range", 0, 9], ["content-length-range", 5, 20]])), length=9)
accept("bucket-as-field", "a bucket that is a field as well, as of the JavaScript SDK", form(fields=[["bucket", BUCKET]]))
accept("dollar", "an escaped dollar sign", form(document(more=[{"x-amz-meta-a": "DOLLAR5"}]).replace("DOLLAR", "\\$"), [["x-amz-meta-a", "$5"]]))
accept("dollar-inside", "a dollar sign behind a backslash", form(document(more=[{"x-amz-meta-a": "\\$5"}]), [["x-amz-meta-a", "\\$5"]]))
accept("unicode", "escapes of JSON", form(document(more=[{"x-amz-meta-a": "säge \" \\ /"}]), [["x-amz-meta-a", "säge \" \\ /"]]))
accept("unspaced", "JSON without spaces", form(document().replace(", ", ",").replace(": ", ":")))
accept("key-1024", "the longest key", form(), key="user/user1/" + "a" * 1013, file_name="a" * 1013)
accept("session", "a session token", form(document(more=[{"x-amz-security-token": "a/token+="}]), [["x-amz-security-token", "a/token+="]]), session_token="a/token+=")

# 1: what is there, once, and the scope.
for field, name in [("key", "key"), ("x-amz-algorithm", "X-Amz-Algorithm"), ("x-amz-credential", "X-Amz-Credential"), ("x-amz-date", "X-Amz-Date"), ("x-amz-signature", "X-Amz-Signature"), ("policy", "Policy")]:
    argument(1, f"no-{field}", f"no {field}", without(field), f'MissingField {{ name: "{name}" }}', missing(name))
argument(1, "empty-signature", "an empty signature", replaced("x-amz-signature", ""), 'MissingField { name: "X-Amz-Signature" }', missing("X-Amz-Signature"))
reject(1, "no-signature-at-all", "nothing of a signature", [KEY, ["policy", encoded(document())]], "NotSigned", 403, "AccessDenied", "Access Denied")
reject(1, "version-2", "a signature of Version 2", [KEY, ["AWSAccessKeyId", ID], ["policy", encoded(document())], ["signature", "a"]], "SignatureVersion2", 400, "InvalidRequest", "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.")
for field in ["policy", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature"]:
    fields = form()
    twice = next(f for f in fields if f[0] == field)
    reject(1, f"{field}-twice", f"a second {field}", [*fields, [field.upper(), twice[1]]], "RepeatedField { index: 6 }", 400, "MalformedPOSTRequest", MALFORMED)
for name, algorithm in [("old", "AWS4-HMAC-SHA1"), ("lower", "aws4-hmac-sha256"), ("v4a", "AWS4-ECDSA-P256-SHA256"), ("spaced", "AWS4-HMAC-SHA256 ")]:
    argument(1, f"algorithm-{name}", f"algorithm {algorithm!r}", proof(algorithm=algorithm), "Claim(UnsupportedAlgorithm)", 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"')
argument(1, "date-differs", "a credential of another day", scope(1, "20240101"), "Claim(ScopeDateDiffers)", "Invalid credential date. This date is not the same as X-Amz-Date.")
argument(1, "date-unreal", "a credential of no day", scope(1, "20240230"), "Claim(InvalidScopeDate)", 'incorrect date format "20240230". This date in the credential must be in the format "yyyyMMdd".')
argument(1, "region", "another region", scope(2, "us-east-1"), "Claim(WrongRegion)", "the region 'us-east-1' is wrong; expecting 'eu-west-1'")
argument(1, "service", "another service", scope(3, "execute-api"), "Claim(WrongService)", 'incorrect service "execute-api". This endpoint belongs to "s3".')
argument(1, "terminator", "another end", scope(4, "aws4_Request"), "Claim(WrongTerminator)", 'incorrect terminal "aws4_Request". This endpoint uses "aws4_request".')
argument(1, "no-access-key", "no access key id", scope(0, ""), "Claim(EmptyAccessKeyId)", "a non-empty Access Key (AKID) must be provided in the credential.")
argument(1, "parts", "a part too many", scope(0, ID + "/a"), "Claim(MalformedCredential { parts: 6, expected: 5 })", 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".')
argument(1, "date-form", "a date in another form", proof(date="2024-01-02T03:04:05Z"), "Claim(InvalidTimestamp { position: 4 })", "X-Amz-Date must be formated via ISO8601 Long format")

# 2: the signature, over the field as it arrived.
def mismatch(name, flaw, fields, fault="Claim(SignatureMismatch)"):
    reject(2, name, flaw, fields, fault, 403, "SignatureDoesNotMatch", MISMATCH)

plain = encoded(document())
mismatch("wrong-secret", "another secret", form(sign=signature(plain, secret="another")))
mismatch("of-decoded", "a signature over the policy before its base64", form(sign=signature(document())))
mismatch("cut-policy", "a policy that is cut, and no base64", replaced("policy", plain[:-2]))
mismatch("no-json", "a policy that is no JSON, with the signature of another", replaced("policy", encoded("no")))
mismatch("line-break", "a line break in the base64", replaced("policy", plain[:64] + "\n" + plain[64:]))
mismatch("trailing-space", "a space behind the base64", replaced("policy", plain + " "))
mismatch("other-policy", "a policy with another key, and the signature of the first", replaced("policy", encoded(document().replace("user1", "user2"))))
mismatch("upper-case", "a signature in capitals", replaced("x-amz-signature", signature(plain).upper()), "Claim(MalformedSignature)")
mismatch("cut-signature", "a signature that is cut", replaced("x-amz-signature", signature(plain)[:-1]), "Claim(MalformedSignature)")

# 3: base64 and JSON.
def unread(name, flaw, policy, fault, message):
    reject(3, name, flaw, form(policy=policy), fault, 400, "InvalidPolicyDocument", "Invalid Policy: " + message)

for name, policy in [("line-break", plain[:64] + "\r\n" + plain[64:]), ("no-padding", plain.rstrip("=") if plain.endswith("=") else encoded(document() + " ").rstrip("=")), ("url", encoded(document(more=[{"a": "???>>>"}])).replace("/", "_").replace("+", "-") + "-___"), ("space", plain + " "), ("bits", "Zh==")]:
    unread(f"base64-{name}", f"base64 in another form: {name}", policy, "NotBase64", "invalid Base64 encoding.")
for name, text in [("comma", document()[:-1] + ",}"), ("quotes", document().replace('"', "'")), ("comment", document() + " // a"), ("after", document() + "{}"), ("cut", document()[:-1]), ("escape", document(more=[{"a": "b"}]).replace('"b"', '"\\v"')), ("control", document(more=[{"a": "b"}]).replace('"b"', '"\n"')), ("surrogate", document(more=[{"a": "b"}]).replace('"b"', '"\\ud83d"')), ("deep", "[" * 200 + "]" * 200), ("bom", "\ufeff" + document())]:
    invalid(3, f"json-{name}", f"no JSON: {name}", text, "NotJson", "Invalid JSON.")
unread("json-utf-8", "JSON that is no UTF-8", base64.b64encode(document(more=[{"a": "b"}]).encode().replace(b'"b"', b'"\xff"')).decode(), "NotJson", "Invalid JSON.")
invalid(3, "list", "a list", "[]", "NotObject", "Invalid JSON.")
invalid(3, "statement", "a member that means nothing", json.dumps({"Statement": [], **json.loads(document())}), "UnknownMember { index: 0 }", "Unexpected: 'statement'")
invalid(3, "capital", "a member in another case", document().replace("expiration", "Expiration"), "UnknownMember { index: 0 }", "Unexpected: 'expiration'")
invalid(3, "expiration-twice", "a second expiration", document()[:-1] + ', "expiration": "2030-01-01T00:00:00Z"}', "RepeatedMember { index: 2 }", "Repeated member.")
invalid(3, "conditions-twice", "second conditions, which would allow all", document()[:-1] + ', "conditions": []}', "RepeatedMember { index: 2 }", "Repeated member.")
invalid(3, "no-expiration", "no expiration", json.dumps({"conditions": CONDITIONS}), "MissingExpiration", "Policy missing expiration.")
invalid(3, "no-conditions", "no conditions", json.dumps({"expiration": UNTIL}), "MissingConditions", "Policy missing conditions.")
for name, until in [("offset", "2024-01-02T05:04:05+01:00"), ("space", "2024-01-02 04:04:05Z"), ("lower", "2024-01-02t04:04:05z"), ("local", "2024-01-02T04:04:05"), ("basic", "20240102T040405Z"), ("unreal", "2024-02-30T04:04:05Z"), ("fraction", "2024-01-02T04:04:05.Z"), ("date", "2024-01-02"), ("empty", "")]:
    invalid(3, f"expiration-{name}", f"an expiration in another form: {name}", document(until=until), "InvalidExpiration", f"Invalid 'expiration' value: '{until}'")
invalid(3, "expiration-number", "an expiration that is a number", document(until=1704168245), "InvalidExpiration", "Invalid 'expiration' value: ''")
invalid(3, "conditions-object", "conditions that are no list", json.dumps({"expiration": UNTIL, "conditions": {"bucket": BUCKET}}), "ConditionsNotList", "Invalid 'conditions' value: must be a List.")

# 4: time.
denied(4, "expired", "a second behind the expiration", form(), "PolicyExpired { expired: Timestamp(20240102T040405Z), now: Timestamp(20240102T040406Z) }", "Policy expired.", now="20240102T040406Z")
denied(4, "over-a-week", "signed more than seven days ago", form(document(until="2025-01-01T00:00:00Z")), "Claim(Expired { signed: Timestamp(20240102T030405Z), now: Timestamp(20240109T030406Z), limit: 604800 })", "Policy expired.", now="20240109T030406Z")
reject(4, "future", "signed in the future", form(), "Claim(NotYetCurrent { signed: Timestamp(20240102T030405Z), now: Timestamp(20240102T024904Z), limit: 300 })", 403, "AccessDenied", "Request is not yet valid", now="20240102T024904Z")

# 5: conditions and fields.
def failed(rule, name, flaw, fields, shown, index=5, **more):
    denied(rule, name, flaw, fields, f"ConditionFailed {{ index: {index} }}", f"Policy Condition failed: {shown}", **more)

failed(5, "other-key", "a key with another beginning", form(key=["key", "user/user2/a"]), '["starts-with", "$key", "user/user1/"]', 1)
failed(5, "file-name-out", "a name of a file that does not lead out", form(key=["key", "${filename}"]), '["starts-with", "$key", "user/user1/"]', 1, file_name="user/user1/saw.png")
failed(5, "other-case", "a value in another case", form(document(more=[{"acl": "private"}]), [["acl", "Private"]]), '["eq", "$acl", "private"]')
failed(5, "eq", "another value", form(document(more=[["eq", "$Content-Type", "a \"b\""]]), [["Content-Type", "a/b"]]), '["eq", "$Content-Type", "a \\"b\\""]')
failed(5, "absent", "a field that is not there", form(document(more=[{"acl": "private"}])), '["eq", "$acl", "private"]')
failed(5, "absent-any", "a field that may have any value, and is not there", form(document(more=[["starts-with", "$Content-Type", ""]])), '["starts-with", "$Content-Type", ""]')
failed(5, "no-dollar", "a condition without a dollar sign", form(document(more=[["eq", "acl", "private"]]), [["acl", "private"]]), '["eq", "acl", "private"]')
failed(5, "before-expansion", "a condition on the variable itself", form(document(more=[["eq", "$x-amz-meta-a", "${filename}"]]), [["x-amz-meta-a", "${filename}"]]), '["eq", "$x-amz-meta-a", "${filename}"]')
failed(5, "token", "another session token", form(document(more=[{"x-amz-security-token": "a"}]), [["x-amz-security-token", "b"]]), '["eq", "$x-amz-security-token", "a"]')
failed(5, "proof", "another date than the policy's", form(document([*CONDITIONS[:4], {"x-amz-date": "20240102T030406Z"}])), '["eq", "$x-amz-date", "20240102T030406Z"]', 4)
for name, field in [("acl", ["acl", "private"]), ("Content-Type", ["Content-Type", "a/b"]), ("x-amz-meta-note", ["x-amz-meta-note", ""]), ("x-ignore", ["x-ignore", "a"]), ("x-amz-security-token", ["x-amz-security-token", "a"])]:
    denied(5, f"extra-{name.lower()}", f"a field {name} without a condition", form(fields=[field]), "ExtraField { index: 0 }", f"Extra input fields: {name}")
for place, (name, _) in enumerate(PROOF):
    conditions = [c for c in CONDITIONS if not (isinstance(c, dict) and name in c)]
    denied(5, f"extra-{name}", f"no condition about {name}", form(document(conditions)), f"ExtraField {{ index: {place + 1} }}", f"Extra input fields: {name}")
denied(5, "extra-key", "no condition about key", form(document([CONDITIONS[0], *CONDITIONS[2:]])), "ExtraField { index: 0 }", "Extra input fields: key")

# 6: each part of a content type.
failed(6, "second-type", "a second type that is none of the allowed", form(document(more=[["starts-with", "$Content-Type", "image/"]]), [["Content-Type", "image/png,text/html"]]), '["starts-with", "$Content-Type", "image/"]')
failed(6, "empty-type", "an empty part", form(document(more=[["starts-with", "$Content-Type", "image/"]]), [["Content-Type", "image/png,"]]), '["starts-with", "$Content-Type", "image/"]')

# 7: what a condition is.
def condition(name, flaw, written, fault, message):
    invalid(7, name, flaw, document(more=[written]), fault, message)

ONE = "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified."
condition("no-property", "an object without a property", {}, "NotOneProperty { index: 5 }", ONE)
condition("two-properties", "an object with two", {"acl": "private", "a": "b"}, "NotOneProperty { index: 5 }", ONE)
invalid(7, "property-twice", "an object with one twice", document(more=[{"acl": "a"}]).replace('{"acl": "a"}', '{"acl": "a", "acl": "b"}'), "NotOneProperty { index: 5 }", ONE)
for name, value in [("number", 5), ("null", None), ("list", ["a"]), ("true", True)]:
    condition(f"property-{name}", f"a property that is no text: {name}", {"acl": value}, "NotText { index: 5 }", "Invalid Simple-Condition: value must be a string.")
condition("operand-number", "an operand that is no text", ["eq", "$acl", 5], "NotText { index: 5 }", "Invalid Simple-Condition: value must be a string.")
condition("text", "a condition that is a text", "acl", "NotCondition { index: 5 }", "Invalid condition test: must be a List or Object.")
condition("empty-list", "an empty list", [], "MissingOperator { index: 5 }", "Invalid Condition: missing operation identifier.")
condition("number-first", "a list that begins with a number", [1, 2, 3], "MissingOperator { index: 5 }", "Invalid Condition: missing operation identifier.")
condition("unknown", "an operator that is none", ["ends-with", "$key", "a"], "UnknownOperator { index: 5 }", "Invalid Condition: unknown operation 'ends-with'.")
condition("operator-case", "an operator in another case", ["Starts-With", "$key", "user/"], "UnknownOperator { index: 5 }", "Invalid Condition: unknown operation 'Starts-With'.")
condition("too-few", "an operand too few", ["eq", "$key"], "WrongCount { index: 5 }", "Invalid eq: wrong number of arguments.")
condition("too-many", "an operand too many", ["starts-with", "$key", "a", "b"], "WrongCount { index: 5 }", "Invalid starts-with: wrong number of arguments.")
condition("range-too-many", "a bound too many", ["content-length-range", 1, 2, 3], "WrongCount { index: 5 }", "Invalid content-length-range: wrong number of arguments.")
for name, low, high in [("negative", -1, 5), ("fraction", 0, 5.0), ("text", "0", "5"), ("null", None, 5), ("huge", 0, 1 << 64), ("exponent", 0, 1e3)]:
    condition(f"range-{name}", f"a bound that is no integer: {name}", ["content-length-range", low, high], "NotInteger { index: 5 }", "Invalid JSON.")
condition("range-reversed", "a minimum above the maximum", ["content-length-range", 6, 5], "EmptyRange { index: 5 }", "Invalid content-length-range: the minimum is above the maximum.")
reject(7, "too-long", "a file of a byte too many", form(document(more=[["content-length-range", 0, 4]])), "FileTooLong { maximum: 4 }", 400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
reject(7, "too-short", "a file of a byte too few", form(document(more=[["content-length-range", 6, 10]])), "FileTooShort { length: 5, minimum: 6 }", 400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
reject(7, "field-twice", "a field that is there twice", form(document(more=[{"acl": "private"}]), [["acl", "private"], ["ACL", "private"]]), "RepeatedField { index: 1 }", 400, "MalformedPOSTRequest", MALFORMED)
reject(7, "key-twice", "a second key, which no condition sees", [*form(), ["Key", "elsewhere"]], "RepeatedField { index: 6 }", 400, "MalformedPOSTRequest", MALFORMED)

# 8: the bucket.
denied(8, "unbound", "no condition about the bucket", form(document(CONDITIONS[1:])), "UnboundBucket", "Extra input fields: bucket")
failed(8, "other", "a policy for another bucket", form(document([{"bucket": "another"}, *CONDITIONS[1:]])), '["eq", "$bucket", "another"]', 0)
failed(8, "field", "a field with the policy's bucket, and a request to another", form(document([{"bucket": "another"}, *CONDITIONS[1:]]), [["bucket", "another"]]), '["eq", "$bucket", "another"]', 0)
failed(8, "field-differs", "a field with another bucket than the request's", form(fields=[["bucket", "another"]]), '["eq", "$bucket", "examplebucket"]', 0)

# 9: sizes.
long = [["x-ignore-a", "x" * 20480]]
reject(9, "too-long", "more than 20 KB before the file", form(fields=long), "FormTooLong { limit: 20480 }", 400, "MaxPostPreDataLengthExceeded", "Your POST request fields preceeding the upload file was too large.")
TOO_LONG = ("FormTooLong { limit: 20480 }", 400, "MaxPostPreDataLengthExceeded", "Your POST request fields preceeding the upload file was too large.")
reject(9, "file-name-long", "a name of a file that is more than 20 KB with the fields", form(), *TOO_LONG, file_name="a" * 20000)
reject(9, "expanded-too-long", "a name of a file in many places, more than 20 KB together", form(fields=[["x-ignore-a", "${filename}" * 800]]), *TOO_LONG, file_name="a" * 9000)
reject(9, "expanded-in-sum", "a name of a file in many fields, more than 20 KB together", form(fields=[[f"x-ignore-{n}", "${filename}"] for n in range(20)]), *TOO_LONG, file_name="a" * 1000)
reject(9, "key-1025", "a key that is longer than any", form(), "KeyTooLong { length: 1025, limit: 1024 }", 400, "KeyTooLongError", "Your key is too long", file_name="a" * 1014)
reject(9, "too-many", "more than a hundred fields", form(fields=[[f"x-ignore-{n}", ""] for n in range(95)]), "TooManyFields { count: 101, limit: 100 }", 400, "MalformedPOSTRequest", MALFORMED)

for folder, vectors in [("post-policy-accept", accepted), ("post-policy-reject", refused)]:
    shutil.rmtree(HERE / folder, ignore_errors=True)
    (HERE / folder).mkdir()
    for name, vector in vectors.items():
        base = {"bucket": BUCKET, "region": REGION, "now": NOW, "file_name": "saw.png", "length": 5}
        (HERE / folder / f"{name}.json").write_text(json.dumps(base | vector, indent=2, ensure_ascii=False) + "\n")
    print(folder, len(vectors))
