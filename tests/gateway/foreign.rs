//! What other correct clients send: API Gateway takes it, so the stand-in does.

use crate::harness::{Call, HOST, NOW, SECRET, send, start};
use sigv4::{
    Authorization, CanonicalRequest, Hasher, Header, Payload, Profile, Request, Scope, SigningKey,
    StringToSign, Timestamp,
};

const MISMATCH: &str = "The request signature we calculated does not match the signature you \
                        provided.";
const INVALID_TOKEN: &str = "The security token included in the request is invalid.";

fn hash_of(body: &str) -> String {
    let mut hasher = Hasher::new();
    hasher.put(body.as_bytes());
    let hash = hasher.finish();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn post(body: &'static str) -> Call {
    Call {
        method: "POST",
        body,
        ..Call::get("/prod/items")
    }
}

/// aws-requests-auth sends `x-amz-content-sha256` unsigned. It is the hash of the body, or
/// the request is refused.
#[test]
fn an_unsigned_payload_hash_is_taken_and_compared() {
    let gateway = start();
    let with = |hash: String| {
        post("{}").send_changed(&gateway, move |lines| {
            lines.push(format!("x-amz-content-sha256: {hash}"));
        })
    };
    assert_eq!(with(hash_of("{}")).status, 201);
    for wrong in [
        hash_of("[]"),
        hash_of("{}").to_uppercase(),
        "UNSIGNED-PAYLOAD".into(),
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD".into(),
        String::new(),
    ] {
        let answer = with(wrong.clone());
        assert_eq!(answer.status, 403, "{wrong}");
        let message = answer.json()["message"].to_string();
        assert!(message.contains(MISMATCH), "{wrong}: {message}");
    }
    let get = Call::get("/prod/items").send_changed(&gateway, |lines| {
        lines.push(format!("x-amz-content-sha256: {}", hash_of("")));
    });
    assert_eq!(get.status, 200);
}

/// httpx-auth-awssigv4 sends `x-amz-security-token` unsigned. It is the key's, or the
/// request is refused.
#[test]
fn an_unsigned_session_token_is_taken_and_compared() {
    let gateway = start();
    let with = |access_key_id, token: &'static str| {
        let call = Call {
            access_key_id,
            ..Call::get("/prod/items")
        };
        call.send_changed(&gateway, move |lines| {
            lines.push(format!("X-Amz-Security-Token: {token}"));
        })
    };
    assert_eq!(with("ASIATEMPORARY", "the+token").status, 200);
    for (access_key_id, token) in [
        ("ASIATEMPORARY", "another"),
        ("ASIATEMPORARY", ""),
        ("AKIDALICE", "the+token"),
        ("AKIDALICE", ""),
    ] {
        with(access_key_id, token).assert(403, "UnrecognizedClientException", INVALID_TOKEN);
    }
    let expired = with("ASIAEXPIRED", "the+token");
    assert_eq!(
        expired.header("x-amzn-errortype"),
        Some("ExpiredTokenException")
    );
}

/// One beside a presigned URL counts as well.
#[test]
fn a_token_in_a_header_has_to_be_the_keys_in_the_query_form_too() {
    let gateway = start();
    let sent = |call: &Call, token: &str| {
        let url = call.presigned();
        let text = format!("GET {url} HTTP/1.1\r\nHost: {HOST}\r\n{token}\r\n");
        send(gateway.address(), &text)
    };
    let temporary = Call {
        access_key_id: "ASIATEMPORARY",
        token: Some("the+token"),
        ..Call::get("/prod/items")
    };
    let own = "x-amz-security-token: the+token\r\n";
    let other = "x-amz-security-token: another\r\n";
    let long_term = Call::get("/prod/items");
    for (call, header, status) in [
        (&temporary, "", 200),
        (&temporary, own, 200),
        (&temporary, other, 403),
        (&long_term, "", 200),
        (&long_term, own, 403),
    ] {
        assert_eq!(sent(call, header).status, status, "{header}");
    }
}

/// Other headers of AWS's have to be signed as ever.
#[test]
fn no_other_amz_header_comes_unsigned() {
    let gateway = start();
    let answer = Call::get("/prod/items").send_changed(&gateway, |lines| {
        lines.push("x-amz-target: Delete".into());
    });
    answer.assert(
        403,
        "InvalidSignatureException",
        "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.",
    );
}

