//! What a profile yields, beyond the vectors, and what is said of mistakes.

use sigv4::sources::{Base, CredentialsError, ProfileFiles, ProfileProblem};
use std::time::Duration;

fn plan(config: &str, profile: &str) -> Result<sigv4::sources::Plan, CredentialsError> {
    ProfileFiles::from_texts(
        config,
        "[keys]\naws_access_key_id = AKID\naws_secret_access_key = HUSH\n",
    )?
    .plan(profile)
}

#[test]
fn a_role_with_everything() {
    let config = "[profile app]\nrole_arn = arn:aws:iam::1:role/R\nsource_profile = keys\n\
                  role_session_name = me@x\nexternal_id = ext\nduration_seconds = 900\n\
                  mfa_serial = arn:aws:iam::1:mfa/me\nregion = eu-west-3\n\
                  [profile outer]\nrole_arn = arn:aws:iam::1:role/O\nsource_profile = app\n";
    let plan = plan(config, "outer").unwrap();
    assert_eq!(plan.profile, "outer");
    assert_eq!(plan.region, None);
    let [inner, outer] = plan.roles.as_slice() else {
        panic!("{plan:?}")
    };
    assert_eq!(
        (inner.profile.as_str(), outer.profile.as_str()),
        ("app", "outer")
    );
    assert_eq!(inner.session_name.as_deref(), Some("me@x"));
    assert_eq!(inner.external_id.as_deref(), Some("ext"));
    assert_eq!(inner.duration, Some(Duration::from_secs(900)));
    assert_eq!(inner.mfa_serial.as_deref(), Some("arn:aws:iam::1:mfa/me"));
    assert_eq!(inner.region.as_deref(), Some("eu-west-3"));
    assert_eq!(outer.region, None);
}

/// What several settings for one profile mean.
#[test]
fn the_order_of_the_base() {
    let all = [
        (
            "web_identity_token_file = /t\nrole_arn = arn:aws:iam::1:role/R",
            "web",
        ),
        (
            "sso_session = s\nsso_account_id = 1\nsso_role_name = r",
            "sso",
        ),
        ("login_session = arn:aws:iam::1:user/u", "login"),
        ("credential_process = tool", "process"),
        ("aws_access_key_id = A\naws_secret_access_key = S", "static"),
    ];
    for (index, (_, expected)) in all.iter().enumerate() {
        let settings: Vec<_> = all[index..].iter().map(|(lines, _)| *lines).collect();
        let config = format!(
            "[profile p]\n{}\n[sso-session s]\nsso_region = r\nsso_start_url = u",
            settings.join("\n")
        );
        let found = match plan(&config, "p").unwrap().base {
            Base::WebIdentity(_) => "web",
            Base::Sso(_) => "sso",
            Base::Login(_) => "login",
            Base::Process(_) => "process",
            Base::Static { .. } => "static",
            other => panic!("{other:?}"),
        };
        assert_eq!(found, *expected);
    }
}

/// AWS's CLI writes start URL and region into both.
#[test]
fn an_sso_session_and_the_same_in_the_profile() {
    let config = |region: &str| {
        format!(
            "[profile p]\nsso_session = s\nsso_region = {region}\nsso_account_id = 1\n\
             sso_role_name = r\n[sso-session s]\nsso_region = eu-west-1\nsso_start_url = u"
        )
    };
    let Base::Sso(sso) = plan(&config("eu-west-1"), "p").unwrap().base else {
        panic!("no sso")
    };
    assert_eq!(
        (sso.region.as_str(), sso.start_url.as_str()),
        ("eu-west-1", "u")
    );
    let error = plan(&config("eu-west-2"), "p").unwrap_err();
    assert_eq!(
        error.to_string(),
        "config:3: profile p: sso_region is not that of the sso-session"
    );
}

