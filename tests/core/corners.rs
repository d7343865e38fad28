//! The supplementary vectors, every stage by itself. See `test-vectors/README.md`.

use crate::support::suite::{Context, Form, read};
use crate::support::{RawRequest, json_files, vectors};
use serde::Deserialize;
use sigv4::{Profile, Signer};
use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Corner {
    case: String,
    shows: String,
    rule: String,
    agrees: BTreeSet<Peer>,
    #[cfg_attr(not(feature = "http"), allow(dead_code))]
    origin: Option<String>,
    context: Context,
    request: Vec<String>,
    header: Option<Form>,
    query: Option<Form>,
}

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
enum Peer {
    #[serde(rename = "awscrt")]
    Awscrt,
    #[serde(rename = "botocore")]
    Botocore,
    #[serde(rename = "aws-sigv4")]
    AwsSigv4,
}

impl Corner {
    /// Signs the target as it stands, and header values that are not ASCII.
    fn signer(&self) -> Signer {
        let profile = Profile {
            non_ascii_header_values: true,
            ..self.context.profile()
        };
        let signer = self.context.signer().with_profile(profile);
        signer.with_target_as_given()
    }
}

fn corners() -> Vec<Corner> {
    let files = json_files(&vectors().join("corners"));
    files
        .into_iter()
        .map(|(name, path)| {
            let corner: Corner = read(&path);
            assert_eq!(corner.case, name);
            corner
        })
        .collect()
}

/// What a form has to give, and what it gives: canonical request, string to sign, signature.
fn stages(corner: &Corner) -> [(&'static str, String, String); 3] {
    let raw = RawRequest::parse(&corner.request);
    let headers = raw.headers();
    let request = raw.request(&headers);
    let (signer, at) = (corner.signer(), corner.context.timestamp());
    let expires = Duration::from_secs(corner.context.expiration_in_seconds);
    let (form, ours, signature) = match (&corner.header, &corner.query) {
        (Some(form), None) => (
            form,
            signer.stages(&request, at).unwrap(),
            signer.sign(&request, at).unwrap().signature(),
        ),
        (None, Some(form)) => (
            form,
            signer.presign_stages(&request, expires, at).unwrap(),
            signer.presign(&request, expires, at).unwrap().signature(),
        ),
        _ => panic!("{}: not one form", corner.case),
    };
    let text = |lines: &Option<Vec<String>>| lines.as_ref().expect("every stage").join("\n");
    [
        (
            "canonical request",
            text(&form.canonical_request),
            String::from_utf8(ours.canonical_request).unwrap(),
        ),
        (
            "string to sign",
            text(&form.string_to_sign),
            ours.string_to_sign,
        ),
        ("signature", text(&form.signature), signature.to_string()),
    ]
}

#[test]
fn every_stage_of_every_corner_holds() {
    let corners = corners();
    assert!(corners.len() >= 120, "only {} corners", corners.len());
    let mut wrong = Vec::new();
    for corner in &corners {
        for (stage, expected, actual) in stages(corner) {
            if expected != actual {
                let case = &corner.case;
                wrong.push(format!(
                    "{case}, {stage}:\n  expected {expected:?}\n  actual   {actual:?}"
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Each says what it shows, and its rule stands in the README; so does every corner that
/// nobody else agrees on.
#[test]
fn every_corner_has_a_rule() {
    let readme = fs::read_to_string(vectors().join("README.md")).unwrap();
    for corner in corners() {
        let (case, rule) = (&corner.case, &corner.rule);
        assert!(corner.shows.ends_with('.'), "{case}: {}", corner.shows);
        assert!(readme.contains(&format!("| {rule} |")), "{case}: {rule}?");
        if corner.agrees.is_empty() {
            assert!(readme.contains(&format!("`{case}`")), "{case} stands alone");
        }
    }
}

/// Where the host depends on the URL: the `host` header that follows from it.
#[cfg(feature = "http")]
#[test]
fn the_host_follows_from_the_origin() {
    let mut origins = 0;
    for corner in corners() {
        let Some(origin) = &corner.origin else {
            continue;
        };
        origins += 1;
        let raw = RawRequest::parse(&corner.request);
        let uri = format!("{origin}/");
        let mut request = http::Request::get(uri).body(()).unwrap();
        let at = corner.context.timestamp();
        let signer = corner.context.signer();
        signer
            .sign_http(&mut request, sigv4::Payload::EMPTY, at)
            .unwrap();
        let host = request.headers()["host"].to_str().unwrap();
        assert_eq!(("Host", host), first(&raw), "{}", corner.case);
    }
    assert!(origins >= 10, "only {origins} origins");
}

#[cfg(feature = "http")]
fn first(raw: &RawRequest) -> (&str, &str) {
    let (name, value) = &raw.headers[0];
    (name, value)
}
