//! A session token in lines that differ within it.

use crate::asked::{assert_is, detail, post, start};
use crate::harness::{Call, HOST, NOW, send};
use crate::secrets::said;
use serde_json::json;
use sigv4::{Payload, Profile, Request, Timestamp};

/// Where two lines differ within a token, neither piece of it is there.
#[test]
fn nor_is_a_token_in_pieces() {
    let gateway = start();
    let signed = |target: &str, headers: &[(&str, &str)]| {
        let mut profile = Profile::for_service("execute-api");
        profile.double_encode_path = false;
        let headers = headers
            .iter()
            .map(|(name, value)| (*name, value.as_bytes()));
        let headers: Vec<_> = headers.collect();
        let request = Request {
            method: "GET",
            target,
            headers: &headers,
            payload: Payload::EMPTY,
        };
        let signer = Call::get("/").signer().with_profile(profile);
        let signed = signer
            .sign(&request, Timestamp::parse(NOW).unwrap())
            .unwrap();
        let mut lines = vec![format!("GET {} HTTP/1.1", signed.target())];
        let given = headers
            .iter()
            .map(|(name, value)| (*name, String::from_utf8_lossy(value)));
        let added = signed.headers().map(|(name, value)| (name, value.into()));
        lines.extend(
            given
                .chain(added)
                .map(|(name, value)| format!("{name}: {value}")),
        );
        lines.join("\r\n") + "\r\n\r\n"
    };
    // The service escapes each `%` of the path once more.
    let target =
        "/prod/echo/a%3FX-Amz-Security-Token%3DIQoJb3JpZ2lu%2FtheMiddle%2Band%2FtheEndOfIt";
    send(gateway.address(), &signed(target, &[("host", HOST)]));
    let shown = detail(&gateway, 1);
    assert_is(&shown, "signature", "double-encoding", "reading");
    let path = &shown["canonical"][1];
    assert_eq!(
        (&path["state"], &path["sent"]["hidden"]),
        (&json!("differs"), &json!(true))
    );
    let mut all = said(&gateway);

    // Two URLs with a token each, which are the same but for a letter in the middle.
    let referer = |letter| {
        let token = format!("IQoJb3JpZ2lu{letter}theMiddle/and/theEndOfIt");
        format!("https://example.com/?X-Amz-Security-Token={token}&b=c")
    };
    let (sent, came) = (referer("A"), referer("B"));
    let request = signed("/prod/items", &[("host", HOST), ("referer", &sent)]);
    let answer = send(gateway.address(), &request.replace(&sent, &came));
    let pasted = json!({ "request": request, "answer": answer.head + &answer.body });
    let explained = post(&gateway, "/api/explain", &pasted.to_string());
    let line = explained.json()["canonical"][4].clone();
    assert_eq!(
        (&line["name"], &line["state"]),
        (&json!("referer"), &json!("differs"))
    );
    assert!(
        line["sent"]["cut"][2].as_str().unwrap().ends_with("&b=c"),
        "{line}"
    );
    all += &explained.body;
    // Somebody's own name for it: the pasted text has it by the right one, too.
    let answer =
        "HTTP/1.1 403 Forbidden\r\n\r\n{\"message\":\"bad IQoJb3JpZ2luAtheMiddle/and/theEndOfIt\"}";
    let pasted = json!({ "request": request, "answer": answer });
    all += &post(&gateway, "/api/explain", &pasted.to_string()).body;

    for never in ["IQoJb3JpZ2lu", "theMiddle", "theEndOfIt"] {
        if let Some(at) = all.find(never) {
            panic!("{}", &all[at.saturating_sub(200)..at + never.len()]);
        }
    }
}
