//! No secret, no session token and no signature that the server computed is in anything that the
//! inspector says.

use crate::asked::{get, post, start};
use crate::harness::{Call, HOST, SECRET, send};
use sigv4::gateway::Running;

const TOKEN: &str = "the+token";
pub const OTHER: &str = "IQoJb3JpZ2luX2VjEXAMPLETOKENthatIsAnotherOne/+=";

/// Everything that can be asked about a request.
pub fn said(gateway: &Running) -> String {
    let last = get(gateway, "/api/requests").json()["last"]
        .as_u64()
        .unwrap();
    let mut said = get(gateway, "/api/requests").body;
    for id in 1..=last {
        for what in ["", "/curl", "/verify", "/vector"] {
            let answer = get(gateway, &format!("/api/requests/{id}{what}"));
            assert!(matches!(answer.status, 200 | 409));
            said += &answer.body;
        }
    }
    said
}

#[test]
fn nothing_secret_is_said() {
    let gateway = start();
    let base = |token| Call {
        access_key_id: "ASIATEMPORARY",
        token,
        ..Call::get("/prod/items?a=b")
    };
    let mut right = Vec::new();
    for token in [Some(TOKEN), Some(OTHER), None] {
        base(token).send(&gateway);
        // The right signature of what arrives is not the one that arrives.
        let call = base(token);
        let (lines, _) = call.signed();
        let of_get = lines
            .iter()
            .find(|line| line.starts_with("authorization"))
            .unwrap()
            .clone();
        let posted = Call {
            method: "POST",
            ..base(token)
        };
        let (lines, _) = posted.signed();
        let of_post = lines
            .iter()
            .find(|line| line.starts_with("authorization"))
            .unwrap();
        right.push(of_post.rsplit('=').next().unwrap().to_owned());
        posted.send_changed(&gateway, |lines| {
            for line in lines
                .iter_mut()
                .filter(|line| line.starts_with("authorization"))
            {
                line.clone_from(&of_get);
            }
        });
        // A wrong secret: the right signature is that of the key.
        right.push(of_get.rsplit('=').next().unwrap().to_owned());
        let wrong = Call {
            secret: "wrong",
            access_key_id: "AKIDALICE",
            ..base(token)
        };
        let signed = Call {
            access_key_id: "AKIDALICE",
            ..base(token)
        }
        .signed()
        .0;
        let expected = signed
            .iter()
            .find(|line| line.starts_with("authorization"))
            .unwrap();
        right.push(expected.rsplit('=').next().unwrap().to_owned());
        wrong.send(&gateway);
        let target = base(token).presigned();
        for target in [target.clone(), target.replace("a=b", "a=c")] {
            send(
                gateway.address(),
                &format!("GET {target} HTTP/1.1\r\nhost: {HOST}\r\n\r\n"),
            );
        }
    }
    // That of the first call of each token arrives itself, and may be shown.
    let arrived: Vec<String> = [Some(TOKEN), Some(OTHER), None]
        .into_iter()
        .map(|token| base(token).signed().0.join("\n"))
        .collect();
    right.retain(|signature| !arrived.iter().any(|text| text.contains(signature.as_str())));
    assert!(right.len() >= 3, "{}", right.len());
    let said = said(&gateway);
    assert!(said.contains("(a session token, 9 bytes)"));
    let encoded = OTHER
        .replace('/', "%2F")
        .replace('+', "%2B")
        .replace('=', "%3D");
    let mut never = vec![
        SECRET.to_owned(),
        OTHER.into(),
        encoded,
        "the%2Btoken".into(),
        "the+token".into(),
    ];
    never.extend(right);
    for never in never {
        if let Some(at) = said.find(&never) {
            panic!(
                "{never}: …{}",
                &said[at.saturating_sub(200)..at + never.len()]
            );
        }
    }
}

#[test]
fn nor_is_what_was_pasted() {
    let gateway = start();
    let (lines, _) = Call {
        token: Some(OTHER),
        ..Call::get("/prod/items")
    }
    .signed();
    let request = lines.join("\n") + "\nCookie: session=aCookieOfSomebody\n\n";
    let message = format!(
        "The request signature we calculated does not match the signature you provided.\n\nThe Canonical String \
         for this request should have been\n'GET\n/prod/items\n\nhost:{HOST}\nx-amz-security-token:{OTHER}\n\n\
         host;x-amz-security-token\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'\n"
    );
    let answer = serde_json::json!({ "message": message }).to_string();
    let pasted = serde_json::json!({ "request": request, "answer": answer }).to_string();
    let answer = post(&gateway, "/api/explain", &pasted);
    assert_eq!(answer.status, 200, "{}", answer.body);
    for never in [OTHER, "aCookieOfSomebody"] {
        assert!(!answer.body.contains(never), "{}", answer.body);
    }
    let curl = "curl --user AKIDEXAMPLE:aSecretAccessKeyOfSomebody --aws-sigv4 aws:amz:us-east-1:execute-api \
        -H 'x-api-key: aKeyOfSomebody' -H 'Authorization: Bearer aBearerToken' https://example.com/";
    let pasted = serde_json::json!({ "request": curl, "answer": "{\"message\":\"Forbidden\"}" });
    let answer = post(&gateway, "/api/explain", &pasted.to_string());
    for never in [
        "aSecretAccessKeyOfSomebody",
        "aKeyOfSomebody",
        "aBearerToken",
    ] {
        assert!(!answer.body.contains(never), "{}", answer.body);
    }
}

