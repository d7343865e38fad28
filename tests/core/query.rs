//! The canonical query, by example.

use crate::steps::{canonical, canonical_query, wire};
use crate::support::example::{HOST, signer};
use sigv4::{Profile, QueryPlus};

#[test]
fn queries_are_split_decoded_encoded_and_sorted() {
    for (query, expected) in [
        ("", ""),
        ("&", ""),
        ("&&a=1&&", "a=1"),
        ("&a=1", "a=1"),
        ("a=1&", "a=1"),
        ("a=1&&b=2", "a=1&b=2"),
        ("a&&b&", "a=&b="),
        ("a&&b=1", "a=&b=1"),
        ("a=1&b=2", "a=1&b=2"),
        ("a=1&b", "a=1&b="),
        ("flag", "flag="),
        ("flag=", "flag="),
        ("=v", "=v"),
        ("=", "="),
        ("b=1&=v&a", "=v&a=&b=1"),
        ("a=b=c", "a=b%3Dc"),
        ("a==", "a=%3D"),
        ("a?b=?", "a%3Fb=%3F"),
        ("%7e=%2f", "~=%2F"),
        ("a=/", "a=%2F"),
        ("/2F=/7E&=%2F7E", "=%2F7E&%2F2F=%2F7E"),
        ("a=*()!'", "a=%2A%28%29%21%27"),
        ("a=%FF", "a=%FF"),
        ("a=%ff%fe", "a=%FF%FE"),
        ("a=%C3%A9", "a=%C3%A9"),
        ("a=é", "a=%C3%A9"),
        ("a=+", "a=%2B"),
        ("a=%2b", "a=%2B"),
        ("a= ", "a=%20"),
        ("a=%2520", "a=%2520"),
        ("a=%26%3D", "a=%26%3D"),
        ("a=x#y", "a=x%23y"),
        ("a=%00", "a=%00"),
    ] {
        assert_eq!(canonical_query(query), expected, "{query}");
    }
}

/// By encoded key, then by encoded value; never by the joined text.
#[test]
fn queries_sort_by_key_then_value() {
    for (query, expected) in [
        ("a=2&a-b=1&a.c=3", "a=2&a-b=1&a.c=3"),
        ("a.c=3&a-b=1&a=2", "a=2&a-b=1&a.c=3"),
        ("a0=3&a%20b=2&a=1", "a=1&a%20b=2&a0=3"),
        ("b=1&B=2&a=3", "B=2&a=3&b=1"),
        ("a=b&a=B&a=&a", "a=&a=&a=B&a=b"),
        ("a=2&a=10&a=1", "a=1&a=10&a=2"),
        ("a=z&a=%20&a=%C3", "a=%20&a=%C3&a=z"),
        ("a~=1&aé=2&aA=3", "a%C3%A9=2&aA=3&a~=1"),
        ("%62=1&a=2", "a=2&b=1"),
    ] {
        assert_eq!(canonical_query(query), expected, "{query}");
    }
    // More than fit on the stack.
    let many: Vec<_> = (0..100).map(|number| format!("k{number:02}=")).collect();
    let mut turned = many.clone();
    turned.reverse();
    assert_eq!(canonical_query(&turned.join("&")), many.join("&"));
}

#[test]
fn plus_can_be_a_space() {
    let profile = Profile {
        query_plus: QueryPlus::Space,
        ..Profile::DEFAULT
    };
    let text = canonical(&profile, "/a+b?a+b=c+%2B", &[HOST]);
    assert!(text.starts_with("GET\n/a%2Bb\na%20b=c%20%2B\n"), "{text}");
    let signer = signer("execute-api").with_profile(profile);
    assert_eq!(wire(&signer, "/a+b?a+b=c+%2B"), "/a+b?a%20b=c%20%2B");
}
