//! Actions and resources with wildcards.

use super::fault::PolicyFault;
use super::version::Version;
use alloc::vec::Vec;
#[cfg(feature = "proxy")]
use alloc::{format, string::String};
use core::str::Chars;

/// An action or a resource with wildcards, ready to be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Token>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    /// This character.
    Is(char),
    /// `?`: any one character; a colon only where the flag says so.
    One { colon: bool },
    /// `*`: any characters, or none; colons only where the flag says so.
    Any { colons: bool },
}

impl Token {
    fn accepts(self, found: char) -> bool {
        match self {
            Self::Is(character) => character == found,
            Self::One { colon } | Self::Any { colons: colon } => colon || found != ':',
        }
    }
}

impl Pattern {
    /// `*` or `*:*`, or a service prefix, a colon and the name of an action. Only the name has
    /// wildcards; neither has case.
    /// [IAM JSON policy elements: Action](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html)
    pub(super) fn action(text: &str) -> Result<Self, PolicyFault> {
        let well_formed = text.split_once(':').is_some_and(|(service, name)| {
            let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            let part = |byte: u8| byte.is_ascii_graphic() && byte != b':';
            !service.is_empty()
                && service.bytes().all(word)
                && !name.is_empty()
                && name.bytes().all(part)
        });
        if !matches!(text, "*" | "*:*") && !well_formed {
            return Err(PolicyFault::InvalidAction);
        }
        let wildcards = |character: char| token(character.to_ascii_lowercase(), true);
        Ok(Self(text.chars().map(wildcards).collect()))
    }

    /// Whether it stands for every action of a service, and for no other service's alone: `NAME:*`,
    /// `*`, `*:*`.
    #[cfg(feature = "proxy")]
    pub(super) fn is_every_action_of(&self, service: &str) -> bool {
        let of_service = format!("{service}:*");
        ["*", "*:*", &of_service]
            .iter()
            .any(|all| Self::action(all).as_ref() == Ok(self))
    }

    /// Whether it stands for every resource.
    #[cfg(feature = "proxy")]
    pub(super) fn is_every_resource(&self) -> bool {
        self.0 == [Token::Any { colons: true }]
    }

    /// The service whose actions it stands for, where it is of one.
    #[cfg(feature = "proxy")]
    pub(super) fn service(&self) -> Option<String> {
        let mut name = String::new();
        for token in &self.0 {
            match token {
                Token::Is(':') => return Some(name),
                Token::Is(character) => name.push(*character),
                Token::One { .. } | Token::Any { .. } => return None,
            }
        }
        None
    }

    /// `*`, or an ARN, compared with its case.
    ///
    /// - Wildcards stand within the segments of an ARN, the parts between its colons; `/` has
    ///   no meaning to them. A `*` that is the last character of a segment also matches beyond
    ///   the colon. There are none in the prefix, the partition and the service.
    ///   [IAM JSON policy elements: Resource](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html)
    /// - The sixth segment is everything after the fifth colon: colons in it separate nothing,
    ///   so its wildcards match them.
    ///   [IAM policy variables](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-wheretouse)
    /// - Segments that are missing at the end are `*`: `arn:aws:sqs` is `arn:aws:sqs:*:*:*`.
    ///   [Amazon Resource Names](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html#arns-paths-wildcards)
    pub(super) fn resource(text: &str, version: Version) -> Result<Self, PolicyFault> {
        if text == "*" {
            return Ok(Self([Token::Any { colons: true }].into()));
        }
        let mut segments = text.splitn(6, ':');
        if segments.next() != Some("arn") {
            return Err(PolicyFault::InvalidArn);
        }
        // A token for each character, and for `:*` in place of segments that are missing.
        let mut tokens = Vec::with_capacity(text.len().saturating_add(10));
        tokens.extend("arn".chars().map(Token::Is));
        for place in 1..6 {
            tokens.push(Token::Is(':'));
            match (place, segments.next()) {
                (1, None) | (1 | 2, Some("")) => return Err(PolicyFault::InvalidArn),
                (1 | 2, Some(segment)) if segment.contains(['*', '?']) => {
                    return Err(PolicyFault::WildcardInArn);
                }
                (1..5, Some(segment)) => narrow(segment, version, &mut tokens)?,
                (_, Some(rest)) => wide(rest, version, &mut tokens)?,
                (_, None) => tokens.push(Token::Any { colons: true }),
            }
        }
        Ok(Self(tokens))
    }

    /// Whether the pattern matches all of a text.
    ///
    /// When a character does not fit, the last `*` takes one character more. Earlier ones
    /// need no second try, since the last one can make up for them, unless it has reached
    /// the colon that ends its segment: then it is the turn of the last `*` that may pass
    /// colons. Steps are bounded by a small multiple of pattern length × text length: no
    /// more than five colons of a pattern can bind a `*` to a segment. The pattern is of
    /// whoever writes the policy; of a stranger is the text alone, in which it is linear.
    pub(super) fn matches(&self, text: &str) -> bool {
        let (mut tokens, mut rest) = (self.0.as_slice(), text.chars());
        let mut within_segment: Option<(&[Token], Chars<'_>)> = None;
        let mut beyond: Option<(&[Token], Chars<'_>)> = None;
        loop {
            let mut ahead = rest.clone();
            match (tokens, ahead.next()) {
                ([], None) => return true,
                ([Token::Any { colons: true }, after @ ..], _) => {
                    tokens = after;
                    within_segment = None;
                    beyond = Some((after, rest.clone()));
                    continue;
                }
                ([Token::Any { colons: false }, after @ ..], _) => {
                    tokens = after;
                    within_segment = Some((after, rest.clone()));
                    continue;
                }
                ([token, after @ ..], Some(found)) if token.accepts(found) => {
                    tokens = after;
                    rest = ahead;
                    continue;
                }
                _ => {}
            }
            if let Some((after, from)) = &mut within_segment
                && from.next().is_some_and(|taken| taken != ':')
            {
                tokens = after;
                rest = from.clone();
                continue;
            }
            within_segment = None;
            let Some((after, from)) = &mut beyond else {
                return false;
            };
            if from.next().is_none() {
                return false;
            }
            tokens = after;
            rest = from.clone();
        }
    }
}

fn token(character: char, colons: bool) -> Token {
    match character {
        '*' => Token::Any { colons },
        '?' => Token::One { colon: colons },
        _ => Token::Is(character),
    }
}

/// One of the first five segments. A variable has no place there.
fn narrow(segment: &str, version: Version, tokens: &mut Vec<Token>) -> Result<(), PolicyFault> {
    if matches!(version, Version::V2012) && segment.contains("${") {
        return Err(PolicyFault::UnsupportedVariable);
    }
    tokens.extend(segment.chars().map(|character| token(character, false)));
    if let Some(Token::Any { colons }) = tokens.last_mut() {
        *colons = true;
    }
    Ok(())
}

/// The last segment. `${*}`, `${?}` and `${$}` are these characters without their meaning;
/// other variables need a request context, which there is not.
/// [Special characters](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars)
fn wide(segment: &str, version: Version, tokens: &mut Vec<Token>) -> Result<(), PolicyFault> {
    let mut rest = segment.chars();
    while let Some(character) = rest.next() {
        if matches!(version, Version::V2012) && character == '$' && rest.as_str().starts_with('{') {
            rest.next();
            let (Some(special @ ('*' | '?' | '$')), Some('}')) = (rest.next(), rest.next()) else {
                return Err(PolicyFault::UnsupportedVariable);
            };
            tokens.push(Token::Is(special));
        } else {
            tokens.push(token(character, true));
        }
    }
    Ok(())
}