/// Those of other schemes than AWS's, signed or not, and tokens in spellings that no signer writes.
#[test]
fn nor_is_another_scheme_or_spelling() {
    let gateway = start();
    let call = || Call {
        secret: "wrong",
        headers: vec![
            ("host", HOST),
            ("x-api-key", "aKeyOfSomebodys"),
            ("cookie", "session=aCookieOfSomebodys"),
            ("x-auth-token", "aTokenOfSomebodys"),
            ("x-vault-token", "hvs.aVaultOfSomebodys"),
            ("x-amz-sso_bearer_token", "aBearerTokenOfSomebodys"),
        ],
        ..Call::get("/prod/items")
    };
    call().send(&gateway);
    let raw = "IQoJb3JpZ2luX2VjEXAMPLE/+abcdef==";
    for head in [
        "GET /prod/items HTTP/1.1\r\nauthorization: Bearer aBearerTokenOfSomebodys".to_owned(),
        "GET /prod/items HTTP/1.1\r\ncookie: a=aCookieOfSomebodys".into(),
        "GET /prod/items?a=b&api_key=aKeyOfSomebodys&c=d HTTP/1.1".into(),
        "GET /prod/items?apiKey=aKeyOfSomebodys HTTP/1.1".into(),
        format!("GET /prod/items?X-Amz-Security-Token={raw} HTTP/1.1"),
        format!("GET /prod/items?a=b&amp;X-Amz-Security-Token={raw} HTTP/1.1"),
        format!("GET /prod/items?a=b;X-Amz-Security-Token={raw} HTTP/1.1"),
        format!("GET /prod/items%3FX-Amz-Security-Token%3D{raw} HTTP/1.1"),
        format!("GET /prod/items?x-amz-security%2dtoken={raw} HTTP/1.1"),
    ] {
        send(
            gateway.address(),
            &format!("{head}\r\nhost: {HOST}\r\n\r\n"),
        );
    }
    let target = Call {
        access_key_id: "ASIATEMPORARY",
        token: Some(OTHER),
        ..Call::get("/prod/items?a=b")
    }
    .presigned()
    .replace("a=b", "a=c");
    for target in [
        target.replace("%2F%2B%3D", "%2f%2b%3d"),
        target.replace("%2F%2B%3D", "/+="),
    ] {
        let head = format!("GET {target} HTTP/1.1\r\nhost: {HOST}\r\n\r\n");
        send(gateway.address(), &head);
    }
    let said = said(&gateway);
    for never in [
        "aKeyOfSomebodys",
        "aCookieOfSomebodys",
        "aBearerTokenOfSomebodys",
        "aTokenOfSomebodys",
        "aVaultOfSomebodys",
        "IQoJb3JpZ2lu",
    ] {
        if let Some(at) = said.find(never) {
            panic!("{}", &said[at.saturating_sub(200)..at + never.len()]);
        }
    }
}

/// The first that one pastes: an answer alone, which quotes the request.
#[test]
fn nor_is_what_an_answer_alone_quotes() {
    let gateway = start();
    let quoted = format!(
        "GET\n/prod/items\n\nhost:{HOST}\nx-api-key:aKeyOfSomebodys\nx-amz-security-token:{OTHER}\n\n\
         host;x-amz-security-token;x-api-key\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    let message = format!(
        "The request signature we calculated does not match the signature you provided.\n\nThe Canonical String \
         for this request should have been\n'{quoted}'\n"
    );
    let in_json = serde_json::json!({ "message": message }).to_string();
    let hex: Vec<_> = quoted.bytes().map(|byte| format!("{byte:02x}")).collect();
    let hex = hex.join(" ");
    let in_xml = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>{quoted}</CanonicalRequest>\
         <CanonicalRequestBytes>{hex}</CanonicalRequestBytes></Error>"
    );
    for answer in [in_json.replace('/', "\\/"), in_json, in_xml] {
        let pasted = serde_json::json!({ "request": "", "answer": answer }).to_string();
        let said = post(&gateway, "/api/explain", &pasted);
        assert_eq!(said.status, 200, "{}", said.body);
        for never in ["IQoJb3JpZ2lu", "aKeyOfSomebodys", "49 51 6f 4a"] {
            assert!(!said.body.contains(never), "{}", said.body);
        }
    }
}
