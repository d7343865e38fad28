//! Sources of credentials that are asked over HTTP, each with a server that answers it.

use crate::{SECRET, TOKEN, answering, server};
use sigv4::Credentials;
use sigv4::client::{
    AssumeRole, Environment, Imds, Login, ProvideCredentials, ProviderConfig, Sso, Sts, WebIdentity,
};
use std::path::Path;

fn http(body: &str) -> &'static [u8] {
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
    (head + body).leak().as_bytes()
}

/// Variables that are all the same, but for the names of files.
fn at(url: String, folder: &Path) -> ProviderConfig {
    let home = folder.as_os_str().to_owned();
    let environment = Environment::from_lookup(move |name| match name {
        "HOME" | "AWS_LOGIN_CACHE_DIRECTORY" => Some(home.clone()),
        "AWS_EC2_METADATA_SERVICE_ENDPOINT" => Some(url.clone().into()),
        _ if name.starts_with("AWS_ENDPOINT_URL_") => Some(url.clone().into()),
        _ => None,
    });
    ProviderConfig::new(environment).proxy(None)
}

/// The sources that are asked over HTTP. Their tokens are sent as values of headers.
pub(crate) fn sources(folder: &Path) -> Vec<Box<dyn ProvideCredentials>> {
    const ROLE: &str = "arn:aws:iam::123456789012:role/R";
    let url = |answer| format!("http://127.0.0.1:{}", server(answer));
    let mut sources: Vec<Box<dyn ProvideCredentials>> = Vec::new();
    let file = |path: &Path, content: &str| {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    };
    for action in ["AssumeRole", "AssumeRoleWithWebIdentity"] {
        let body = format!(
            "<{action}Response><AccessKeyId>A</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>\
             <SessionToken>{TOKEN}</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></{action}Response>"
        );
        let sts = Sts::new(&at(url(http(&body)), folder)).unwrap();
        if action == "AssumeRole" {
            let base = Credentials::new("A", SECRET).with_session_token(TOKEN);
            sources.push(Box::new(AssumeRole::new(sts, base, ROLE)));
        } else {
            let token = folder.join("token");
            file(&token, TOKEN);
            sources.push(Box::new(WebIdentity::new(sts, ROLE, token)));
        }
    }
    // One answer for both requests: that of the token, and that of the portal.
    let body = format!(
        r#"{{"accessToken":"{TOKEN}","expiresIn":3600,"refreshToken":"{TOKEN}\/","roleCredentials":{{"accessKeyId":"A","secretAccessKey":"{SECRET}","sessionToken":"{TOKEN}","expiration":32503680000000}}}}"#
    );
    let config = at(url(http(&body)), folder);
    let sso = Sso::of_session(&config, "dev", "eu-west-1", "1", "R").unwrap();
    let old = format!(
        r#"{{"accessToken":"{TOKEN}","expiresAt":"2020-01-01T00:00:00Z","clientId":"c","clientSecret":"{SECRET}","refreshToken":"{TOKEN}"}}"#
    );
    file(sso.token_file(), &old);
    sources.push(Box::new(sso));
    let login = Login::new(&config, "me").unwrap();
    let token = format!(
        r#"{{"accessToken":{{"accessKeyId":"A","secretAccessKey":"{SECRET}","sessionToken":"{TOKEN}","expiresAt":"2999-01-01T00:00:00Z"}},"clientId":"c","refreshToken":"{TOKEN}","dpopKey":"{SECRET}"}}"#
    );
    file(login.token_file(), &token);
    sources.push(Box::new(login));
    #[cfg(feature = "v4a")]
    sources.push(renewed_login(folder));
    let body = format!(
        r#"{{"AccessKeyId":"A","SecretAccessKey":"{SECRET}","Token":"{TOKEN}","Expiration":"2999-01-01T00:00:00Z"}}"#
    );
    // Without a time to live, a token is asked for each time.
    let (token, role) = (http(TOKEN), http("my-role"));
    let port = answering(vec![token, role, token, http(&body)]);
    let imds = at(format!("http://127.0.0.1:{port}"), folder);
    sources.push(Box::new(Imds::new(&imds)));
    sources
}

/// The refresh tokens are searched for, and the credentials, old and new.
#[cfg(feature = "v4a")]
fn renewed_login(folder: &Path) -> Box<dyn ProvideCredentials> {
    const KEY: &str = "-----BEGIN EC PRIVATE KEY-----\\nMDECAQEEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAHoAoGCCqGSM49\\nAwEH\\n-----END EC PRIVATE KEY-----\\n";
    let credentials =
        format!(r#""accessKeyId":"A","secretAccessKey":"{SECRET}","sessionToken":"{TOKEN}""#);
    let body = format!(
        r#"{{"accessToken":{{{credentials}}},"expiresIn":900,"refreshToken":"{TOKEN}\/"}}"#
    );
    let url = format!("http://127.0.0.1:{}", server(http(&body)));
    let login = Login::new(&at(url, folder), "renewed").unwrap();
    let token = format!(
        r#"{{"accessToken":{{{credentials},"expiresAt":"2020-01-01T00:00:00Z"}},"clientId":"c","refreshToken":"{TOKEN}","dpopKey":"{KEY}"}}"#
    );
    std::fs::write(login.token_file(), token).unwrap();
    Box::new(login)
}
