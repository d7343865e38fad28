//! `corners generate FOLDER` reads corners.json, `official.py` signs, `corners write FOLDER`
//! writes test-vectors/corners. The expected texts come from tests/reference, which shares no
//! code with the crate; who agrees comes from the signatures that the others made.

#[allow(clippy::all)]
#[path = "../../../tests/reference/mod.rs"]
mod reference;

use peers::case::{
    ACCESS_KEY_ID, Case, EXPIRES, Form, REGION, SECRET, TIME, read_lines, write_lines,
};
use peers::outcome::Outcome;
use peers::{OFFICIAL, signers};
use reference::{Rules, Who};
use serde::Deserialize;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Corner {
    case: String,
    rule: String,
    shows: String,
    target: String,
    #[serde(default = "execute_api")]
    service: String,
    #[serde(default = "header")]
    form: Form,
    #[serde(default = "https")]
    scheme: String,
    authority: Option<String>,
    #[serde(default = "get")]
    method: String,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    body: String,
    token: Option<String>,
}

fn execute_api() -> String {
    "execute-api".to_owned()
}

fn header() -> Form {
    Form::Header
}

fn https() -> String {
    "https".to_owned()
}

fn get() -> String {
    "GET".to_owned()
}

#[derive(Deserialize)]
struct Official {
    id: String,
    awscrt: Outcome,
    botocore: Outcome,
}

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["generate", folder] => {
            let cases: Vec<_> = corners().iter().map(case).collect();
            write_lines(&Path::new(folder).join("corners.jsonl"), &cases);
        }
        ["write", folder] => write(Path::new(folder)),
        _ => panic!("usage: corners generate FOLDER | write FOLDER"),
    }
}

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn corners() -> Vec<Corner> {
    let text = fs::read_to_string(home().join("corners.json")).expect("corners.json");
    serde_json::from_str(&text).expect("corners.json is as this program reads it")
}

fn case(corner: &Corner) -> Case {
    let authority = corner.authority.clone();
    let authority = authority.unwrap_or_else(|| "example.amazonaws.com".to_owned());
    let headers = corner.headers.iter();
    Case {
        id: corner.case.clone(),
        service: corner.service.clone(),
        form: corner.form,
        host: signers::host(&corner.scheme, &authority),
        scheme: corner.scheme.clone(),
        authority,
        method: corner.method.clone(),
        target: repeated(&corner.target),
        headers: headers
            .map(|(name, value)| (name.clone(), repeated(value)))
            .collect(),
        body: repeated(&corner.body),
        token: corner.token.clone(),
    }
}

/// `{{3:a#}}` is `a0a1a2`.
fn repeated(text: &str) -> String {
    let Some((before, rest)) = text.split_once("{{") else {
        return text.to_owned();
    };
    let (what, after) = rest.split_once("}}").expect("}} after {{");
    let (times, what) = what.split_once(':').expect("{{times:what}}");
    let times: usize = times.parse().expect("a number");
    let copies: String = (0..times)
        .map(|number| what.replace('#', &number.to_string()))
        .collect();
    before.to_owned() + &copies + &repeated(after)
}

fn write(work: &Path) {
    tracing::subscriber::set_global_default(signers::CanonicalRequests).expect("the first");
    let official: Vec<Official> = read_lines(&work.join("corners-official.jsonl"));
    let corners = corners();
    assert_eq!(corners.len(), official.len());
    let folder = home().join("../test-vectors/corners");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("test-vectors/corners");
    let mut agreeing = [0; OFFICIAL.len()];
    let mut alone = Vec::new();
    for (corner, official) in corners.iter().zip(official) {
        assert_eq!(corner.case, official.id);
        let case = case(corner);
        let expected = expected(&case);
        let theirs = [
            official.awscrt,
            official.botocore,
            signers::aws_sigv4(&case),
        ];
        let mut agrees = Vec::new();
        for (index, outcome) in theirs.iter().enumerate() {
            assert!(outcome.is_consistent(&case.service), "{}", corner.case);
            if matches!(outcome, Outcome::Signed { signature, .. } if *signature == expected.signature)
            {
                agrees.push(OFFICIAL[index]);
                agreeing[index] += 1;
            }
        }
        if agrees.is_empty() {
            alone.push(corner.case.as_str());
        }
        let vector = vector(corner, &case, &expected, &agrees);
        let text = serde_json::to_string_pretty(&vector).expect("JSON");
        let path = folder.join(format!("{}.json", corner.case));
        fs::write(path, ascii(&text) + "\n").expect("a vector");
    }
    println!("{} corners", corners.len());
    for (name, count) in OFFICIAL.iter().zip(agreeing) {
        println!("{name} agrees on {count}");
    }
    println!("no official signer agrees on {}: {alone:?}", alone.len());
}

