//! On an EC2 instance: its region, where nothing else tells one, and its role.

use crate::runner::{file, run, sigv4};
use crate::wire::serving;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const TIME: &str = "20150830T123600Z";
const URL: &str = "https://items.example.com/";

/// An instance's metadata, and how often they were asked.
fn metadata() -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let url = serving(move |arrived| {
        counted.fetch_add(1, Ordering::SeqCst);
        let answer = |text: &str| ("200 OK".into(), text.as_bytes().to_vec());
        match arrived.line.as_str() {
            "PUT /latest/api/token HTTP/1.1" => answer("token"),
            "GET /latest/meta-data/placement/region HTTP/1.1" => answer("eu-south-2"),
            _ => ("404 Not Found".into(), Vec::new()),
        }
    });
    (url, asked)
}

/// On an instance that tells its region and has no role.
fn on_instance(arguments: &[&str], url: &str) -> Command {
    let mut command = sigv4(arguments);
    command
        .env_remove("AWS_REGION")
        .env_remove("AWS_EC2_METADATA_DISABLED")
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", url);
    command
}

#[test]
fn of_the_instance() {
    let (url, asked) = metadata();
    let sign = [
        "sign",
        "-v",
        "--service",
        "execute-api",
        "--time",
        TIME,
        URL,
    ];
    let (code, stdout, stderr) = run(&mut on_instance(&sign, &url));
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        stdout.contains("AKIDALICE/20150830/eu-south-2/"),
        "{stdout}"
    );
    let said = "region eu-south-2: that of the instance, as its metadata say\n";
    assert!(stderr.starts_with(said), "{stderr}");
    let before = asked.load(Ordering::SeqCst);
    // Whatever else tells it, goes before it.
    for (arguments, variable) in [
        (
            &[
                "sign",
                "--region",
                "eu-west-1",
                "--service",
                "execute-api",
                URL,
            ][..],
            "",
        ),
        (&["sign", "--service", "execute-api", URL], "AWS_REGION"),
        (
            &["sign", "--service", "execute-api", URL],
            "AWS_DEFAULT_REGION",
        ),
        (
            &[
                "sign",
                "https://abc123.execute-api.eu-west-1.amazonaws.com/",
            ],
            "",
        ),
    ] {
        let mut command = on_instance(arguments, &url);
        if !variable.is_empty() {
            command.env(variable, "eu-west-1");
        }
        let (code, stdout, stderr) = run(&mut command);
        assert_eq!(code, Some(0), "{stderr}");
        assert!(stdout.contains("/eu-west-1/"), "{stdout}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), before);
}

/// Nobody there: the reason stands behind what to do. Off: nobody is asked, nothing is said of it.
#[test]
fn where_nobody_tells_it() {
    let refusing = serving(|_| ("403 Forbidden".into(), Vec::new()));
    let words =
        "sigv4: no region: give --region or set AWS_REGION; neither host nor profile tells one";
    let sign = ["sign", "--service", "execute-api", URL];
    let (code, stdout, stderr) = run(&mut on_instance(&sign, &refusing));
    assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
    let reason = "status 403: it is switched off for this instance: switch it on (modify-instance-metadata-options)";
    assert_eq!(
        stderr,
        format!("{words} (instance metadata passed over: {reason})\n")
    );
    let mut command = on_instance(&sign, &refusing);
    let (_, _, stderr) = run(command.env("AWS_EC2_METADATA_DISABLED", "true"));
    assert_eq!(stderr, format!("{words}\n"));
}

/// A profile that names the instance's role is asked for it, also for what is only shown; and what is
/// said then is why there is none, not that somebody switched it off.
#[test]
fn a_profile_with_its_role() {
    let config = "[profile ec2role]\nregion = eu-west-1\ncredential_source = Ec2InstanceMetadata\n\
                  role_arn = arn:aws:iam::123456789012:role/R\n";
    let (_folder, path) = file("config", config.as_bytes());
    let refusing = serving(|_| ("403 Forbidden".into(), Vec::new()));
    let fixed = ["canonical", "--service", "execute-api", URL];
    for (profile, named) in [(&["--profile", "ec2role"][..], false), (&[], true)] {
        let arguments = [&fixed[..], profile].concat();
        let mut command = on_instance(&arguments, &refusing);
        command.env_remove("AWS_ACCESS_KEY_ID");
        command.env_remove("AWS_SECRET_ACCESS_KEY");
        command.env("AWS_CONFIG_FILE", &path);
        if named {
            command.env("AWS_PROFILE", "ec2role");
        }
        let (code, stdout, stderr) = run(&mut command);
        assert_eq!((code, stdout.as_str()), (Some(3), ""), "{stderr}");
        assert!(
            stderr.contains("status 403: it is switched off for this instance"),
            "{stderr}"
        );
        assert!(!stderr.contains("AWS_EC2_METADATA_DISABLED"), "{stderr}");
    }
}

/// The library's client, which `items` has, too.
#[test]
fn of_items() {
    let (url, _) = metadata();
    let api = serving(|arrived| {
        let authorization = arrived.header("authorization").unwrap_or_default();
        let region = authorization.split('/').nth(2).unwrap_or_default();
        (
            "200 OK".into(),
            format!("{{\"signed for\":\"{region}\"}}").into(),
        )
    });
    let (code, stdout, stderr) = run(&mut on_instance(&["items", "--base-url", &api], &url));
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        stdout.contains("\"signed for\": \"eu-south-2\""),
        "{stdout}"
    );
}

