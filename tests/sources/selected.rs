//! Which profile is meant, whether it counts, and its region.

use crate::folder::Folder;
use sigv4::sources::{CredentialsError, ProfileCredentials, ProvideCredentials};

#[test]
fn the_region() {
    let folder = Folder::with("[default]\nregion = profile\n[profile dev]\n", "");
    let region = |variables: &[(&str, &str)]| {
        ProfileCredentials::new(&folder.environment(variables)).region()
    };
    let all = [("AWS_REGION", "first"), ("AWS_DEFAULT_REGION", "second")];
    assert_eq!(region(&all).unwrap().as_deref(), Some("first"));
    assert_eq!(region(&all[1..]).unwrap().as_deref(), Some("second"));
    assert_eq!(region(&[]).unwrap().as_deref(), Some("profile"));
    assert_eq!(region(&[("AWS_PROFILE", "dev")]).unwrap(), None);
    assert!(region(&[("AWS_PROFILE", "gone")]).is_err());
    assert_eq!(region(&[("HOME", "/nowhere")]).unwrap(), None);
}

/// What nobody asked for, or says nothing, is passed over, and it is said what to do.
#[test]
fn what_is_passed_over() {
    let folder = Folder::with("[profile none]\nregion = x\n", "");
    let paths =
        [".aws/config", ".aws/credentials"].map(|name| folder.path(name).display().to_string());
    let [config, credentials] = &paths;
    for (variables, expected) in [
        (
            &[][..],
            format!(
                "profile default is not in {config} or {credentials}: AWS_PROFILE names one that has \
                 credentials"
            ),
        ),
        (
            &[("AWS_PROFILE", "none")],
            format!(
                "profile none ({config}:1) has no credentials: give it some, or name another one with \
                 AWS_PROFILE"
            ),
        ),
    ] {
        let source = ProfileCredentials::new(&folder.environment(variables));
        let error = source.provide_credentials().unwrap_err();
        assert!(
            matches!(error, CredentialsError::PassedOver { .. }),
            "{error:?}"
        );
        assert_eq!(error.to_string(), expected);
        assert!(error.is_not_set_up());
    }
}