struct Expected {
    canonical: String,
    string_to_sign: String,
    signature: String,
}

/// The request as it stands: nothing is rewritten before it is signed.
fn expected(case: &Case) -> Expected {
    let rules = Rules::of(&case.service);
    let who = Who {
        access_key_id: ACCESS_KEY_ID.to_owned(),
        secret: SECRET.to_owned(),
        token: case.token.clone(),
        region: REGION.to_owned(),
        service: case.service.clone(),
        time: TIME.to_owned(),
    };
    let mut headers = vec![("host".to_owned(), case.host.clone().into_bytes())];
    for (name, value) in &case.headers {
        headers.push((name.clone(), value.clone().into_bytes()));
    }
    let mut hash = reference::sha256(case.body.as_bytes());
    let mut target = case.target.clone();
    match case.form {
        Form::Header => {
            headers.push(("x-amz-date".to_owned(), TIME.into()));
            if rules.hash_header {
                headers.push(("x-amz-content-sha256".to_owned(), hash.clone().into()));
            }
            if let Some(token) = &case.token {
                headers.push((rules.token_name.to_owned(), token.clone().into()));
            }
        }
        Form::Query => {
            if rules.presign_unsigned {
                "UNSIGNED-PAYLOAD".clone_into(&mut hash);
            }
            let scope = format!("{}/{REGION}/{}/aws4_request", &TIME[..8], case.service);
            let (_, names) = reference::canonical_headers(&headers);
            let mut parameters = vec![
                ("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned()),
                ("X-Amz-Credential", format!("{ACCESS_KEY_ID}/{scope}")),
                ("X-Amz-Date", TIME.to_owned()),
                ("X-Amz-SignedHeaders", names),
                ("X-Amz-Expires", EXPIRES.to_string()),
            ];
            if rules.presigned_token_is_signed {
                parameters.extend(case.token.clone().map(|token| (rules.token_name, token)));
            }
            for (name, value) in parameters {
                target.push(if target.contains('?') { '&' } else { '?' });
                target += &format!("{name}={}", reference::encode(value, ""));
            }
        }
    }
    let canonical = reference::canonical_request(&case.method, &target, &headers, &hash, rules)
        .unwrap_or_else(|| panic!("{}: a broken escape", case.id));
    let (string_to_sign, signature) = reference::signature(&canonical, &who);
    Expected {
        canonical: String::from_utf8(canonical).expect("UTF-8"),
        string_to_sign,
        signature,
    }
}

fn vector(corner: &Corner, case: &Case, expected: &Expected, agrees: &[&str]) -> Value {
    let rules = Rules::of(&case.service);
    let mut credentials = json!({ "access_key_id": ACCESS_KEY_ID, "secret_access_key": SECRET });
    if let Some(token) = &case.token {
        credentials["token"] = json!(token);
    }
    let mut context = json!({
        "credentials": credentials,
        "normalize": rules.normalize_path,
        "region": REGION,
        "service": case.service,
        "sign_body": rules.hash_header,
        "timestamp": "2015-08-30T12:36:00Z",
    });
    if case.form == Form::Query {
        context["expiration_in_seconds"] = json!(EXPIRES);
        if !rules.presigned_token_is_signed {
            context["omit_session_token"] = json!(true);
        }
    }
    let mut request = format!(
        "{} {} HTTP/1.1\nHost:{}\n",
        case.method, case.target, case.host
    );
    for (name, value) in &case.headers {
        request += &format!("{name}:{value}\n");
    }
    if !case.body.is_empty() {
        request += "\n";
        request += &case.body;
    }
    let lines = |text: &str| json!(text.split('\n').collect::<Vec<_>>());
    let mut vector = json!({
        "case": corner.case,
        "shows": corner.shows,
        "rule": corner.rule,
        "agrees": agrees,
    });
    if corner.authority.is_some() || corner.scheme != "https" {
        vector["origin"] = json!(format!("{}://{}", case.scheme, case.authority));
    }
    vector["context"] = context;
    vector["request"] = lines(&request);
    vector[case.form.name()] = json!({
        "canonical_request": lines(&expected.canonical),
        "string_to_sign": lines(&expected.string_to_sign),
        "signature": lines(&expected.signature),
    });
    vector
}

/// Everything else escaped: an NBSP has to be seen.
fn ascii(json: &str) -> String {
    let mut text = String::new();
    for character in json.chars() {
        if character.is_ascii() && character != '\u{7f}' {
            text.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                text += &format!("\\u{unit:04x}");
            }
        }
    }
    text
}
