//! What the tests of `explain` send, and how services show what they computed.

use serde::Deserialize;
use sigv4::explain::{Answer, Cause, Explanation, Sent, explain};
use sigv4::{Credentials, Header, Payload, Profile, Request, Signer, Stages, Timestamp};
use std::time::Duration;

pub(crate) const TOKEN: &str = "SESSIONTOKEN";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sending {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) region: String,
    pub(crate) service: String,
    pub(crate) access_key_id: String,
    pub(crate) session_token: Option<String>,
    pub(crate) time: Timed,
    pub(crate) expires: Option<u64>,
    /// Signed by the rules of another service than its own.
    pub(crate) profile: Option<String>,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Timed(pub(crate) Timestamp);

impl TryFrom<String> for Timed {
    type Error = sigv4::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Timestamp::parse(&text).map(Self)
    }
}

impl Sending {
    pub(crate) fn credentials(&self) -> Credentials {
        let credentials = Credentials::new(&self.access_key_id, "secret");
        match &self.session_token {
            Some(token) => credentials.with_session_token(token),
            None => credentials,
        }
    }

    pub(crate) fn stages(&self) -> Stages {
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

pub(crate) fn explained(
    sending: &Sending,
    status: u16,
    headers: &[Header<'_>],
    body: &[u8],
) -> Explanation {
    let stages = sending.stages();
    let credentials = sending.credentials();
    let sent = Sent::new(&stages, &credentials);
    let answer = Answer {
        status,
        headers,
        body,
    };
    let explanation = explain(&sent, &answer);
    for reason in &explanation.causes {
        assert!(!reason.remedy.is_empty());
    }
    assert!(!format!("{explanation:?}").contains(TOKEN));
    explanation
}

pub(crate) fn in_json(stages: &Stages) -> String {
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

pub(crate) fn in_xml(stages: &Stages) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<?xml version=\"1.0\"?>\n<Error><Code>SignatureDoesNotMatch</Code><StringToSign>{}\
         </StringToSign><CanonicalRequest>{}</CanonicalRequest></Error>",
        escaped(&stages.string_to_sign),
        escaped(&String::from_utf8_lossy(&stages.canonical_request))
    )
}

/// A request with something of everything.
pub(crate) fn sending(service: &str, target: &str, host: &str) -> Sending {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Sending {
        method: "GET".into(),
        target: target.into(),
        headers: vec![header("host", host), header("x-a", "1")],
        body: "body".into(),
        region: "us-east-1".into(),
        service: service.into(),
        access_key_id: "AKIDEXAMPLE".into(),
        session_token: None,
        time: Timed(Timestamp::parse("20150830T123600Z").unwrap()),
        expires: None,
        profile: None,
    }
}

pub(crate) fn changed(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from:?} is not in {text}");
    text.replacen(from, to, 1)
}

pub(crate) fn stamp(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(crate) fn wrong_region(expected: &str) -> Cause {
    Cause::WrongRegion {
        expected: Some(expected.into()),
    }
}

pub(crate) fn wrong_service(expected: &str) -> Cause {
    Cause::WrongService {
        expected: Some(expected.into()),
    }
}

pub(crate) fn added(name: &str) -> Cause {
    Cause::HeaderAdded { name: name.into() }
}

/// The service's clock is an hour ahead of the time that [`sending`] signs for.
pub(crate) fn clock() -> Cause {
    Cause::Clock {
        signed: stamp("20150830T123600Z"),
        server: stamp("20150830T133600Z"),
    }
}

/// Status, `x-amzn-errortype`, body, and the cause that they name, where nothing is compared.
pub(crate) fn said<'a>(rows: impl IntoIterator<Item = (u16, &'a str, &'a str, Cause)>) {
    let mut wrong = Vec::new();
    for (status, name, body, cause) in rows {
        let sending = sending("execute-api", "/", "example.com");
        let headers: &[Header<'_>] = &[("X-Amzn-ErrorType", name.as_bytes())];
        let found = explained(&sending, status, headers, body.as_bytes());
        if *found.cause() != cause || !found.differences.is_empty() {
            let found = found.cause();
            wrong.push(format!("{status} {name} {body}: {found:?}, not {cause:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
