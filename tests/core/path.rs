//! The canonical path, by example.

use crate::steps::canonical_path;
use sigv4::Profile;

#[test]
fn paths_are_encoded_once_more() {
    for (path, expected) in [
        ("/", "/"),
        ("/a%20b", "/a%2520b"),
        ("/%2f", "/%252f"),
        ("/100%25", "/100%2525"),
        ("/%FF", "/%25FF"),
        ("/a b", "/a%20b"),
        ("/é", "/%C3%A9"),
        ("/~._-", "/~._-"),
        (
            "/*'();:@&=+$,[]",
            "/%2A%27%28%29%3B%3A%40%26%3D%2B%24%2C%5B%5D",
        ),
        ("/a#b", "/a%23b"),
    ] {
        assert_eq!(canonical_path(&Profile::DEFAULT, path), expected, "{path}");
    }
}

#[test]
fn dot_segments_and_doubled_slashes_are_removed() {
    for (path, expected) in [
        ("//", "/"),
        ("///a///b///", "/a/b/"),
        ("/.", "/"),
        ("/./", "/"),
        ("/..", "/"),
        ("/../..", "/"),
        ("/../a", "/a"),
        ("/a/..", "/"),
        ("/a/../", "/"),
        ("/a/b/..", "/a"),
        ("/a/b/../", "/a/"),
        ("/a/b/.", "/a/b"),
        ("/a/b/./", "/a/b/"),
        ("/a//..", "/"),
        ("/a/../../b", "/b"),
        ("/...", "/..."),
        ("/.a/b./..c", "/.a/b./..c"),
        ("/%2e%2e/a", "/%252e%252e/a"),
        ("/a/%2E", "/a/%252E"),
        ("/a/\\../b", "/a/%5C../b"),
    ] {
        assert_eq!(canonical_path(&Profile::DEFAULT, path), expected, "{path}");
    }
}

#[test]
fn s3_paths_are_decoded_and_encoded_once() {
    for (path, expected) in [
        ("//a/../b/./", "//a/../b/./"),
        ("/a%20b", "/a%20b"),
        ("/a b", "/a%20b"),
        ("/a+b", "/a%2Bb"),
        ("/a%2bb", "/a%2Bb"),
        ("/%7euser", "/~user"),
        ("/%41", "/A"),
        ("/%2525", "/%2525"),
        ("/%2e%2e", "/.."),
        ("/%ff", "/%FF"),
        ("/é", "/%C3%A9"),
        ("/%2f", "//"),
        ("/test$file.text", "/test%24file.text"),
    ] {
        assert_eq!(canonical_path(&Profile::S3, path), expected, "{path}");
    }
}
