//! Wildcards in resources.

use super::documents::{API, allows, invoke};
use sigv4::gateway::Decision::{Allowed, ImplicitDeny};
use sigv4::gateway::INVOKE;

/// "Resource format of permissions for executing API in API Gateway" and "IAM policy examples
/// for API execution permissions", API Gateway Developer Guide.
#[test]
fn the_examples_of_api_gateway() {
    let arn = |rest: &str| format!("arn:aws:execute-api:{rest}");
    let table = [
        // Pattern, what it covers, what it does not.
        ("*", "eu-west-1:210987654321:x/test/GET/", None),
        (
            "arn:aws:execute-api:*:*:*",
            "eu-west-1:210987654321:x/test/GET/",
            None,
        ),
        (
            "arn:aws:execute-api:us-east-1:*:*",
            "us-east-1:123456789012:x/test/GET/items",
            Some("us-east-2:123456789012:x/test/GET/items"),
        ),
        (
            "arn:aws:execute-api:us-east-1:*:api-id/*",
            "us-east-1:123456789012:api-id/test/GET/items",
            Some("us-east-1:123456789012:api-ie/test/GET/items"),
        ),
        (
            "arn:aws:execute-api:us-east-1:*:api-id/test/*",
            "us-east-1:123456789012:api-id/test/POST/a/b",
            Some("us-east-1:123456789012:api-id/tests/POST/a/b"),
        ),
        (
            "arn:aws:execute-api:us-east-1:*:api-id/test/*/mydemoresource/*",
            "us-east-1:123456789012:api-id/test/PUT/mydemoresource/x",
            Some("us-east-1:123456789012:api-id/test/PUT/mydemoresource"),
        ),
        (
            "arn:aws:execute-api:us-east-1:*:api-id/test/GET/mydemoresource/*",
            "us-east-1:123456789012:api-id/test/GET/mydemoresource/x/y",
            Some("us-east-1:123456789012:api-id/test/POST/mydemoresource/x/y"),
        ),
        (
            "arn:aws:execute-api:us-east-1:*:a123456789/test/POST/mydemoresource/*",
            "us-east-1:123456789012:a123456789/test/POST/mydemoresource/1",
            Some("us-east-1:123456789012:a123456789/prod/POST/mydemoresource/1"),
        ),
        (
            "arn:aws:execute-api:*:*:a123456789/*/*/petstorewalkthrough/pets",
            "ap-south-1:123456789012:a123456789/beta/GET/petstorewalkthrough/pets",
            Some("ap-south-1:123456789012:a123456789/beta/GET/petstorewalkthrough/pets/1"),
        ),
        (
            "arn:aws:execute-api:us-east-1:123456789012:a123456789/prod/GET/path",
            "us-east-1:123456789012:a123456789/prod/GET/path",
            Some("us-east-1:123456789012:a123456789/prod/GET/path/"),
        ),
        (
            "arn:aws:execute-api:us-east-1:123456789012:a123456789/*/GET/*",
            "us-east-1:123456789012:a123456789/prod/GET/items",
            Some("us-east-1:123456789012:a123456789/prod/POST/items"),
        ),
    ];
    for (pattern, covered, not) in table {
        let document = allows(pattern);
        invoke(&document, &arn(covered), Allowed);
        if let Some(not) = not {
            invoke(&document, &arn(not), ImplicitDeny);
        }
    }
}

#[test]
fn wildcards_in_resources() {
    let table = [
        // `*` is nothing, something, and slashes.
        ("x/prod/GET/*", "x/prod/GET/", true),
        ("x/prod/GET/*", "x/prod/GET", false),
        ("x/*/items", "x/a/b/c/items", true),
        ("x/*/items", "x/items", false),
        ("x/**", "x/", true),
        // `?` is one character, not a byte, and a slash too.
        ("x/?", "x/a", true),
        ("x/?", "x/", false),
        ("x/?", "x/ab", false),
        ("x/?", "x/é", true),
        ("x?y", "x/y", true),
        // In the last segment colons separate nothing.
        ("x/*.json", "x/a:b.json", true),
        ("x/a?b", "x/a:b", true),
        ("x/a:b", "x/a:b", true),
        // Case matters, and nothing but the wildcards is special.
        ("x/prod/get/*", "x/prod/GET/a", false),
        ("x/[a-z]", "x/b", false),
        ("x/.*", "x/ab", false),
        ("x/\\*", "x/*", false),
    ];
    for (pattern, path, matches) in table {
        let prefix = "arn:aws:execute-api:us-east-1:123456789012:";
        let expected = if matches { Allowed } else { ImplicitDeny };
        invoke(
            &allows(&format!("{prefix}{pattern}")),
            &format!("{prefix}{path}"),
            expected,
        );
    }
}

