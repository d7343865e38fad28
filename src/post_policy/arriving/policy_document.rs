//! The policy, decoded and read: `expiration` and `conditions`.

use super::conditions::{Condition, Conditions};
use super::policy_json::Json;
use super::post_fault::PostFault;
use crate::grammar::base64_decode::{Base64, decode_base64};
use crate::request::timestamp::Timestamp;
use alloc::string::String;
use alloc::vec::Vec;

pub(super) struct PolicyDocument {
    pub(super) expires_at: Timestamp,
    pub(super) conditions: Conditions,
}

impl PolicyDocument {
    /// Of the field as it arrived, after its signature has been found right.
    pub(super) fn read(field: &str) -> Result<Self, PostFault> {
        let bytes = decode_base64(field, Base64::Standard).map_err(|_| PostFault::NotBase64)?;
        let Json::Object(members) = Json::parse(&bytes).ok_or(PostFault::NotJson)? else {
            return Err(PostFault::NotObject);
        };
        let (mut expiration, mut conditions) = (None, None);
        for (index, (name, value)) in members.into_iter().enumerate() {
            let slot = match name.as_str() {
                "expiration" => &mut expiration,
                "conditions" => &mut conditions,
                _ => return Err(PostFault::UnknownMember { index }),
            };
            if slot.replace(value).is_some() {
                return Err(PostFault::RepeatedMember { index });
            }
        }
        let expires_at = match expiration.ok_or(PostFault::MissingExpiration)? {
            Json::Text(text) => moment(&text).ok_or(PostFault::InvalidExpiration)?,
            _ => return Err(PostFault::InvalidExpiration),
        };
        let Json::List(conditions) = conditions.ok_or(PostFault::MissingConditions)? else {
            return Err(PostFault::ConditionsNotList);
        };
        let conditions = conditions.into_iter().enumerate();
        let conditions = conditions.map(|(index, written)| condition(index, written));
        Ok(Self {
            expires_at,
            conditions: Conditions(conditions.collect::<Result<Vec<_>, _>>()?),
        })
    }
}

/// The word of the policy that a fault is about, which S3 repeats.
pub(super) fn word(field: &str, fault: PostFault) -> Option<String> {
    let Json::Object(members) = Json::parse(&decode_base64(field, Base64::Standard).ok()?)? else {
        return None;
    };
    let mut members = members.into_iter();
    let (index, conditions) = match fault {
        PostFault::UnknownMember { index } => {
            return members
                .nth(index)
                .map(|(name, _)| name.to_ascii_lowercase());
        }
        PostFault::InvalidExpiration => {
            let expiration = members.find(|(name, _)| name == "expiration");
            return expiration.and_then(|(_, value)| value.into_text());
        }
        PostFault::UnknownOperator { index } | PostFault::WrongCount { index } => {
            (index, members.find(|(name, _)| name == "conditions")?.1)
        }
        _ => return None,
    };
    let condition = conditions.into_items()?.into_iter().nth(index)?;
    condition.into_items()?.into_iter().next()?.into_text()
}

/// ISO 8601 in UTC, with or without a fraction, which is dropped.
fn moment(text: &str) -> Option<Timestamp> {
    let text = text.strip_suffix('Z')?;
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=9).contains(&fraction.len()) || !digits(fraction) {
        return None;
    }
    let mut basic = String::with_capacity(16);
    for (place, character) in seconds.char_indices() {
        match (place, character) {
            (4 | 7, '-') | (13 | 16, ':') => {}
            (4 | 7 | 13 | 16, _) => return None,
            _ => basic.push(character),
        }
    }
    basic.push('Z');
    Timestamp::parse(&basic).ok()
}

fn condition(index: usize, written: Json) -> Result<Condition, PostFault> {
    match written {
        Json::Object(members) => match <[_; 1]>::try_from(members) {
            Ok([(name, Json::Text(value))]) => Ok(Condition::simple(&name, value)),
            Ok(_) => Err(PostFault::NotText { index }),
            Err(_) => Err(PostFault::NotOneProperty { index }),
        },
        Json::List(list) => operation(index, list),
        _ => Err(PostFault::NotCondition { index }),
    }
}

fn operation(index: usize, list: Vec<Json>) -> Result<Condition, PostFault> {
    let mut list = list.into_iter();
    let Some(Json::Text(operator)) = list.next() else {
        return Err(PostFault::MissingOperator { index });
    };
    if !matches!(
        operator.as_str(),
        "eq" | "starts-with" | "content-length-range"
    ) {
        return Err(PostFault::UnknownOperator { index });
    }
    let (Some(first), Some(second), None) = (list.next(), list.next(), list.next()) else {
        return Err(PostFault::WrongCount { index });
    };
    match (operator.as_str(), first, second) {
        ("content-length-range", Json::Integer(minimum), Json::Integer(maximum)) => {
            if minimum > maximum {
                return Err(PostFault::EmptyRange { index });
            }
            Ok(Condition::Length { minimum, maximum })
        }
        ("content-length-range", ..) => Err(PostFault::NotInteger { index }),
        ("eq", Json::Text(field), Json::Text(value)) => Ok(Condition::Equal { field, value }),
        (_, Json::Text(field), Json::Text(prefix)) => Ok(Condition::StartsWith { field, prefix }),
        _ => Err(PostFault::NotText { index }),
    }
}
