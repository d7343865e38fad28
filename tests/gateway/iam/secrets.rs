//! No secret is shown, whatever stands in a file of principals.

use super::documents::{SECRET, TOKEN, assert_silent, changed, good, read};
use serde_json::{Value, json};
use sigv4::gateway::Principals;

#[test]
fn no_secret_is_ever_shown() {
    let principals = read(&good()).unwrap();
    let (alice, key) = principals.find("ASIAALICE").unwrap();
    for shown in [
        format!("{principals:?} {principals:#?}"),
        format!("{alice:?}"),
        format!("{key:?}"),
    ] {
        assert!(shown.contains("ASIAALICE") && shown.contains("[redacted]"));
        for secret in [SECRET, TOKEN] {
            assert!(!shown.contains(&secret[..8]), "{shown}");
        }
    }
    // With escapes the text is another one, but the secret is not.
    let escaped = good().to_string().replace('/', "\\/");
    let (_, key) = Principals::from_json(&escaped)
        .map(|all| {
            let (principal, key) = all.find("ASIAALICE").unwrap();
            (principal.clone(), key.clone())
        })
        .unwrap();
    assert_eq!(key.credentials.secret_access_key(), SECRET);
    assert_eq!(key.credentials.session_token(), Some(TOKEN));
}

/// The secret instead of every value and of every key, in several types; the file cut off at
/// every byte, and with every byte replaced.
#[test]
fn no_secret_is_ever_in_an_error() {
    fn pointers(value: &Value, here: &str, all: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                for (name, below) in object {
                    all.push(format!("{here}/{name}"));
                    pointers(below, &format!("{here}/{name}"), all);
                }
            }
            Value::Array(list) => {
                for (index, below) in list.iter().enumerate() {
                    all.push(format!("{here}/{index}"));
                    pointers(below, &format!("{here}/{index}"), all);
                }
            }
            _ => {}
        }
    }
    let mut places = Vec::new();
    pointers(&good(), "", &mut places);
    assert!(places.len() > 30);
    let mut errors = 0;
    let mut check = |text: &str| {
        if let Err(error) = Principals::from_json(text) {
            assert_silent(&error);
            errors += 1;
        }
    };
    for place in &places {
        for value in [
            json!(SECRET),
            json!([SECRET]),
            json!({ SECRET: SECRET }),
            json!([{ SECRET: TOKEN }]),
            json!(format!("{SECRET}\n{TOKEN}")),
        ] {
            check(&changed(place, Some(value)).to_string());
        }
        let (above, last) = place.rsplit_once('/').unwrap();
        if last.parse::<usize>().is_err() {
            let mut document = good();
            let object = document
                .pointer_mut(above)
                .unwrap()
                .as_object_mut()
                .unwrap();
            let value = object.remove(last).unwrap();
            object.insert(SECRET.to_owned(), value);
            check(&document.to_string());
        }
    }
    let text = good().to_string();
    for cut in 0..text.len() {
        let (start, end) = text.split_at(cut);
        check(start);
        for other in ["\"", "\\", "\\u", "{", "}", ":", "x", "\u{7}", "-1e999"] {
            check(&format!("{start}{other}{}", &end[1..]));
        }
    }
    assert!(errors > 5_000, "only {errors} errors");
}
