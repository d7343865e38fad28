//! What is pasted into the inspector's page, in each form, and no part of a session token in the page.

use serde_json::json;
use sha2::{Digest, Sha256};
use sigv4::inspect::page;

/// Runs of letters of a token, so long.
const RUN: usize = 16;

/// The longest part of a token that may be in the page.
const PART: usize = 7;

/// A request and an answer of any bytes, the first of which says in which form, with a token in it.
pub fn pasted_text(data: &[u8]) {
    let (choice, rest) = data.split_first().unwrap_or((&0, b""));
    let rest = String::from_utf8_lossy(rest);
    let (request, answer) = rest.split_once('\0').unwrap_or((&rest, ""));
    let _ = page(request, answer, None, None);

    // Nobody can have written it into the bytes.
    let runs = runs(data);
    let token = format!("{}/{}+{}==", runs[0], runs[1], runs[2]);
    let encoded = token
        .replace('/', "%2F")
        .replace('+', "%2B")
        .replace('=', "%3D");
    let (target, more) = request.split_once('\n').unwrap_or((request, ""));
    let target = target.trim_end_matches('\r');
    let header = format!("x-amz-security-token: {token}");
    let canonical = format!(
        "GET\n/{target}\n\nhost:a\nx-amz-security-token:{token}\n\nhost;x-amz-security-token\n{}",
        "0".repeat(64)
    );
    let said =
        format!("The Canonical String for this request should have been\n'{canonical}'\n\n{more}");
    let (request, answer) = match choice % 8 {
        0 => (
            format!("GET /{target} HTTP/1.1\r\n{header}\r\n{more}"),
            answer.into(),
        ),
        1 => (
            format!("GET /?X-Amz-Security-Token={encoded}&{target} HTTP/1.1\r\n{more}"),
            answer.into(),
        ),
        2 => (format!("curl -H '{header}' {request}"), answer.into()),
        3 => {
            let har = json!({ "log": { "entries": [{
                "request": {
                    "method": "POST", "url": format!("https://example.com/{target}"),
                    "headers": [{ "name": "X-Amz-Security-Token", "value": token }, { "name": "a", "value": more }],
                    "postData": { "text": more },
                },
                "response": { "status": 403, "content": { "text": answer } },
            }]}});
            (har.to_string(), String::new())
        }
        4 => (
            format!("> GET /{target} HTTP/1.1\n> {header}\n{more}"),
            answer.into(),
        ),
        5 => (request.to_owned(), json!({ "message": said }).to_string()),
        6 => (
            request.to_owned(),
            format!(
                "<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>{canonical}</CanonicalRequest></Error>{answer}"
            ),
        ),
        _ => (
            request.to_owned(),
            format!("HTTP/1.1 403 Forbidden\r\n{header}\r\n{answer}"),
        ),
    };
    let Ok(page) = page(&request, &answer, None, None) else {
        return;
    };
    for run in &runs {
        for start in 0..RUN - PART {
            let part = &run[start..=start + PART];
            assert!(!page.contains(part), "{part} of {token}");
        }
    }
}

/// Letters that follow from all of the bytes.
fn runs(data: &[u8]) -> [String; 3] {
    [0, 1, 2].map(|number| {
        let hash = Sha256::new().chain_update([number]).chain_update(data);
        let letters = hash.finalize();
        let letters = letters.iter().take(RUN).map(|byte| match byte % 52 {
            letter @ 0..26 => char::from(b'A' + letter),
            letter => char::from(b'a' + letter - 26),
        });
        letters.collect()
    })
}
