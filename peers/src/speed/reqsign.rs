//! The crate `reqsign-aws-v4`: it signs a request of the `http` crate in place, at the time
//! that its own clock shows, and derives the key for every signature.
//!
//! Its `RequestSigner` is called directly, as in its own benchmark; `Signer`, which looks
//! for credentials, copies the request once more.

use super::contestant::Contestant;
use super::work::Work;
use crate::case::{ACCESS_KEY_ID, EXPIRES, Form, REGION, SECRET};
use http::HeaderValue;
use http::request::Parts;
use reqsign_aws_v4::{Credential, RequestSigner};
use reqsign_core::hash::hex_sha256;
use reqsign_core::{Context, SignRequest};
use std::time::Duration;

pub const NAME: &str = "reqsign-aws-v4";

/// SHA-256 of no body: a caller would have it as a constant.
const NO_BODY: HeaderValue =
    HeaderValue::from_static("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

struct Caller {
    work: Work,
    signer: RequestSigner,
    context: Context,
    credential: Credential,
}

impl Caller {
    fn new(work: Work) -> Self {
        Self {
            work,
            signer: RequestSigner::new(&work.case.service, REGION),
            context: Context::new(),
            credential: Credential {
                access_key_id: ACCESS_KEY_ID.to_owned(),
                secret_access_key: SECRET.to_owned(),
                session_token: work.case.token.clone(),
                expires_in: None,
            },
        }
    }

    fn sign(&self, parts: &mut Parts) {
        let expires = match self.work.case.form {
            Form::Header => None,
            Form::Query => Some(Duration::from_secs(EXPIRES)),
        };
        if self.work.content_sha256 {
            // It does not see the body, and takes its hash from here.
            let hash = match self.work.case.body.as_bytes() {
                [] => NO_BODY,
                body => hex_sha256(body).parse().expect("a header value"),
            };
            parts.headers.insert("x-amz-content-sha256", hash);
        }
        let credential = Some(&self.credential);
        let signing = self
            .signer
            .sign_request(&self.context, parts, credential, expires);
        super::ready(signing).expect("a signature");
    }
}

fn input(work: Work) -> impl Fn() -> Parts {
    let parts = work.http().into_parts().0;
    move || parts.clone()
}

pub fn signing(work: Work) -> Contestant {
    let caller = Caller::new(work);
    Contestant::signing(NAME, work, input(work), move |mut parts, send| {
        caller.sign(&mut parts);
        for (name, value) in &parts.headers {
            send(name.as_str(), value.to_str().expect("ASCII"));
        }
    })
}

pub fn presigning(work: Work) -> Contestant {
    let caller = Caller::new(work);
    Contestant::signing(NAME, work, input(work), move |mut parts, send| {
        caller.sign(&mut parts);
        send("url", &parts.uri.to_string());
    })
}