/// Those that have expired are used on, and asked for again: what takes them over does so, too.
#[test]
fn what_has_expired_is_exported_with_an_end() {
    let url = serving(|arrived| {
        let answer = |text: &str| ("200 OK".into(), text.as_bytes().to_vec());
        match arrived.line.as_str() {
            "PUT /latest/api/token HTTP/1.1" => answer("token"),
            line if line.ends_with("/role HTTP/1.1") => answer(
                "{\"AccessKeyId\":\"ASIAOLD\",\"SecretAccessKey\":\"secret\",\"Token\":\"t\",\
                 \"Expiration\":\"2020-01-01T00:00:00Z\"}",
            ),
            _ => answer("role"),
        }
    });
    let export = |format: &str| {
        let mut command = on_instance(&["export-credentials", "--format", format], &url);
        command
            .env_remove("AWS_ACCESS_KEY_ID")
            .env_remove("AWS_SECRET_ACCESS_KEY")
            .env_remove("AWS_SESSION_TOKEN");
        let (code, stdout, stderr) = run(&mut command);
        assert_eq!(code, Some(0), "{stderr}");
        assert!(
            stdout.contains("ASIAOLD") && !stdout.contains("2020-"),
            "{stdout}"
        );
        stdout
    };
    assert!(export("process").contains("\"Expiration\": \"20"));
    assert!(export("env").contains("export AWS_CREDENTIAL_EXPIRATION="));
}

/// Who has an instance's credentials is asked in the instance's region: the global endpoint knows
/// one partition.
#[test]
fn whose_role_it_is() {
    let url = serving(|arrived| {
        let answer = |text: &str| ("200 OK".into(), text.as_bytes().to_vec());
        match arrived.line.as_str() {
            "PUT /latest/api/token HTTP/1.1" => answer("token"),
            "GET /latest/meta-data/placement/region HTTP/1.1" => answer("cn-north-1"),
            line if line.ends_with("/role HTTP/1.1") => answer(
                "{\"AccessKeyId\":\"ASIAROLE\",\"SecretAccessKey\":\"secret\",\"Token\":\"t\",\
                 \"Expiration\":\"2999-01-01T00:00:00Z\"}",
            ),
            _ => answer("role"),
        }
    });
    let sts = serving(|_| {
        let identity = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
            <GetCallerIdentityResult><Arn>arn:aws-cn:sts::123456789012:assumed-role/role/i</Arn>\
            <UserId>AROA:i</UserId><Account>123456789012</Account></GetCallerIdentityResult>\
            </GetCallerIdentityResponse>";
        ("200 OK".into(), identity.into())
    });
    let mut command = on_instance(&["whoami"], &url);
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY")
        .env("AWS_ENDPOINT_URL_STS", &sts);
    let (code, stdout, stderr) = run(&mut command);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(
        stdout.ends_with("\nregion         cn-north-1\n"),
        "{stdout}"
    );
}
