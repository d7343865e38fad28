//! `explain`: recorded situations, random mistakes, hostile answers.

mod support;

use serde::Deserialize;
use sigv4::explain::{Answer, Cause, Explanation, Sent, explain};
use sigv4::{Credentials, Header, Payload, Profile, Request, Signer, Stages, Timestamp};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

const TOKEN: &str = "SESSIONTOKEN";

/// A request, what a service answered it, and why. `source` says whose words the answer
/// has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Situation {
    situation: String,
    #[serde(rename = "says")]
    _says: String,
    #[serde(rename = "source")]
    _source: String,
    request: Sending,
    answer: Answering,
    cause: String,
    differs: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sending {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
    region: String,
    service: String,
    access_key_id: String,
    session_token: Option<String>,
    time: Timed,
    expires: Option<u64>,
    /// Signed by the rules of another service than its own.
    profile: Option<String>,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Timed(Timestamp);

impl TryFrom<String> for Timed {
    type Error = sigv4::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Timestamp::parse(&text).map(Self)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answering {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Sending {
    fn credentials(&self) -> Credentials {
        let credentials = Credentials::new(&self.access_key_id, "secret");
        match &self.session_token {
            Some(token) => credentials.with_session_token(token),
            None => credentials,
        }
    }

    fn stages(&self) -> Stages {
        let mut signer = Signer::new(self.credentials(), &self.region, &self.service);
        if let Some(service) = &self.profile {
            signer = signer.with_profile(Profile {
                payload_hash_header: false,
                ..Profile::for_service(service)
            });
        }
        let headers: Vec<Header<'_>> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let request = Request {
            method: &self.method,
            target: &self.target,
            headers: &headers,
            payload: Payload::Bytes(self.body.as_bytes()),
        };
        match self.expires {
            Some(seconds) => {
                signer.presign_stages(&request, Duration::from_secs(seconds), self.time.0)
            }
            None => signer.stages(&request, self.time.0),
        }
        .unwrap()
    }
}

fn explained(sending: &Sending, status: u16, headers: &[Header<'_>], body: &[u8]) -> Explanation {
    let stages = sending.stages();
    let credentials = sending.credentials();
    let sent = Sent {
        stages: &stages,
        credentials: &credentials,
    };
    let answer = Answer {
        status,
        headers,
        body,
    };
    let explanation = explain(&sent, &answer);
    assert!(!explanation.remedy.is_empty());
    assert!(!format!("{explanation:?}").contains(TOKEN));
    explanation
}

fn situations() -> Vec<Situation> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain");
    let files = support::json_files(&folder);
    let read = |(name, path): &(String, _)| {
        let text = std::fs::read_to_string(path).unwrap();
        let situation: Situation =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(&situation.situation, name);
        situation
    };
    files.iter().map(read).collect()
}

#[test]
fn every_situation_has_its_cause() {
    let situations = situations();
    assert!(situations.len() >= 25);
    let mut wrong = Vec::new();
    for situation in &situations {
        let answer = &situation.answer;
        let headers: Vec<Header<'_>> = answer
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let found = explained(
            &situation.request,
            answer.status,
            &headers,
            answer.body.as_bytes(),
        );
        let differs: Vec<_> = found
            .differences
            .iter()
            .map(|d| d.part.to_string())
            .collect();
        if (format!("{:?}", found.cause), &differs) != (situation.cause.clone(), &situation.differs)
        {
            wrong.push(format!(
                "{}: {:?} {differs:?}, not {} {:?}",
                situation.situation, found.cause, situation.cause, situation.differs
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The mistake being absent, the service accepts the request; and should it print its
/// strings for another reason, they are the same ones.
#[test]
fn nothing_differs_without_the_mistake() {
    for situation in situations() {
        let sending = &situation.request;
        let accepted = explained(sending, 200, &[], b"{\"items\":[]}");
        assert_eq!(accepted.cause, Cause::Nothing);
        assert_eq!(accepted.differences, [], "{}", situation.situation);

        let stages = sending.stages();
        for body in [in_json(&stages), in_xml(&stages)] {
            let found = explained(sending, 403, &[], body.as_bytes());
            assert_eq!(found.cause, Cause::WrongSecret, "{}", situation.situation);
            assert_eq!(found.differences, [], "{}", situation.situation);
        }
    }
}

fn in_json(stages: &Stages) -> String {
    let canonical = String::from_utf8_lossy(&stages.canonical_request);
    serde_json::json!({ "message": format!(
        "The request signature we calculated does not match the signature you provided. Check \
         your AWS Secret Access Key and signing method. Consult the service documentation for \
         details.\n\nThe Canonical String for this request should have been\n'{canonical}'\n\n\
         The String-to-Sign should have been\n'{}'\n",
        stages.string_to_sign
    )})
    .to_string()
}

fn in_xml(stages: &Stages) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<?xml version=\"1.0\"?>\n<Error><Code>SignatureDoesNotMatch</Code><StringToSign>{}\
         </StringToSign><CanonicalRequest>{}</CanonicalRequest></Error>",
        escaped(&stages.string_to_sign),
        escaped(&String::from_utf8_lossy(&stages.canonical_request))
    )
}
