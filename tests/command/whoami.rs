//! `sigv4 whoami` against a stand-in for STS.

use crate::runner::{SECRET, TOKEN, bare, file, run, sigv4};
use crate::wire::{Arrived, serving};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
    <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/Alice</Arn><UserId>AIDAEXAMPLE</UserId>\
    <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

/// Answers who is asking, if the signature holds.
fn sts() -> String {
    serving(|arrived: &Arrived| {
        let whole = arrived.line == "POST / HTTP/1.1"
            && arrived.body == b"Action=GetCallerIdentity&Version=2011-06-15";
        match (whole, arrived.verify("sts")) {
            (true, Ok(())) => ("200 OK".into(), IDENTITY.into()),
            (_, verdict) => (format!("403 {verdict:?}"), Vec::new()),
        }
    })
}

fn at(mut command: Command, endpoint: &str) -> Command {
    command.env("AWS_ENDPOINT_URL_STS", endpoint);
    command
}

#[test]
fn as_text() {
    let endpoint = sts();
    let (code, stdout, stderr) = run(&mut at(sigv4(&["whoami"]), &endpoint));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let expected = format!(
        "account        123456789012\n\
         ARN            arn:aws:iam::123456789012:user/Alice\n\
         user id        AIDAEXAMPLE\n\
         access key id  AKIDALICE\n\
         source         environment\n\
         endpoint       {endpoint}/\n\
         region         us-east-1\n"
    );
    assert_eq!(stdout, expected);
}

#[test]
fn as_json() {
    let endpoint = sts();
    let mut command = at(sigv4(&["whoami", "--output", "json"]), &endpoint);
    command.env("AWS_SESSION_TOKEN", TOKEN);
    command.env("AWS_CREDENTIAL_EXPIRATION", "2033-05-18T03:33:20Z");
    let (code, stdout, stderr) = run(&mut command);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let expected = format!(
        "{{\n  \"account\": \"123456789012\",\n  \"arn\": \"arn:aws:iam::123456789012:user/Alice\",\n  \
         \"user_id\": \"AIDAEXAMPLE\",\n  \"access_key_id\": \"AKIDALICE\",\n  \"source\": \"environment\",\n  \
         \"expires_at\": \"2033-05-18T03:33:20Z\",\n  \"endpoint\": \"{endpoint}/\",\n  \"region\": \"us-east-1\"\n}}\n"
    );
    assert_eq!(stdout, expected);
}

/// The profile's endpoint is asked, whosever the credentials are.
#[test]
fn at_the_endpoint_of_a_profile() {
    let endpoint = sts();
    let config = format!("[default]\nendpoint_url = {endpoint}\n");
    let (_folder, path) = file("config", config.as_bytes());
    let (code, stdout, stderr) = run(sigv4(&["whoami"]).env("AWS_CONFIG_FILE", &path));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(
        stdout.contains(&format!("endpoint       {endpoint}/\n")),
        "{stdout}"
    );
    let mut both = sigv4(&["whoami"]);
    both.env("AWS_CONFIG_FILE", &path);
    let (code, stdout, stderr) = run(both.env("AWS_USE_FIPS_ENDPOINT", "true"));
    assert_eq!((code, stdout.as_str()), (Some(3), ""));
    assert!(
        stderr.ends_with("and a FIPS endpoint are both set: unset one of them\n"),
        "{stderr}"
    );
}

/// The role that is assumed first, and the question whose it is, have fifteen seconds together. An
/// answer that asks to come back in fourteen is worth another question to whoever has them left.
#[test]
fn one_time_for_both_questions() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = asked.clone();
    let endpoint = serving(move |arrived| {
        let form = String::from_utf8_lossy(&arrived.body).into_owned();
        let action = form.split(['=', '&']).nth(1).unwrap().to_owned();
        let is_role = action == "AssumeRole";
        seen.lock().unwrap().push(action);
        if !is_role {
            return ("503 Later\r\nretry-after: 14".into(), Vec::new());
        }
        std::thread::sleep(Duration::from_millis(1500));
        let answer = format!(
            "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>\
             <SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>{TOKEN}</SessionToken>\
             <Expiration>2033-05-18T03:33:20Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
        );
        ("200 OK".into(), answer.into_bytes())
    });
    let config = "[profile role]\nregion = us-east-1\nrole_arn = arn:aws:iam::123456789012:role/R\nsource_profile = base\n\
         [profile base]\naws_access_key_id = AKIDALICE\naws_secret_access_key = secret\n";
    let (_folder, path) = file("config", config.as_bytes());
    let mut command = at(bare(&["whoami", "--profile", "role"]), &endpoint);
    let (code, stdout, stderr) = run(command.env("AWS_CONFIG_FILE", path));
    assert_eq!((code, stdout.as_str()), (Some(1), ""), "{stderr}");
    assert_eq!(stderr, "sigv4: GetCallerIdentity: status 503\n");
    assert_eq!(*asked.lock().unwrap(), ["AssumeRole", "GetCallerIdentity"]);
}

/// Nothing goes to stdout of what failed.
#[test]
fn failures() {
    let refusing = serving(|_| {
        let body = "<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message></Error></ErrorResponse>";
        ("403 Forbidden".into(), body.into())
    });
    let odd = serving(|_| ("200 OK".into(), b"<html>".to_vec()));
    let url = "http://127.0.0.1:1";
    let mut elsewhere = sigv4(&["whoami"]);
    elsewhere.env("AWS_REGION", "mars");
    for (command, code, message) in [
        (
            at(sigv4(&["whoami"]), &refusing),
            1,
            "GetCallerIdentity: status 403 InvalidClientTokenId: The security token included in the request is invalid.",
        ),
        (
            at(sigv4(&["whoami"]), url),
            1,
            "STS: 127.0.0.1:1: no connection",
        ),
        (
            at(sigv4(&["whoami"]), &odd),
            1,
            "GetCallerIdentity: the answer is no GetCallerIdentityResponse",
        ),
        (
            at(bare(&["whoami"]), url),
            3,
            "no credentials: tried environment (AWS_ACCESS_KEY_ID is not set",
        ),
        (
            at(sigv4(&["whoami"]), "http://sts.example/"),
            3,
            "AWS_ENDPOINT_URL_STS is plain http to a host that is not this machine",
        ),
        (
            sigv4(&["whoami", "--region", "EU-WEST-1"]),
            2,
            "--region: the region is in no partition of AWS that is known",
        ),
        (
            elsewhere,
            3,
            "AWS_REGION: the region is in no partition of AWS that is known",
        ),
    ] {
        let mut command = command;
        let (status, stdout, stderr) = run(&mut command);
        assert_eq!((status, stdout.as_str()), (Some(code), ""), "{stderr}");
        assert!(stderr.starts_with(&format!("sigv4: {message}")), "{stderr}");
        assert!(!stderr.contains(SECRET), "{stderr}");
    }
}
