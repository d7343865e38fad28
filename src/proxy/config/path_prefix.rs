//! Beginnings of paths: compared with what callers send byte by byte, in whole segments.

/// What a beginning of a path is written as.
pub(super) const EXPECTED: &str = "expected a path such as /search: it begins with /, ends without \
    one, and has no empty, . or .. segment, no query, and what no path can hold as %XX";

/// Whether it can be the beginning of a path (RFC 3986, 3.3), without the `/` behind it.
pub(super) fn is_prefix(text: &str) -> bool {
    text.strip_prefix('/')
        .is_some_and(|rest| rest.split('/').all(is_segment))
}

/// Whether every path that begins with `prefix` begins with `earlier`.
pub(super) fn covers(earlier: &str, prefix: &str) -> bool {
    earlier == "/"
        || prefix
            .strip_prefix(earlier)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_segment(segment: &str) -> bool {
    let mut bytes = segment.bytes();
    while let Some(byte) = bytes.next() {
        let good = match byte {
            b'%' => [bytes.next(), bytes.next()]
                .iter()
                .all(|digit| digit.is_some_and(|digit| digit.is_ascii_hexdigit())),
            byte => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte),
        };
        if !good {
            return false;
        }
    }
    !matches!(segment, "" | "." | "..")
}

#[cfg(test)]
mod tests {
    use super::{covers, is_prefix};

    #[test]
    fn prefixes() {
        for good in ["/a", "/a/b", "/a%20b", "/%2F", "/a.b/~c", "/..a", "/a:b@c"] {
            assert!(is_prefix(good), "{good}");
        }
        for bad in [
            "", "/", "a", "/a/", "//", "/a//b", "/.", "/a/../b", "/a?b", "/a#b", "/a b", "/%2",
            "/%zz", "/%", "/\u{e4}", "/a\\b", "/a\"",
        ] {
            assert!(!is_prefix(bad), "{bad}");
        }
    }

    #[test]
    fn covered() {
        for (earlier, prefix, expected) in [
            ("/", "/", true),
            ("/", "/a", true),
            ("/a", "/a", true),
            ("/a", "/a/b", true),
            ("/a", "/ab", false),
            ("/a/b", "/a", false),
            ("/a", "/", false),
        ] {
            assert_eq!(covers(earlier, prefix), expected, "{earlier} {prefix}");
        }
    }
}
