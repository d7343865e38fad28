//! Callers, their keys and their names.

use super::documents::{API, SECRET, TOKEN, allows, good, read};
use sigv4::gateway::Decision::{Allowed, ExplicitDeny, ImplicitDeny};
use sigv4::gateway::{INVOKE, Key, Principal, PrincipalArn, Principals, PrincipalsFault};
use sigv4::{Credentials, Timestamp};

#[test]
fn principals_are_found_by_access_key_id() {
    let principals = read(&good()).unwrap();
    assert_eq!(principals.iter().count(), 2);
    assert!(principals.find("AKIDNOBODY").is_none());
    assert!(principals.find("").is_none());
    let (alice, key) = principals.find("AKIDALICE").unwrap();
    assert_eq!(alice.arn.as_str(), "arn:aws:iam::123456789012:user/alice");
    assert_eq!(alice.arn.account_id(), "123456789012");
    assert_eq!(key.credentials, Credentials::new("AKIDALICE", SECRET));
    assert_eq!(key.expires_at, None);
    let (same, key) = principals.find("ASIAALICE").unwrap();
    assert_eq!(same, alice);
    assert_eq!(key.credentials.session_token(), Some(TOKEN));
    let at = |text| Timestamp::parse(text).unwrap();
    assert_eq!(key.expires_at, Some(at("20301231T000000Z")));
    assert!(!key.is_expired(at("20301230T235959Z")));
    assert!(key.is_expired(at("20301231T000000Z")));
    let (bob, key) = principals.find("ASIABOB").unwrap();
    assert_eq!(bob.arn.account_id(), "210987654321");
    assert!(!key.is_expired(at("99991231T235959Z")));

    let (get, delete) = (
        format!("{API}/prod/GET/items"),
        format!("{API}/prod/DELETE/items"),
    );
    assert_eq!(alice.decision(INVOKE, &get), Allowed);
    assert_eq!(alice.decision(INVOKE, &delete), ExplicitDeny);
    assert_eq!(bob.decision(INVOKE, &get), ImplicitDeny);
}

#[test]
fn principals_can_be_made_without_a_file() {
    let key = |id: &str, secret: &str| Key {
        credentials: Credentials::new(id, secret),
        expires_at: None,
    };
    let principal = |name: &str, keys: Vec<Key>| Principal {
        arn: PrincipalArn::parse(&format!("arn:aws:iam::123456789012:user/{name}")).unwrap(),
        keys,
        policies: vec![allows("*")],
    };
    let carol = principal("carol", vec![key("AKIDCAROL", SECRET)]);
    let principals = Principals::new(vec![carol.clone()]).unwrap();
    assert_eq!(principals.find("AKIDCAROL").unwrap().0, &carol);

    let errors = [
        (vec![], "principals: an empty list"),
        (
            vec![principal("dan", vec![])],
            "principals[0].keys: an empty list",
        ),
        (
            vec![carol.clone(), principal("dan", vec![key("AKIDDAN", "")])],
            "principals[1].keys[0].secret_access_key: the secret access key is empty",
        ),
        (
            vec![
                carol.clone(),
                principal("dan", vec![key("AKIDCAROL", SECRET)]),
            ],
            "principals[1].keys[0].access_key_id: the same as principals[0].keys[0].access_key_id",
        ),
        (
            vec![carol.clone(), carol],
            "principals[1].arn: the same as principals[0].arn",
        ),
    ];
    for (list, message) in errors {
        assert_eq!(Principals::new(list).unwrap_err().to_string(), message);
    }
}

#[test]
fn arns_of_principals() {
    for (text, account) in [
        ("arn:aws:iam::123456789012:user/alice", "123456789012"),
        (
            "arn:aws:iam::123456789012:user/division/alice@example.com",
            "123456789012",
        ),
        ("arn:aws:iam::123456789012:root", "123456789012"),
        (
            "arn:aws-cn:iam::000000000000:role/service-role/x",
            "000000000000",
        ),
        (
            "arn:aws:sts::123456789012:assumed-role/reader/session",
            "123456789012",
        ),
        (
            "arn:aws:sts::123456789012:federated-user/alice:x",
            "123456789012",
        ),
    ] {
        let arn = PrincipalArn::parse(text).unwrap();
        assert_eq!((arn.as_str(), arn.account_id()), (text, account));
        assert_eq!(arn.to_string(), text);
    }
    for text in [
        "",
        "alice",
        "arn",
        "arn:aws:iam::123456789012",
        "arn:aws:iam::123456789012:",
        "arn::iam::123456789012:user/alice",
        "arn:aws:s3::123456789012:user/alice",
        "arn:aws:iam:us-east-1:123456789012:user/alice",
        "ARN:aws:iam::123456789012:user/alice",
        "arn:aws:iam::123456789012:user/al ice",
        "arn:aws:iam::123456789012:user/alice\n",
        "arn:aws:iam::123456789012:user/\u{e9}",
    ] {
        assert_eq!(
            PrincipalArn::parse(text),
            Err(PrincipalsFault::InvalidArn),
            "{text}"
        );
    }
    for account in ["", "12345678901", "1234567890123", "12345678901x", "*"] {
        let text = format!("arn:aws:iam::{account}:user/alice");
        assert_eq!(
            PrincipalArn::parse(&text),
            Err(PrincipalsFault::InvalidAccountId),
            "{text}"
        );
    }
}
