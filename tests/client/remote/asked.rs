//! The sources that are asked over HTTP, and how a server has to answer each.

#[cfg(feature = "v4a")]
use crate::remote::login_renewal::{self, renewed_answer};
use crate::remote::sso_renewal::{EXPIRED, file};
use crate::remote::{
    ROLE, config, credentials, imds_token, json_answer, ok, portal_answer, sts_answer, write,
};
use crate::server::{Answer, SECRET, TOKEN};
use sigv4::client::{AssumeRole, Container, Imds, ProvideCredentials, Sso, Sts, WebIdentity};
use std::path::Path;
use std::time::Duration;

/// A source, and how it is asked.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) make: fn(&str, &Path, Duration) -> Box<dyn ProvideCredentials>,
    /// What is answered before the answer that is faulty.
    pub(crate) before: Vec<Answer>,
    /// What is answered after a good one.
    pub(crate) after: Vec<Answer>,
    pub(crate) good: String,
    pub(crate) needed: &'static [&'static str],
    pub(crate) attempts: usize,
    pub(crate) repeats_timeouts: bool,
    /// What refuses it is answered by logging in again.
    pub(crate) log_in: bool,
}

#[rustfmt::skip]
pub(crate) fn rows() -> Vec<Row> {
    let xml = &["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"];
    let row = |name, make, good, needed| Row {
        name, make, good, needed, before: vec![], after: vec![], attempts: 3, repeats_timeouts: true,
        log_in: false,
    };
    vec![
        row("assume role", assume_role, sts_answer("AssumeRole"), xml),
        row("web identity", web_identity, sts_answer("AssumeRoleWithWebIdentity"), xml),
        row("sso", sso, portal_answer(), &["accessKeyId", "secretAccessKey", "sessionToken", "expiration"]),
        Row {
            after: vec![ok(portal_answer())],
            log_in: true,
            ..row("oidc", oidc, renewed_token(), &["accessToken", "expiresIn"])
        },
        #[cfg(feature = "v4a")]
        Row {
            log_in: true,
            ..row("login", login, renewed_answer().replace("900", "3600"), &["accessToken", "expiresIn", "accessKeyId", "secretAccessKey", "sessionToken"])
        },
        row("container", container, json_answer(), &["AccessKeyId", "SecretAccessKey", "Token", "Expiration"]),
        Row {
            before: vec![imds_token(), ok("my-role")],
            attempts: 4,
            repeats_timeouts: false,
            ..row("instance", instance, json_answer(), &["AccessKeyId", "SecretAccessKey", "Token", "Expiration"])
        },
    ]
}

fn assume_role(url: &str, _: &Path, timeout: Duration) -> Box<dyn ProvideCredentials> {
    let config = config(&[("AWS_ENDPOINT_URL_STS", url)]).timeout(timeout);
    let sts = Sts::new(&config.region("us-east-1")).unwrap();
    Box::new(AssumeRole::new(sts, credentials(), ROLE))
}

fn web_identity(url: &str, folder: &Path, timeout: Duration) -> Box<dyn ProvideCredentials> {
    let file = write(folder, "token", TOKEN);
    let config = config(&[
        ("AWS_ENDPOINT_URL_STS", url),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", &file),
        ("AWS_ROLE_ARN", ROLE),
    ]);
    Box::new(WebIdentity::from_environment(&config.timeout(timeout)).unwrap())
}

fn sso(url: &str, folder: &Path, timeout: Duration) -> Box<dyn ProvideCredentials> {
    let home = folder.to_str().unwrap();
    let config = config(&[("AWS_ENDPOINT_URL_SSO", url), ("HOME", home)]).timeout(timeout);
    let sso = Sso::of_session(&config, "dev", "eu-west-1", "123456789012", "Role").unwrap();
    let token = format!(r#"{{"accessToken":"{TOKEN}","expiresAt":"2033-05-18T03:33:20Z"}}"#);
    write(folder, sso.token_file().to_str().unwrap(), &token);
    Box::new(sso)
}

fn renewed_token() -> String {
    format!(r#"{{"accessToken":"{TOKEN}","expiresIn":3600,"refreshToken":"{SECRET}"}}"#)
}

/// The token has expired, and is renewed before the role's credentials are asked for.
fn oidc(url: &str, folder: &Path, timeout: Duration) -> Box<dyn ProvideCredentials> {
    let home = folder.to_str().unwrap();
    let config = config(&[
        ("AWS_ENDPOINT_URL_SSO_OIDC", url),
        ("AWS_ENDPOINT_URL_SSO", url),
        ("HOME", home),
    ]);
    let config = config.timeout(timeout);
    let sso = Sso::of_session(&config, "dev", "eu-west-1", "123456789012", "Role").unwrap();
    write(
        folder,
        sso.token_file().to_str().unwrap(),
        &file(EXPIRED).to_string(),
    );
    Box::new(sso)
}

/// The credentials have expired.
#[cfg(feature = "v4a")]
fn login(url: &str, folder: &Path, timeout: Duration) -> Box<dyn ProvideCredentials> {
    let home = folder.to_str().unwrap();
    let config = config(&[("AWS_ENDPOINT_URL_SIGNIN", url), ("HOME", home)]).timeout(timeout);
    let mut content = login_renewal::file(EXPIRED);
    content["refreshToken"] = TOKEN.into();
    Box::new(login_renewal::login(&config, &content))
}

fn container(url: &str, _: &Path, timeout: Duration) -> Box<dyn ProvideCredentials> {
    let config = config(&[
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", TOKEN),
    ]);
    Box::new(Container::with(&config.timeout(timeout)))
}

fn instance(url: &str, _: &Path, timeout: Duration) -> Box<dyn ProvideCredentials> {
    let config = config(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)]);
    Box::new(Imds::new(&config.timeout(timeout)))
}
