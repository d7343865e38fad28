//! The regions that a signature of Version 4A is for: `*`, `us-east-1,us-west-*`.
//! [How SigV4a works](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html)

#[cfg(feature = "v4a")]
use crate::error::Error;
use crate::grammar::text::pieces;
#[cfg(all(feature = "sources", feature = "v4a"))]
use crate::grammar::text::trim;
#[cfg(feature = "v4a")]
use crate::grammar::text::{CREDENTIAL_PART, first_not_in};
#[cfg(all(feature = "sources", feature = "v4a"))]
use alloc::string::String;

/// Stands for any region, or at the end of an element for any rest of its name.
#[cfg(feature = "v4a")]
const WILDCARD: u8 = b'*';

/// A comma-separated list without spaces, no element of it empty; a `*` may be nowhere but at
/// the end of one.
#[cfg(feature = "v4a")]
pub(crate) fn check(region_set: &str) -> Result<(), Error> {
    let mut start = 0_usize;
    for element in pieces(region_set, b',') {
        let wild = element.bytes().position(|byte| byte == WILDCARD);
        let fault = if element.is_empty() {
            Some(0)
        } else {
            let inside = wild.filter(|at| at.saturating_add(1) < element.len());
            first_not_in(&CREDENTIAL_PART, element).or(inside)
        };
        if let Some(at) = fault {
            return Err(Error::InvalidRegionSet {
                position: start.saturating_add(at),
            });
        }
        start = start.saturating_add(element.len()).saturating_add(1);
    }
    Ok(())
}

/// A set as settings have it, with spaces and tabs between its elements, which are left out here.
/// [Authentication scheme](https://docs.aws.amazon.com/sdkref/latest/guide/feature-auth-scheme.html)
#[cfg(all(feature = "sources", feature = "v4a"))]
pub(crate) fn of_setting(text: &str) -> Option<String> {
    let mut set = String::with_capacity(text.len());
    for (number, element) in pieces(text, b',').enumerate() {
        if number > 0 {
            set.push(',');
        }
        set.push_str(trim(element));
    }
    check(&set).is_ok().then_some(set)
}

/// Whether a region is in a set, which may be a region itself: as an element, by `*`, or by what stands in front of the `*` of
/// one.
pub(crate) fn contains(region_set: &str, region: &str) -> bool {
    pieces(region_set, b',').any(|element| match element.strip_suffix('*') {
        Some(start) => region.starts_with(start),
        None => element == region,
    })
}

#[cfg(all(test, feature = "v4a"))]
mod tests {
    use super::{check, contains};
    use crate::error::Error;

    #[test]
    fn elements_are_whole_and_stars_come_last() {
        for good in [
            "*",
            "us-east-1",
            "us-*",
            "us-east-1,us-west-*",
            "*,a",
            "a,b,c",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for (bad, position) in [
            ("", 0),
            (",", 0),
            ("a,", 2),
            (",a", 0),
            ("a,,b", 2),
            ("us-east-1, us-west-1", 10),
            ("us-*-1", 3),
            ("**", 0),
            ("a,*b", 2),
            ("a/b", 1),
            ("a,\u{fc}", 2),
            ("a;b", 1),
        ] {
            assert_eq!(
                check(bad),
                Err(Error::InvalidRegionSet { position }),
                "{bad}"
            );
        }
    }

    #[cfg(feature = "sources")]
    #[test]
    fn settings_may_have_spaces() {
        for (text, set) in [
            ("us-east-1", Some("us-east-1")),
            (" us-east-1 ,\tus-west-* , *", Some("us-east-1,us-west-*,*")),
            ("", None),
            ("us-east-1, ,us-west-1", None),
            ("us-east-1 us-west-1", None),
            ("us-*-1", None),
        ] {
            assert_eq!(super::of_setting(text).as_deref(), set, "{text}");
        }
    }

    #[test]
    fn a_region_is_in_it_by_name_or_by_a_star() {
        for (set, region, expected) in [
            ("*", "eu-west-1", true),
            ("eu-west-1", "eu-west-1", true),
            ("us-east-1,eu-west-1", "eu-west-1", true),
            ("eu-*", "eu-west-1", true),
            ("eu-west-1*", "eu-west-1", true),
            ("us-east-1,*", "eu-west-1", true),
            ("us-east-1", "eu-west-1", false),
            ("eu-west-1", "eu-west-12", false),
            ("eu-west-12", "eu-west-1", false),
            ("us-*", "eu-west-1", false),
            ("EU-WEST-1", "eu-west-1", false),
            ("eu-west-1", "", false),
        ] {
            assert_eq!(contains(set, region), expected, "{set} {region}");
        }
    }
}