/// "If the `*` wildcard is the last character of a resource ARN segment, it can expand to match
/// beyond the colon boundaries" (IAM User Guide, Resource). Others stay within their segment.
#[test]
fn wildcards_and_the_colons_of_an_arn() {
    let table = [
        ("us-east-1:*:x", "us-east-1:123456789012:x", true),
        ("us-*:x:y", "us-east-1:123456789012:x:y", true),
        ("us-*1:*:x", "us-east-1:123456789012:x", true),
        ("us-*2:x:y", "us-east-1:123456789012:x:y", false),
        ("us-e*:123456789012:x", "us-east-1:123456789012:x", true),
        ("us-east?1:123456789012:x", "us-east-1:123456789012:x", true),
        (
            "us-east-1?123456789012:x:",
            "us-east-1:123456789012:x:",
            false,
        ),
        // The first `*` must take a second colon, after the one that stays has failed.
        ("a*:b*c:d", "a:bx:bc:d", true),
        ("a*:b*c:d", "a:bx:b:c:d", false),
    ];
    for (pattern, rest, matches) in table {
        let expected = if matches { Allowed } else { ImplicitDeny };
        let pattern = allows(&format!("arn:aws:execute-api:{pattern}"));
        invoke(&pattern, &format!("arn:aws:execute-api:{rest}"), expected);
    }
}

/// "AWS automatically completes the ARN by adding wildcard characters to all missing fields"
/// (IAM User Guide, Amazon Resource Names).
#[test]
fn incomplete_arns_are_completed() {
    let get = format!("{API}/prod/GET/items");
    for whole in [
        "arn:aws",
        "arn:aws:execute-api",
        "arn:aws:execute-api:us-east-1",
        "arn:aws:execute-api:us-east-1:123456789012",
    ] {
        invoke(&allows(whole), &get, Allowed);
    }
    for other in ["arn:aws-cn", "arn:aws:s3", "arn:aws:execute-api:eu-west-1"] {
        invoke(&allows(other), &get, ImplicitDeny);
    }
}

/// The rules of [`wildcards_and_the_colons_of_an_arn`], as a table of what each prefix of the
/// pattern can have matched.
fn reference(pattern: &str, text: &str) -> bool {
    let missing = 5_usize.saturating_sub(pattern.matches(':').count());
    let pattern: Vec<char> = pattern
        .chars()
        .chain(":*".repeat(missing).chars())
        .collect();
    let text: Vec<char> = text.chars().collect();
    let mut reached = vec![vec![false; text.len() + 1]; pattern.len() + 1];
    reached[0][0] = true;
    let mut colons = 0;
    for (i, &expected) in pattern.iter().enumerate() {
        let last = colons >= 5;
        let ends_segment = pattern.get(i + 1).is_none_or(|next| *next == ':');
        for j in 0..=text.len() {
            let one = |fits: bool| j > 0 && fits;
            let before = j.saturating_sub(1);
            let no_colon = last || text.get(before) != Some(&':');
            reached[i + 1][j] = match expected {
                '*' => reached[i][j] || one((no_colon || ends_segment) && reached[i + 1][before]),
                '?' => one(no_colon && reached[i][before]),
                _ => one(text.get(before) == Some(&expected) && reached[i][before]),
            };
        }
        colons += usize::from(expected == ':');
    }
    reached[pattern.len()][text.len()]
}

#[test]
fn the_matcher_agrees_with_the_rules() {
    // xorshift64: the same cases every time.
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let mut word = |alphabet: &[char], longest: u64| -> String {
        let length = random(longest + 1);
        (0..length)
            .map(|_| alphabet[usize::try_from(random(alphabet.len() as u64)).unwrap()])
            .collect()
    };
    let mut matched = 0;
    for _ in 0..8_000 {
        let pattern = format!("arn:p:s:{}", word(&['a', 'b', ':', ':', '*', '*', '?'], 12));
        let document = allows(&pattern);
        for _ in 0..10 {
            let text = format!("arn:p:s:{}", word(&['a', 'a', 'b', ':', ':'], 14));
            let expected = reference(&pattern, &text);
            matched += u32::from(expected);
            let decision = document.evaluate(INVOKE, &text);
            assert_eq!(decision == Allowed, expected, "{pattern} and {text}");
        }
    }
    assert!(matched > 2_000, "only {matched} matches");
}

/// Each of these would outlast any patience if a `*` was tried again for every other one.
#[test]
fn hostile_patterns_take_bounded_time() {
    let prefix = "arn:aws:execute-api:us-east-1:123456789012:";
    let long = "a".repeat(20_000);
    let colons = "a:".repeat(10_000);
    let patterns = [
        format!("{prefix}a*a*a*a*b"),
        format!("{prefix}{}b", "a*".repeat(1_000)),
        format!("{prefix}{}b", "*".repeat(1_000)),
        format!("{prefix}{}b", "*?".repeat(1_000)),
        format!("{prefix}*{}b", "a".repeat(500)),
        // Every `*` here is retried within its segment, and the first one beyond.
        "arn:aws:execute-api:*:a*a*b:*b".to_owned(),
        "arn:aws:execute-api:a*:*a*a*a:a*a*b".to_owned(),
        format!("arn:aws:execute-api:*:{}b:a", "a*".repeat(500)),
    ];
    for pattern in patterns {
        let document = allows(&pattern);
        for text in [&long, &colons] {
            invoke(&document, &format!("{prefix}{text}"), ImplicitDeny);
            let narrow = format!("arn:aws:execute-api:{text}:");
            invoke(&document, &narrow, ImplicitDeny);
        }
    }
}