/// libcurl, requests-aws4auth and aws4fetch sign a raw `+` as a space, others as a plus.
#[test]
fn a_raw_plus_in_a_query_is_read_either_way() {
    let gateway = start();
    for signed in ["/prod/echo/a?q=1%202", "/prod/echo/a?q=1%2B2"] {
        let answer = Call::get(signed).send_changed(&gateway, |lines| {
            lines[0] = "GET /prod/echo/a?q=1+2 HTTP/1.1".into();
        });
        assert_eq!(answer.json()["query"], "q=1+2", "{signed}");
    }
    let other = Call::get("/prod/echo/a?q=1%2C2").send_changed(&gateway, |lines| {
        lines[0] = "GET /prod/echo/a?q=1+2 HTTP/1.1".into();
    });
    assert_eq!(other.status, 403);
}

/// The answer names `Date` as missing only where it is.
#[test]
fn a_date_header_is_not_denied() {
    let gateway = start();
    let dated = |line: &'static str| {
        let answer = Call::get("/prod/items").send_changed(&gateway, move |lines| {
            lines.retain(|line| !line.starts_with("x-amz-date"));
            lines.extend((!line.is_empty()).then(|| line.to_owned()));
        });
        assert_eq!(answer.status, 403);
        answer.json()["message"].as_str().unwrap().to_owned()
    };
    let text = "requires existence of either a 'X-Amz-Date' or a 'Date' header";
    assert!(dated("").contains(text));
    let there = dated("Date: Sun, 30 Aug 2015 12:36:00 GMT");
    assert!(!there.contains(text), "{there}");
}

/// A `Date` that is signed is the time of the signature, where there is no `x-amz-date`.
#[test]
fn a_signed_date_is_a_time() {
    let gateway = start();
    let dated = |date: &'static str| {
        let headers: [Header<'_>; 2] = [("host", HOST.as_bytes()), ("date", date.as_bytes())];
        let request = Request {
            method: "GET",
            target: "/prod/items",
            headers: &headers,
            payload: Payload::EMPTY,
        };
        let at = Timestamp::parse(NOW).unwrap();
        let string_to_sign = StringToSign {
            at,
            scope: Scope::new(&at, "us-east-1", "execute-api").unwrap(),
            canonical_request_hash: CanonicalRequest::new(&request, &Profile::DEFAULT)
                .unwrap()
                .hash(),
        };
        let scope = string_to_sign.scope;
        let signature = SigningKey::derive(SECRET, &scope).sign(&string_to_sign);
        let authorization = Authorization {
            access_key_id: "AKIDALICE",
            scope,
            signed_headers: "date;host",
            signature,
        };
        let lines = format!(
            "GET /prod/items HTTP/1.1\r\nhost: {HOST}\r\ndate: {date}\r\n\
             authorization: {authorization}\r\n\r\n"
        );
        send(gateway.address(), &lines).status
    };
    assert_eq!(dated("Sun, 30 Aug 2015 12:36:00 GMT"), 200);
    assert_eq!(dated(NOW), 200);
    assert_eq!(dated("Sun, 30 Aug 2015 12:36:01 GMT"), 403);
}

/// Signers normalise the path, and some clients send it as it is. What is proven is the
/// normalised one: policies see that.
#[test]
fn a_path_that_is_sent_as_it_is_passes_by_its_normalised_form() {
    let gateway = start();
    let sent = |access_key_id, signed: &'static str, wire: &str| {
        let call = Call {
            access_key_id,
            ..Call::get(signed)
        };
        call.send_changed(&gateway, |lines| lines[0] = format!("GET {wire} HTTP/1.1"))
    };
    let answer = sent("AKIDALICE", "/prod/echo/a/b", "/prod/echo//a/./x/../b");
    assert_eq!(answer.json()["path"], "/prod/echo//a/./x/../b");
    // May GET /items, and nothing else.
    let denied = sent("AKIDREADER", "/prod/echo/b", "/prod/echo//a/../b");
    let message = denied.json()["Message"].to_string();
    assert!(message.contains("abc123/prod/GET/echo/b "), "{message}");
}
