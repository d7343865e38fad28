//! A gateway that takes forms, and forms as browsers write them.

use super::put::{gateway_for, open};
use crate::harness::{Answer, receive};
use serde_json::json;
use sigv4::gateway::Running;
use sigv4::post_policy::PostPolicy;
use sigv4::{Credentials, Signer, Timestamp};
use std::io::Write;
use std::time::Duration;

pub const ID: &str = "AKIDEXAMPLE";
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub const NOW: &str = "20240102T033000Z";
pub const BOUNDARY: &str = "----WebKitFormBoundaryA";

pub fn start(now: &str, token: Option<&str>) -> Running {
    let mut key = json!({ "access_key_id": ID, "secret_access_key": SECRET });
    if let Some(token) = token {
        key["session_token"] = token.into();
        key["expires_at"] = "20240102T060000Z".into();
    }
    gateway_for(&key, "eu-west-1", now).start().unwrap()
}

/// A part as browsers write it.
pub fn part(name: &str, value: &str) -> String {
    format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

pub fn file(file_name: Option<&str>, data: &str) -> String {
    let file_name = file_name.map(|name| format!("; filename=\"{name}\""));
    format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"{}\r\n\
         Content-Type: application/octet-stream\r\n\r\n{data}\r\n",
        file_name.unwrap_or_default()
    )
}

pub fn end() -> String {
    format!("--{BOUNDARY}--\r\n")
}

pub fn head(target: &str) -> String {
    format!(
        "POST {target} HTTP/1.1\r\nhost: 127.0.0.1\r\n\
         content-type: multipart/form-data; boundary={BOUNDARY}\r\n"
    )
}

pub fn send_to(head: &str, body: &str, gateway: &Running) -> Answer {
    let mut stream = open(head, &format!("content-length: {}", body.len()), gateway);
    // It can be answered, and closed, before all of it is sent.
    let _ = stream.write_all(body.as_bytes());
    receive(&mut stream)
}

pub fn send(body: &str, gateway: &Running) -> Answer {
    send_to(&head("/examplebucket"), body, gateway)
}
pub fn signer() -> Signer {
    Signer::new(Credentials::new(ID, SECRET), "eu-west-1", "s3")
}

pub fn signed_by(signer: &Signer, policy: &PostPolicy) -> String {
    let at = Timestamp::parse(NOW).unwrap();
    let form = signer.sign_post_policy(policy, at).unwrap();
    form.fields()
        .map(|(name, value)| part(name, value))
        .collect()
}

pub fn signed(policy: &PostPolicy) -> String {
    signed_by(&signer(), policy)
}

pub fn policy(key: &str) -> PostPolicy {
    PostPolicy::new("examplebucket", key, Duration::from_secs(60))
}
