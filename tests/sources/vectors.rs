//! The vectors that AWS's SDKs share. See `test-vectors/aws-sdk-credentials/SOURCE.md`.

use serde_json::{Map, Value, json};
use sigv4::sources::{
    AssumeRole, Base, CredentialsError, FileProblem, Plan, ProfileFiles, ProfileProblem,
    ProfileSection,
};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

type Sections = BTreeMap<String, BTreeMap<String, String>>;

fn read(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("test-vectors/aws-sdk-credentials");
    let text = fs::read_to_string(folder.join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn properties(section: &ProfileSection) -> BTreeMap<String, String> {
    let properties = section.properties();
    properties
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// What an error of the vectors says, and what is said of it here.
fn file_problem(words: &str) -> Vec<FileProblem> {
    match words {
        "Profile definition must end with ']'" => vec![FileProblem::SectionNotClosed],
        "Expected a profile definition" => vec![
            FileProblem::PropertyOutsideSection,
            FileProblem::ContinuationOutsideSection,
        ],
        "Property did not have a name" => vec![FileProblem::PropertyWithoutName],
        "Expected an '=' sign defining a property" => vec![FileProblem::PropertyWithoutEquals],
        "Expected a property definition" | "Expected a property definition, found continuation" => {
            vec![FileProblem::ContinuationOutsideProperty]
        }
        "Expected an '=' sign defining a sub-property" => {
            vec![FileProblem::SubPropertyWithoutEquals]
        }
        "Sub-property did not have a name" => vec![FileProblem::SubPropertyWithoutName],
        other => panic!("a new error: {other}"),
    }
}

#[test]
fn the_grammar_of_the_files() {
    let vectors = read("profile-parser-tests.json");
    let tests = vectors["tests"].as_array().unwrap();
    assert_eq!(tests.len(), 65);
    let mut failed = Vec::new();
    for test in tests {
        let text = |name: &str| test["input"][name].as_str().unwrap_or_default().to_owned();
        let read = ProfileFiles::from_texts(&text("configFile"), &text("credentialsFile"));
        let expected = &test["output"];
        let passes = match (&read, expected["errorContaining"].as_str()) {
            (Err(CredentialsError::File { line, problem, .. }), Some(words)) => {
                assert!(line.is_some());
                file_problem(words).contains(problem)
            }
            (Ok(files), None) => {
                let expected = &expected["config"];
                let sections = |name: &str| -> Sections {
                    let value = expected.get(name).cloned().unwrap_or_else(|| json!({}));
                    serde_json::from_value(value).unwrap()
                };
                let ours = files.profiles();
                let ours: Sections = ours
                    .map(|profile| (profile.name().to_owned(), properties(profile)))
                    .collect();
                let sessions = sections("sso_sessions");
                ours == sections("profiles")
                    && sessions.iter().all(|(name, expected)| {
                        files.sso_session(name).map(properties).as_ref() == Some(expected)
                    })
            }
            _ => false,
        };
        if !passes {
            println!("{}: {read:?}", test["name"]);
            failed.push(test["name"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(failed, [""; 0]);
}

/// Profiles as a configuration file.
fn config(input: &Value) -> String {
    let mut text = String::new();
    for (kind, prefix) in [("profiles", "profile"), ("sso_sessions", "sso-session")] {
        let sections = input.get(kind).and_then(Value::as_object);
        for (name, properties) in sections.into_iter().flatten() {
            text += &format!("[{prefix} {name}]\n");
            for (property, value) in properties.as_object().unwrap() {
                text += &format!("{property} = {}\n", value.as_str().unwrap());
            }
        }
    }
    text
}

/// A plan, as the vectors write it.
fn written(plan: &Plan) -> Value {
    let object = |pairs: &[(&str, Option<&str>)]| {
        let there = pairs
            .iter()
            .filter_map(|(name, value)| Some(((*name).to_owned(), json!((*value)?))));
        Value::Object(there.collect::<Map<_, _>>())
    };
    let base = match &plan.base {
        Base::Static {
            credentials,
            account_id,
        } => json!({ "AccessKey": object(&[
            ("access_key_id", Some(credentials.access_key_id())),
            ("secret_access_key", Some(credentials.secret_access_key())),
            ("session_token", credentials.session_token()),
            ("account_id", account_id.as_deref()),
        ]) }),
        Base::Environment => json!({ "NamedSource": "Environment" }),
        Base::Ec2InstanceMetadata { .. } => json!({ "NamedSource": "Ec2InstanceMetadata" }),
        Base::EcsContainer => json!({ "NamedSource": "EcsContainer" }),
        Base::WebIdentity(identity) => json!({ "WebIdentityToken": object(&[
            ("role_arn", Some(&identity.role_arn)),
            ("web_identity_token_file", Some(&identity.token_file)),
            ("role_session_name", identity.session_name.as_deref()),
        ]) }),
        Base::Sso(sso) => {
            let role = sso.role.as_ref();
            json!({ "Sso": object(&[
                ("sso_session", sso.session.as_deref()),
                ("sso_region", Some(&sso.region)),
                ("sso_start_url", Some(&sso.start_url)),
                ("sso_account_id", role.map(|role| role.account_id.as_str())),
                ("sso_role_name", role.map(|role| role.role_name.as_str())),
            ]) })
        }
        other => panic!("{other:?}"),
    };
    let role = |role: &AssumeRole| {
        json!({ "AssumeRole": object(&[
            ("role_arn", Some(&role.role_arn)),
            ("role_session_name", role.session_name.as_deref()),
            ("external_id", role.external_id.as_deref()),
        ]) })
    };
    let links = [base].into_iter().chain(plan.roles.iter().map(role));
    json!({ "ProfileChain": links.collect::<Vec<_>>() })
}

fn is_meant(problem: &ProfileProblem, words: &str) -> bool {
    use ProfileProblem::{
        Both, Loop, Missing, NoCredentials, NoSource, NotFound, SourceNotFound, SsoSessionNotFound,
    };
    match words {
        "profile must contain `source_profile`" => matches!(problem, NoSource),
        "profile contained both source_profile and credential_source" => {
            matches!(problem, Both { .. })
        }
        "profile missing aws_secret_access_key" => {
            matches!(problem, Missing { property, .. } if *property == "aws_secret_access_key")
        }
        "profile missing aws_access_key_id" => {
            matches!(problem, Missing { property, .. } if *property == "aws_access_key_id")
        }
        "profile `A` did not contain credential information"
        | "profile `B` did not contain credential information" => {
            matches!(problem, NoCredentials)
        }
        "could not find source profile B referenced from A" => {
            matches!(problem, SourceNotFound)
        }
        "No profiles were defined" => matches!(problem, NotFound { .. }),
        "profile formed an infinite loop" => matches!(problem, Loop { .. }),
        "`role_arn` was missing" => {
            matches!(problem, Missing { property, .. } if *property == "role_arn")
        }
        "if `sso_role_name` is set, then `sso_account_id` must also be set" => {
            matches!(problem, Missing { property, .. } if *property == "sso_account_id")
        }
        "if `sso_account_id` is set, then `sso_role_name` must also be set" => {
            matches!(problem, Missing { property, .. } if *property == "sso_role_name")
        }
        "`sso_region` can only be specified in the [sso-session] config when a session name is given" =>
        {
            matches!(problem, ProfileProblem::Invalid { property, .. } if *property == "sso_region")
        }
        "sso-session named `oops` (referenced by profile `A`) was not found" => {
            matches!(problem, SsoSessionNotFound)
        }
        other => panic!("a new error: {other}"),
    }
}

#[test]
fn what_a_profile_yields() {
    let vectors = read("assume-role-tests.json");
    let tests = vectors.as_array().unwrap();
    assert_eq!(tests.len(), 28);
    let mut failed = Vec::new();
    for test in tests {
        let input = &test["input"];
        let files = ProfileFiles::from_texts(&config(input), "").unwrap();
        let selected = input["selected_profile"].as_str().unwrap();
        let plan = files.plan(selected);
        let passes = match (&plan, test["output"]["Error"].as_str()) {
            (Ok(plan), None) => written(plan) == test["output"],
            (Err(CredentialsError::Profile { problem, .. }), Some(words)) => {
                is_meant(problem, words)
            }
            _ => false,
        };
        if !passes {
            println!("{}: {plan:?}", test["docs"]);
            failed.push(test["docs"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(failed, [""; 0]);
}
