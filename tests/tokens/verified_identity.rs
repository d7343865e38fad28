//! Signed calls of `GetCallerIdentity` in Vault's envelope.

use crate::verified::{check_case, is_proved, read};
use serde::Deserialize;
use sigv4::tokens::{StsIdentityEnvelope, StsIdentityError, StsIdentityVerifier, StsReplay};
use sigv4::{Error, Timestamp};
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    case: String,
    shows: Option<String>,
    flaw: Option<String>,
    error: Option<String>,
    endpoints: Vec<String>,
    server_id: String,
    now: String,
    #[serde(rename = "vault")]
    _vault: Option<String>,
    pub envelope: Envelope,
    #[serde(rename = "headers")]
    _headers: Option<String>,
    /// The names that are sent to STS.
    sends: Option<Vec<String>>,
    proved: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    #[serde(rename = "iam_http_request_method")]
    method: String,
    #[serde(rename = "iam_request_url")]
    url: String,
    #[serde(rename = "iam_request_body")]
    body: String,
    #[serde(rename = "iam_request_headers")]
    headers: String,
}

impl Envelope {
    pub fn as_ref(&self) -> StsIdentityEnvelope<'_> {
        StsIdentityEnvelope {
            method: &self.method,
            url: &self.url,
            body: &self.body,
            headers: &self.headers,
        }
    }
}

impl Identity {
    pub fn check(&self, envelope: &StsIdentityEnvelope<'_>) -> Result<StsReplay, StsIdentityError> {
        let now = Timestamp::parse(&self.now).unwrap();
        let endpoints: Vec<_> = self.endpoints.iter().map(String::as_str).collect();
        StsIdentityVerifier::new(&endpoints, &self.server_id).check_envelope(envelope, now)
    }
}

#[test]
fn signed_calls() {
    let cases = read::<Identity>("sts-identity");
    assert!(cases.len() >= 110, "only {} vectors", cases.len());
    let mut faults = BTreeSet::new();
    for (name, case) in &cases {
        let what = [&case.shows, &case.flaw, &case.error].map(Option::as_deref);
        check_case(name, &case.case, what);
        match (case.check(&case.envelope.as_ref()), &case.error) {
            (Ok(replay), None) => {
                assert_eq!(replay.method(), "POST");
                assert_eq!(
                    replay.url().to_string(),
                    format!("https://{}/", case.endpoints[0])
                );
                assert!(replay.body().contains("Action=GetCallerIdentity"));
                if let Some(sends) = &case.sends {
                    let mut sent: Vec<_> = replay.headers().map(|(name, _)| name).collect();
                    sent.sort_unstable();
                    assert_eq!(sent, *sends, "{name}");
                }
                let proved = case.proved.expect("whether STS would take it");
                let outcome = is_proved(&replay);
                assert_eq!(outcome.is_ok(), proved, "{name}: {outcome:?}");
                if !proved {
                    assert_eq!(outcome, Err(Error::SignatureMismatch), "{name}");
                }
            }
            (found, expected) => {
                let error = found.map(|_| ()).expect_err(name);
                assert_eq!(Some(format!("{error:?}")), *expected, "{name}");
                let variant = format!("{error:?}");
                faults.insert(variant.split(['(', ' ']).next().unwrap().to_owned());
                assert!(!error.to_string().is_empty());
            }
        }
    }
    // All that a call can be refused for.
    let all = [
        "EndpointNotAllowed",
        "Expired",
        "FragmentInUrl",
        "HeaderNotAllowed",
        "HostDiffers",
        "InvalidBase64",
        "InvalidHeaderValue",
        "InvalidHeaders",
        "InvalidUrl",
        "MissingServerId",
        "NotHttps",
        "NotYetCurrent",
        "PortInUrl",
        "RepeatedHeader",
        "ServerIdNotSigned",
        "Signature",
        "TooLong",
        "TooManyHeaders",
        "UserInUrl",
        "WrongBody",
        "WrongContentLength",
        "WrongContentType",
        "WrongMethod",
        "WrongPath",
        "WrongServerId",
    ];
    assert_eq!(faults, all.map(String::from).into());
}

/// What the operator allows beside, and what not.
#[test]
fn by_the_operators_rules() {
    let cases = read::<Identity>("sts-identity");
    let case = |wanted: &str| &cases.iter().find(|(name, _)| name == wanted).unwrap().1;
    let now = Timestamp::parse("20240102T030905Z").unwrap();
    let endpoints = ["sts.us-east-1.amazonaws.com", "sts.eu-west-1.amazonaws.com"];
    let mut verifier = StsIdentityVerifier::new(&endpoints, "vault.example.com");
    let check = |verifier: &StsIdentityVerifier<'_>, wanted| {
        let envelope = case(wanted).envelope.as_ref();
        verifier.check_envelope(&envelope, now)
    };
    // Signed for another region's host, as STS would say.
    let elsewhere = check(&verifier, "url_other-region").unwrap_err();
    assert_eq!(elsewhere, StsIdentityError::HostDiffers);
    let own = check(&verifier, "header_x-amz-target").unwrap_err();
    assert!(matches!(own, StsIdentityError::HeaderNotAllowed { .. }));
    verifier.other_headers = &["X-Mine", "cookie"];
    let replay = check(&verifier, "header_cookie").unwrap();
    // Nobody signed it.
    assert!(replay.headers().all(|(name, _)| name != "cookie"));
    verifier.max_age = std::time::Duration::from_secs(299);
    let stale = check(&verifier, "accept_botocore").unwrap_err();
    assert!(matches!(
        stale,
        StsIdentityError::Expired { limit: 299, .. }
    ));
    verifier.max_age = std::time::Duration::from_secs(300);
    assert!(check(&verifier, "accept_botocore").is_ok());
    verifier.server_id = None;
    for name in [
        "server-id_missing",
        "server-id_other",
        "server-id_not-signed",
    ] {
        let replay = check(&verifier, name);
        let lacks = name == "server-id_missing";
        // What is signed still has to be there.
        assert_eq!(replay.is_err(), lacks, "{name}");
    }
}
