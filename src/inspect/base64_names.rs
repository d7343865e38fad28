//! Texts in base64 that have a session token in them, by its name.

use std::borrow::Cow;
use std::format;
use std::prelude::rust_2024::*;

/// The names of tokens within base64, at each of its three offsets: in small letters, as AWS writes them, in capitals.
const IN_BASE64: [&str; 18] = [
    "eC1hbXotc2VjdXJpdHktdG9rZW",
    "gtYW16LXNlY3VyaXR5LXRva2Vu",
    "4LWFtei1zZWN1cml0eS10b2tlb",
    "WC1BbXotU2VjdXJpdHktVG9rZW",
    "gtQW16LVNlY3VyaXR5LVRva2Vu",
    "YLUFtei1TZWN1cml0eS1Ub2tlb",
    "WC1BTVotU0VDVVJJVFktVE9LRU",
    "gtQU1aLVNFQ1VSSVRZLVRPS0VO",
    "YLUFNWi1TRUNVUklUWS1UT0tFT",
    "eC1hbXotczNzZXNzaW9uLXRva2Vu",
    "gtYW16LXMzc2Vzc2lvbi10b2tlb",
    "4LWFtei1zM3Nlc3Npb24tdG9rZW",
    "WC1BbXotUzNzZXNzaW9uLVRva2Vu",
    "gtQW16LVMzc2Vzc2lvbi1Ub2tlb",
    "YLUFtei1TM3Nlc3Npb24tVG9rZW",
    "WC1BTVotUzNTRVNTSU9OLVRPS0VO",
    "gtQU1aLVMzU0VTU0lPTi1UT0tFT",
    "YLUFNWi1TM1NFU1NJT04tVE9LRU",
];

/// Each run of base64 with such a name in it.
pub(super) fn take_out(text: &str) -> Option<String> {
    let has = |run: &str| IN_BASE64.iter().any(|name| run.contains(name));
    if !has(text) {
        return None;
    }
    let is_of = |char: char| char.is_ascii_alphanumeric() || "+/=_-%\\".contains(char);
    let runs = text.split_inclusive(|char| !is_of(char));
    let runs = runs.map(|run| {
        if !has(run) {
            return Cow::Borrowed(run);
        }
        let end = run.chars().next_back().filter(|char| !is_of(*char));
        let end = end.map_or_else(String::new, String::from);
        let length = run.len().saturating_sub(end.len());
        Cow::Owned(format!("(a session token in base64, {length} bytes){end}"))
    });
    Some(runs.collect::<Vec<_>>().concat())
}

#[cfg(test)]
mod tests {
    use super::take_out;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use std::format;
    use std::prelude::rust_2024::*;

    const SECRET: &str = "IQoJb3JpZ2luX2VjEXAMPLE";

    #[test]
    fn at_each_offset() {
        let names = [
            "x-amz-security-token",
            "X-Amz-Security-Token",
            "X-AMZ-SECURITY-TOKEN",
            "x-amz-s3session-token",
            "X-Amz-S3session-Token",
            "X-AMZ-S3SESSION-TOKEN",
        ];
        let before = ["", "a", "ab"];
        let all = names
            .iter()
            .flat_map(|name| before.map(|before| [before, name]));
        for [before, name] in all {
            let encoded = STANDARD.encode(format!("{before}{name}={SECRET}"));
            let encoded = encoded.as_str();
            let text = ["token ", encoded, "; more"].concat();
            let shown = take_out(&text).unwrap();
            let is_out = !shown.contains(encoded) && shown.ends_with("); more");
            assert!(is_out, "{shown}");
        }
        assert_eq!(take_out("x-amz-security-token"), None);
    }
}