#[test]
fn mistakes_are_named_with_their_place() {
    let role = "role_arn = arn:aws:iam::1:role/R";
    for (config, expected) in [
        ("", "profile p: is not in config or credentials"),
        ("[profile p]", "config:1: profile p: has no credentials"),
        (
            "[profile p]\nROLE",
            "config:2: profile p: role_arn needs source_profile or credential_source beside it",
        ),
        (
            "[profile p]\nROLE\nsource_profile = keys\ncredential_source = Environment",
            "config:4: profile p: source_profile and credential_source are both there",
        ),
        (
            "[profile p]\nROLE\ncredential_source = HUSH",
            "config:3: profile p: credential_source is none of Environment, Ec2InstanceMetadata, EcsContainer",
        ),
        (
            "[profile p]\nROLE\nsource_profile = gone",
            "config:3: profile p: source_profile names a profile that is in none of the files",
        ),
        (
            "[profile p]\nROLE\nsource_profile = HUSH",
            "config:3: profile p: source_profile names a profile that is in none of the files",
        ),
        (
            "[profile p]\nROLE\nsource_profile = q\n[profile q]\nROLE\nsource_profile = r\n\
             [profile r]\nROLE\nsource_profile = q",
            "config:9: profile r: source_profile leads back to q",
        ),
        (
            "[profile p]\naws_access_key_id = HUSH",
            "config:2: profile p: aws_secret_access_key is missing beside aws_access_key_id",
        ),
        (
            "[profile p]\naws_access_key_id =\naws_secret_access_key = HUSH",
            "config:3: profile p: aws_access_key_id is missing beside aws_secret_access_key",
        ),
        (
            "[profile p]\naws_access_key_id = A\naws_secret_access_key = HUSH\n  more",
            "config:3: profile p: aws_secret_access_key has a character that cannot be seen (U+000A) at byte 4",
        ),
        (
            "[profile p]\nROLE\nsource_profile = keys\nduration_seconds = 899",
            "config:4: profile p: duration_seconds is no number of seconds from 900 to 43200",
        ),
        (
            "[profile p]\nROLE\nsource_profile = keys\nrole_session_name = HUSH HUSH",
            "config:4: profile p: role_session_name is not 2 to 64 letters, digits and characters of _+=,.@-",
        ),
        (
            "[profile p]\nsso_session = HUSH",
            "config:2: profile p: sso_session names a section that is not there: [sso-session NAME]",
        ),
        (
            "[profile p]\nsso_session = s\n[sso-session s]\nsso_region = r",
            "config:3: profile p: sso_start_url is missing beside sso_session",
        ),
        (
            "[profile p]\nsso_session = s\n[sso-session s]\nsso_start_url = u\nsso_region = /HUSH",
            "config:5: profile p: sso_region is no name of a region: up to 63 letters, digits and hyphens",
        ),
        (
            "[profile p]\nROLE\nsource_profile = q\n[profile q]\nsso_session = s\n\
             [sso-session s]\nsso_start_url = u\nsso_region = r",
            "config:5: profile q: sso_account_id is missing beside sso_session",
        ),
        (
            "[profile p]\nROLE\nsource_profile = keys\nmfa_serial = HUSH/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "config:4: profile p: mfa_serial is neither the ARN of a device \
             (arn:PARTITION:iam::ACCOUNT:mfa/NAME) nor a serial number",
        ),
        (
            "[profile p]\nROLE\nsource_profile = keys\nmfa_serial = HUSHtnFEMIxK7MDENGxbPxRfiCYEXAMPLEKEYx",
            "config:4: profile p: mfa_serial is neither the ARN of a device \
             (arn:PARTITION:iam::ACCOUNT:mfa/NAME) nor a serial number",
        ),
        // The role is misspelt: the profile's own keys were to assume it.
        (
            "[profile p]\nrole-arn = HUSH\nsource_profile = p\naws_access_key_id = A\n\
             aws_secret_access_key = HUSH",
            "config:3: profile p: role_arn is missing beside source_profile",
        ),
        (
            "[profile p]\nROLE\ncredential_source = Ec2InstanceMetadata\n\
             ec2_metadata_service_endpoint_mode = HUSH",
            "config:4: profile p: ec2_metadata_service_endpoint_mode is neither IPv4 nor IPv6",
        ),
        (
            "[profile p]\nROLE\ncredential_source = Ec2InstanceMetadata\n\
             ec2_metadata_service_endpoint = HUSH",
            "config:4: profile p: ec2_metadata_service_endpoint is no http or https URL",
        ),
        (
            "[profile p]\nROLE\nsource_profile = keys\nendpoint_url = https://u:HUSH@host",
            "config:4: profile p: endpoint_url has a user in it, which an endpoint has not",
        ),
        (
            "[profile p]\nROLE\nsource_profile = keys\nendpoint_url = https://host?HUSH",
            "config:4: profile p: endpoint_url has a query or a fragment, which an endpoint has not",
        ),
        (
            "[profile p]\nROLE\nsource_profile = keys\nservices = s\n[services s]\nsts =\n  \
             endpoint_url = http://host # HUSH",
            "config:6: profile p: endpoint_url has white space in it: on such a line a comment is part \
             of the value",
        ),
        (
            "[profile p]\nsso_start_url = HUSH\nsso_account_id = 1\nsso_role_name = r",
            "config:4: profile p: sso_region is missing beside sso_role_name",
        ),
        (
            "[profile p]\nsso_start_url = HUSH\nsso_region = r",
            "config:2: profile p: sso_account_id is missing beside sso_start_url",
        ),
        (
            "[profile p]\nsso_region = r",
            "config:2: profile p: sso_start_url is missing beside sso_region",
        ),
        (
            "[profile p]\nrole_arn = HUSH\nsource_profile = keys",
            "config:2: profile p: role_arn is no ARN of a role: arn:PARTITION:iam::ACCOUNT:role/NAME",
        ),
        (
            "[profile p]\nweb_identity_token_file = /t\nrole_arn = arn:aws:iam::1:user/HUSH",
            "config:3: profile p: role_arn is no ARN of a role: arn:PARTITION:iam::ACCOUNT:role/NAME",
        ),
        (
            "[profile p]\nROLE\nsource_profile = keys\nregion = HUSH.example.com",
            "config:4: profile p: region is no name of a region: up to 63 letters, digits and hyphens",
        ),
        (
            "[profile p]\nsso_start_url = u\nsso_account_id = 1\nsso_role_name = r\nsso_region = /HUSH",
            "config:5: profile p: sso_region is no name of a region: up to 63 letters, digits and hyphens",
        ),
        (
            "[profile p]\ncredential_process = tool \"HUSH",
            "config:2: profile p: credential_process has a quote that is not closed",
        ),
        (
            "[profile p]\ncredential_process = \"\" HUSH",
            "config:2: profile p: credential_process names no program",
        ),
        (
            "[profile p]\naws_access_key_id = HUSH,\naws_secret_access_key = HUSH",
            "config:2: profile p: aws_access_key_id has a character that cannot be signed",
        ),
        (
            "[profile p]\naws_access_key_id = A\naws_secret_access_key = HUSH\naws_session_token = é",
            "config:4: profile p: aws_session_token has a character that cannot be signed",
        ),
        // Half of a pair in the second profile of a chain is no reason to go on.
        (
            "[profile p]\nROLE\nsource_profile = q\n[profile q]\naws_access_key_id = A\nROLE\n\
             source_profile = keys",
            "config:5: profile q: aws_secret_access_key is missing beside aws_access_key_id",
        ),
    ] {
        let error = plan(&config.replace("ROLE", role), "p").unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert!(!format!("{error:?}").contains("HUSH"), "{error:?}");
    }
}

#[test]
fn errors_can_be_matched() {
    let error = plan("", "p").unwrap_err();
    let CredentialsError::Profile { problem, .. } = &error else {
        panic!("{error:?}")
    };
    let searched = ["config", "credentials"].map(String::from).to_vec();
    let misheaded = None;
    assert_eq!(
        *problem,
        ProfileProblem::NotFound {
            searched,
            misheaded
        }
    );
    assert!(!error.is_not_set_up());
    assert!(!error.is_of_service());
}
