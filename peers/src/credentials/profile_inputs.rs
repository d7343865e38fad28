//! The inputs of classes that are about what a profile says, beside others and beside variables.

use crate::credentials::by_rules::read;
use crate::credentials::inputs::Input;
use crate::credentials::pair::{File, Pair};
use crate::credentials::reading::{has, properties, value};

const ID: &str = "aws_access_key_id";
const SECRET: &str = "aws_secret_access_key";
const TOKEN: &str = "aws_session_token";
const KEY_VARIABLES: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
const FILES: [File; 2] = [File::Config, File::Credentials];

/// Whoever writes one of these means the profile to have credentials, but they are not enough.
const MEANT: [&str; 11] = [
    SECRET,
    TOKEN,
    "source_profile",
    "credential_source",
    "sso_session",
    "sso_start_url",
    "sso_region",
    "role_session_name",
    "external_id",
    "duration_seconds",
    "mfa_serial",
];

/// Any of these makes botocore take the profile for one with credentials.
const BASES: [&str; 7] = [
    ID,
    "role_arn",
    "web_identity_token_file",
    "sso_account_id",
    "sso_role_name",
    "login_session",
    "credential_process",
];

impl Input {
    pub(crate) fn holds_of_profile(self, pair: &Pair) -> bool {
        let profile = pair.selected();
        let own = |property| value(pair, profile, property).is_some_and(|value| !value.is_empty());
        let is_set = |name| pair.variable(name).is_some();
        let files = |test: &dyn Fn(File, &str) -> bool| {
            let chain = chain(pair);
            chain
                .iter()
                .any(|profile| FILES.iter().any(|file| test(*file, profile)))
        };
        match self {
            Self::KeysAcrossFiles => files(&|file, profile| {
                has(pair, file, profile, ID) != has(pair, file, profile, SECRET)
            }),
            Self::TokenAcrossFiles => files(&|file, profile| {
                has(pair, file, profile, TOKEN)
                    && value(pair, profile, ID) != in_file(pair, file, profile, ID)
            }),
            Self::SourceIsItself => {
                value(pair, profile, "source_profile") == Some(profile) && !own(ID) && !own(SECRET)
            }
            Self::SourceKeysBesideOthers => chain(pair).iter().skip(1).any(|profile| {
                let has = |property: &&&str| value(pair, profile, property).is_some();
                [ID, SECRET].iter().any(|key| has(&key)) && BASES[2..].iter().any(|base| has(&base))
            }),
            Self::KeysBesideOthers => files(&|file, profile| {
                file == File::Credentials
                    && has(pair, file, profile, ID)
                    && ["credential_process", "login_session"]
                        .iter()
                        .any(|other| value(pair, profile, other).is_some())
            }),
            Self::SessionWithoutRole => {
                own("sso_session") && !own("sso_account_id") && !own("sso_role_name")
            }
            Self::MeantAndMissing => {
                let is_there = |property: &&&str| value(pair, profile, property).is_some();
                MEANT
                    .iter()
                    .chain(&BASES)
                    .any(|property| is_there(&property))
                    && (!BASES.iter().any(|property| own(property))
                        || own("source_profile")
                            && !own("role_arn")
                            && !own("web_identity_token_file"))
            }
            Self::RoleSettings => chain(pair).iter().any(|profile| {
                let duration = value(pair, profile, "duration_seconds");
                let session = value(pair, profile, "role_session_name");
                let seconds = |text: &str| text.parse().is_ok_and(|n| (900..=43_200).contains(&n));
                duration.is_some_and(|text| !seconds(text))
                    || session.is_some_and(|text| !is_session(text))
            }),
            Self::RoleRegion => {
                let chain = chain(pair);
                let mut others = chain.iter().filter(|name| *name != profile);
                others.any(|name| value(pair, name, "region").is_some())
            }
            Self::NoRegion => {
                own("role_arn")
                    && !own("web_identity_token_file")
                    && !is_set("AWS_DEFAULT_REGION")
                    && !own("region")
            }
            Self::NamedWithoutCredentials => {
                let sections = read(pair).unwrap_or_default();
                let named = pair.profile.as_ref();
                let named = named.and_then(|name| sections.profiles.get(name));
                named.is_some_and(|own| {
                    let mut all = MEANT.iter().chain(&BASES);
                    !all.any(|property| own.contains_key(*property))
                })
            }
            Self::KeyUnsignable => chain(pair).iter().any(|profile| {
                let id = value(pair, profile, ID).unwrap_or_default();
                id.contains(|c: char| !c.is_ascii_graphic() || "/,;=".contains(c))
            }),
            Self::RegionInvalid => chain(pair).iter().any(|profile| {
                let region = value(pair, profile, "region").unwrap_or_default();
                !region
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '-')
            }),
            Self::UnneededFiles => {
                pair.profile.is_none()
                    && KEY_VARIABLES.iter().all(|name| is_set(name))
                    && read(pair).is_none_or(|sections| !sections.profiles.contains_key(profile))
            }
            Self::WebIdentityOfEnvironment => {
                pair.profile.is_none()
                    && is_set("AWS_WEB_IDENTITY_TOKEN_FILE")
                    && !own("web_identity_token_file")
            }
            Self::WebIdentityOfBoth => {
                pair.profile.is_none()
                    && is_set("AWS_WEB_IDENTITY_TOKEN_FILE")
                    && own("web_identity_token_file")
            }
            _ => false,
        }
    }
}

/// The profile that is asked for, and its sources.
fn chain(pair: &Pair) -> Vec<String> {
    let mut chain = vec![pair.selected().to_owned()];
    while let Some(source) = chain
        .last()
        .and_then(|last| value(pair, last, "source_profile"))
    {
        if chain.iter().any(|seen| seen == source) {
            break;
        }
        chain.push(source.to_owned());
    }
    chain
}

fn in_file<'a>(pair: &'a Pair, file: File, profile: &str, property: &str) -> Option<&'a str> {
    let mut properties = properties(pair, profile).into_iter();
    properties
        .rfind(|(of, name, _)| *of == file && name == property)
        .map(|(_, _, value)| value)
}

fn is_session(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    (2..=64).contains(&text.len()) && text.chars().all(allowed)
}
