//! What holds for all tokens, whatever they are made of.

use proptest::prelude::*;
use sigv4::tokens::{
    ApigatewayWebsocket, Appsync, AppsyncMessage, Bedrock, Codecommit, Dsql, Eks, Elasticache, Iot,
    Maker, Memorydb, Msk, Rds, StsIdentity, TokenError,
};
use sigv4::{Claim, Credentials, Error, Payload, Policy, Request, Timestamp};
use std::time::Duration;

const SECRET: &str = "a-secret-that-must-not-be-seen";
const TOKEN: &str = "a/session+token=that-must-not-be-seen";

fn credentials(with_token: bool) -> Credentials {
    let credentials = Credentials::new("AKIDEXAMPLE", SECRET);
    match with_token {
        true => credentials.with_session_token(TOKEN),
        false => credentials,
    }
}

fn at() -> Timestamp {
    Timestamp::parse("20240102T030405Z").unwrap()
}

/// Verifies a password as the database does, and says for whom it is.
fn verified(password: &str) -> Result<String, Error> {
    let (host, target) = password.split_at(password.find('/').unwrap());
    let request = Request {
        method: "GET",
        target,
        headers: &[("host", host.as_bytes())],
        payload: Payload::EMPTY,
    };
    let claim = Claim::from_request(&request)?;
    let key = claim.signing_key(SECRET);
    let policy = Policy::new(&["us-east-1"], "rds-db");
    let verified = claim.verify(&key, &request, &policy, at())?;
    let user = verified.pairs().find(|(name, _)| *name == "DBUser");
    Ok(decoded(user.unwrap().1))
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    for (index, piece) in text.split('%').enumerate() {
        let (escape, rest) = piece.split_at(if index > 0 { 2 } else { 0 });
        bytes.extend(hex::decode(escape).unwrap());
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a user is called, the password is for that user, and no other text is one.
    #[test]
    fn a_password_is_of_its_user(
        user in "[^\\p{Cc}]{1,30}",
        port in 444_u16..,
        with_token: bool,
        place: prop::sample::Index,
    ) {
        let credentials = credentials(with_token);
        let maker = Maker::new(&credentials, at());
        let database = Rds { host: "db.example.com", port, user: &user, region: "us-east-1" };
        let password = database.token(&maker).unwrap();
        prop_assert_eq!(verified(password.as_str()), Ok(user));
        // Of the signature, each digit counts.
        let text = password.as_str();
        let digit = text.len() - 64 + place.index(64);
        let other = if &text[digit..=digit] == "0" { "1" } else { "0" };
        let changed = [&text[..digit], other, &text[digit + 1..]].concat();
        prop_assert_eq!(verified(&changed), Err(Error::SignatureMismatch));
    }

    /// Any text in any place makes a token or an error, and never a panic; what is made names no
    /// secret access key, and `Debug` nothing at all.
    #[test]
    fn any_input(
        texts in prop::array::uniform4(prop_oneof![
            "\\PC{0,20}",
            "[a-z0-9.-]{1,20}",
            Just("us-east-1".to_owned()),
            Just("git-codecommit.us-east-2.amazonaws.com".to_owned()),
            Just("/v1/repos/a".to_owned()),
        ]),
        port: u16,
        seconds: u64,
        with_token: bool,
    ) {
        let credentials = credentials(with_token);
        let maker = &Maker::new(&credentials, at());
        let [a, b, c, d] = texts.each_ref().map(String::as_str);
        let expires = Duration::from_secs(seconds % 700_000);
        let texts = [
            Rds { host: a, port, user: b, region: c }.token(maker),
            Dsql::new(a, b).with_expires(expires).token(maker),
            Elasticache { name: a, user: b, region: c, serverless: with_token }.token(maker),
            Memorydb { name: a, user: b, region: c }.token(maker),
            Eks { cluster: a, region: b }.token(maker),
            Msk::new(a).with_user_agent(b).token(maker),
            Iot { host: a, region: b }.token(maker),
            ApigatewayWebsocket::new(a, b, c).with_query(d).with_expires(expires).token(maker),
            Bedrock::new(a).with_expires(expires).token(maker),
        ];
        let mut made = Vec::new();
        for token in texts.iter().flatten() {
            made.push((token.as_str().to_owned(), format!("{token:?}")));
        }
        if let Ok(git) = (Codecommit { host: a, path: b }).credentials(maker) {
            made.push((git.url().to_string(), format!("{git:?}")));
        }
        let api = Appsync { host: a, region: b };
        if let Ok(headers) = api.headers(maker, AppsyncMessage::Start(c)) {
            made.push((headers.url().to_string(), format!("{headers:?}")));
            let json: serde_json::Value = serde_json::from_str(&headers.json()).unwrap();
            prop_assert_eq!(json.as_object().unwrap().len(), headers.iter().count());
        }
        let identity = StsIdentity::new(a).with_server_id_in(b, c);
        if let Ok(request) = identity.request(maker) {
            made.push((request.to_vault_json().to_string(), format!("{request:?}")));
            let json: serde_json::Value = serde_json::from_str(&request.headers_json()).unwrap();
            for (name, value) in request.headers() {
                prop_assert_eq!(&json[name][0], value);
            }
        }
        for (text, debug) in made {
            prop_assert!(!text.contains(SECRET));
            prop_assert!(text.chars().all(|one| one.is_ascii_graphic() || one == ' '), "{}", text);
            let is_shown = debug.contains("Signature") || debug.contains(TOKEN) || debug.contains("eyJ");
            prop_assert!(!is_shown, "{}", debug);
        }
    }

    /// A token is over with the credentials, if that is sooner, and not made if they are.
    #[test]
    fn the_sooner_end_counts(seconds in 1_u64..=43_200, end in prop_oneof![-3_i64..3, -100_i64..100_000]) {
        let credentials = credentials(true);
        let of_credentials = Timestamp::from_unix(at().unix() + end).unwrap();
        let maker = Maker::new(&credentials, at()).with_credentials_end(of_credentials);
        let key = Bedrock::new("us-west-2").with_expires(Duration::from_secs(seconds));
        if end <= 0 {
            let expected = TokenError::CredentialsEnded { ended: of_credentials, at: at() };
            prop_assert_eq!(key.token(&maker).map(|_| ()), Err(expected));
            return Ok(());
        }
        let validity = key.token(&maker).unwrap().validity();
        let of_token = at().unix() + i64::try_from(seconds).unwrap();
        prop_assert_eq!(validity.expires_at().unwrap().unix(), of_token);
        prop_assert_eq!(validity.ends_at().unwrap().unix(), of_token.min(of_credentials.unix()));
        prop_assert_eq!(validity.ends_with_credentials(), of_credentials.unix() < of_token);
    }
}

/// Where a service states no end, that of the credentials is all that is known.
#[test]
fn ends_that_nobody_states() {
    let credentials = credentials(true);
    let maker = Maker::new(&credentials, at());
    let endpoint = Iot {
        host: "abc-ats.iot.us-east-1.amazonaws.com",
        region: "us-east-1",
    };
    let validity = endpoint.token(&maker).unwrap().validity();
    assert_eq!((validity.expires_at(), validity.ends_at()), (None, None));
    let end = Timestamp::parse("20240102T040000Z").unwrap();
    let validity = endpoint
        .token(&maker.with_credentials_end(end))
        .unwrap()
        .validity();
    assert_eq!(
        (validity.expires_at(), validity.ends_at()),
        (None, Some(end))
    );
    assert!(!validity.ends_with_credentials());
}

/// A `+` of base64 would be read as a space in a query.
#[test]
fn a_plus_in_a_url() {
    let credentials = Credentials::new("AKIDEXAMPLE", SECRET).with_session_token("~~~~~~~~");
    let maker = Maker::new(&credentials, at());
    let api = Appsync {
        host: "graphql.example.com",
        region: "us-east-1",
    };
    let headers = api.headers(&maker, AppsyncMessage::Connect).unwrap();
    let (base64, url) = (headers.base64(), headers.url());
    assert!(base64.contains('+'));
    // An API by its own domain name has its WebSockets there.
    let before = "wss://graphql.example.com/graphql/realtime?header=";
    let value = url.strip_prefix(before).unwrap();
    let value = value.strip_suffix("&payload=e30=").unwrap();
    assert!(!value.contains('+'));
    assert_eq!(value.replace("%2B", "+"), *base64);
}
