//! EKS tokens and signed calls of `GetCallerIdentity`, right ones and such with one flaw each.
//! See `test-vectors/README.md`.

use crate::support::{json_files, vectors};
use serde::Deserialize;
use sigv4::tokens::{EksTokenError, EksVerifier, StsReplay};
use sigv4::{Claim, Error, Policy, Timestamp};
use std::collections::BTreeSet;
use std::fs;

pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// The cases of a folder, with their names.
pub fn read<C: for<'de> Deserialize<'de>>(folder: &str) -> Vec<(String, C)> {
    let cases = json_files(&vectors().join("tokens-verify").join(folder));
    let read = cases.into_iter().map(|(name, path)| {
        let text = fs::read_to_string(path).unwrap();
        let case = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, case)
    });
    read.collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Eks {
    case: String,
    shows: Option<String>,
    flaw: Option<String>,
    error: Option<String>,
    pub region: String,
    pub cluster: String,
    now: String,
    #[serde(rename = "authenticator")]
    _authenticator: Option<String>,
    #[serde(rename = "url")]
    _url: Option<String>,
    pub token: String,
    proved: Option<bool>,
}

impl Eks {
    pub fn check(&self, token: &str) -> Result<StsReplay, EksTokenError> {
        let now = Timestamp::parse(&self.now).unwrap();
        EksVerifier::new(&self.cluster, &self.region)?.check(token, now)
    }
}

/// Whether STS would take it: it knows the secret.
pub fn is_proved(replay: &StsReplay) -> Result<(), Error> {
    replay.with_request(|request| {
        let claim = Claim::from_request(request)?;
        let key = claim.signing_key(SECRET);
        let regions = [replay.region()];
        claim.verify(&key, request, &Policy::new(&regions, "sts"), replay.at())?;
        Ok(())
    })
}

/// `prefix` of `prefix_rest`, once a fault is named; each case has what it should.
pub fn check_case(name: &str, case: &str, [shows, flaw, error]: [Option<&str>; 3]) {
    assert_eq!(name, case);
    assert_eq!(flaw.is_some(), error.is_some(), "{name}");
    assert_eq!(shows.is_some(), error.is_none(), "{name}");
    assert_eq!(name.starts_with("accept_"), error.is_none(), "{name}");
}

#[test]
fn eks_tokens() {
    let cases = read::<Eks>("eks");
    assert!(cases.len() >= 150, "only {} vectors", cases.len());
    let mut faults = BTreeSet::new();
    for (name, case) in &cases {
        let what = [&case.shows, &case.flaw, &case.error].map(Option::as_deref);
        check_case(name, &case.case, what);
        match (case.check(&case.token), &case.error) {
            (Ok(replay), None) => {
                assert_eq!(replay.method(), "GET");
                assert_eq!(replay.body(), "");
                let headers: Vec<_> = replay.headers().collect();
                let cluster = ("x-k8s-aws-id", &*case.cluster);
                assert_eq!(headers, [("accept", "application/json"), cluster], "{name}");
                assert!(
                    replay
                        .url()
                        .to_string()
                        .starts_with(&format!("https://{}/?", replay.host()))
                );
                if let Some(proved) = case.proved {
                    let outcome = is_proved(&replay);
                    assert_eq!(outcome.is_ok(), proved, "{name}: {outcome:?}");
                    if !proved {
                        assert_eq!(outcome, Err(Error::SignatureMismatch), "{name}");
                    }
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
    // All that a token can be refused for.
    let all = [
        "ClusterNotSigned",
        "Expired",
        "FragmentInUrl",
        "InvalidBase64",
        "InvalidExpires",
        "InvalidUrl",
        "MalformedEscape",
        "MissingParameter",
        "MissingPrefix",
        "NotHttps",
        "NotStsHost",
        "NotYetCurrent",
        "OtherHeaderSigned",
        "PortInUrl",
        "RepeatedParameter",
        "Signature",
        "TooLong",
        "UnexpectedParameter",
        "UserInUrl",
        "WrongAction",
        "WrongPath",
        "WrongVersion",
    ];
    assert_eq!(faults, all.map(String::from).into());
}

#[test]
fn names_of_clusters_and_regions() {
    let refused = |cluster, region| EksVerifier::new(cluster, region).map(|_| ());
    assert_eq!(refused("my-cluster", "us-west-2"), Ok(()));
    for (cluster, position) in [
        ("", 0),
        ("my cluster", 2),
        ("a\r\nhost: x", 1),
        ("clüster", 2),
    ] {
        let error = EksTokenError::InvalidCluster { position };
        assert_eq!(refused(cluster, "us-west-2"), Err(error), "{cluster}");
    }
    for region in [
        "",
        "us-west",
        "US-WEST-2",
        "aws-global",
        "us-west-2.example.com",
    ] {
        let error = EksTokenError::UnknownRegion;
        assert_eq!(refused("my-cluster", region), Err(error), "{region}");
    }
}

#[test]
fn nothing_secret_is_shown() {
    for (name, case) in read::<Eks>("eks") {
        if let Ok(replay) = case.check(&case.token) {
            let shown = format!("{replay:?}");
            assert!(shown.contains("sts"), "{name}");
            assert!(
                !shown.contains("Signature") && !shown.contains("GetCaller"),
                "{shown}"
            );
        }
    }
}
