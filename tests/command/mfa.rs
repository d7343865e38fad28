//! Roles that ask for the code of an MFA device, which a person types at the terminal.
#![cfg(target_os = "linux")]

use crate::runner::{SECRET, TOKEN, bare, file, run};
use crate::terminal::terminal;
use crate::wire::serving;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

const DEVICE: &str = "arn:aws:iam::123456789012:mfa/alice";
const CODE: &str = "314159";

/// Hands out the role for the right code, says whose it is, and keeps what it was asked.
fn sts() -> (String, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = asked.clone();
    let url = serving(move |arrived| {
        let form = String::from_utf8(arrived.body.clone()).unwrap();
        seen.lock().unwrap().push(form.clone());
        let serial = format!(
            "SerialNumber={}&",
            DEVICE.replace(':', "%3A").replace('/', "%2F")
        );
        let code = format!("TokenCode={CODE}&");
        let answer = match form.split(['=', '&']).nth(1) {
            Some("AssumeRole") if form.contains(&serial) && form.contains(&code) => format!(
                "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>\
                 <SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>{TOKEN}</SessionToken>\
                 <Expiration>2033-05-18T03:33:20Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
            ),
            Some("GetCallerIdentity") => "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/R/s</Arn>\
                 <UserId>AROA:s</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>".into(),
            _ => return ("400 Bad Request".into(), Vec::new()),
        };
        ("200 OK".into(), answer.into_bytes())
    });
    (url, asked)
}

fn config() -> (tempfile::TempDir, std::path::PathBuf) {
    let config = format!(
        "[profile admin]\nregion = us-east-1\nrole_arn = arn:aws:iam::123456789012:role/R\nsource_profile = base\n\
         mfa_serial = {DEVICE}\n[profile base]\naws_access_key_id = AKIDALICE\naws_secret_access_key = {SECRET}\n"
    );
    file("config", config.as_bytes())
}

fn set_up(command: &mut Command, config: &Path, sts: &str) {
    command.env("AWS_CONFIG_FILE", config);
    command.env("AWS_ENDPOINT_URL_STS", sts);
}

/// Runs it in a terminal of its own, where somebody types this when asked. Status, what went to a
/// pipe as standard output, and what the terminal showed.
fn typed(command: &Command, code: &str) -> (i32, String, String) {
    let (mut master, open) = terminal();
    // A terminal is that of a session: the program of this name makes one.
    let mut session = Command::new("setsid");
    session
        .args(["--ctty", "--wait"])
        .arg(command.get_program());
    session.args(command.get_args()).env_clear();
    let variables = command
        .get_envs()
        .filter_map(|(name, value)| Some((name, value?)));
    session
        .envs(variables)
        .env("PATH", std::env::var_os("PATH").unwrap());
    session.stdin(open()).stderr(open()).stdout(Stdio::piped());
    let child = session.spawn().unwrap();
    // Where the command ends without asking, so does what can be read.
    drop(session);
    let mut shown = Vec::new();
    let mut piece = [0; 4096];
    let prompt = format!("Code of {DEVICE}: ");
    while !String::from_utf8_lossy(&shown).contains(&prompt) {
        let read = master.read(&mut piece).unwrap();
        shown.extend_from_slice(&piece[..read]);
    }
    // Only then whoever types is not seen.
    let echoes = || {
        let settings = Command::new("stty")
            .arg("-a")
            .stdin(open())
            .output()
            .unwrap();
        !String::from_utf8_lossy(&settings.stdout).contains(" -echo ")
    };
    while echoes() {}
    master.write_all(format!("{code}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    while let Ok(read @ 1..) = master.read(&mut piece) {
        shown.extend_from_slice(&piece[..read]);
    }
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(shown),
    )
}

#[test]
fn a_code_is_typed() {
    let (_folder, path) = config();
    let api = serving(|_| ("200 OK".into(), b"{\"items\":[]}".to_vec()));
    let sign = [
        "sign",
        "--service",
        "execute-api",
        "https://items.example.com/",
        "--profile",
        "admin",
    ];
    for (arguments, expected) in [
        (
            &["whoami", "--profile", "admin"][..],
            "access key id  ASIAROLE\n",
        ),
        (&sign, "Credential=ASIAROLE/"),
        (
            &["items", "--profile", "admin", "--base-url", &api],
            "\"items\": []",
        ),
        (
            &["export-credentials", "--profile", "admin"],
            "\"AccessKeyId\": \"ASIAROLE\"",
        ),
    ] {
        let (sts, _) = sts();
        let mut command = bare(arguments);
        set_up(&mut command, &path, &sts);
        let (code, stdout, shown) = typed(&command, CODE);
        assert_eq!(code, 0, "{shown}");
        assert!(stdout.contains(expected), "{stdout}");
        // What is typed is not shown.
        assert!(!shown.contains(CODE), "{shown}");
    }
}

/// What is no code is not sent; without a terminal nobody is asked.
#[test]
fn no_code() {
    let (_folder, path) = config();
    let (url, asked) = sts();
    let mut command = bare(&["whoami", "--profile", "admin"]);
    set_up(&mut command, &path, &url);
    let words = format!("what was given for the MFA device {DEVICE} is no code of six digits");
    for code in ["31415", "31415x", ""] {
        let (status, stdout, shown) = typed(&command, code);
        assert_eq!((status, stdout.as_str()), (3, ""), "{shown}");
        assert!(shown.contains(&words), "{shown}");
    }
    let (status, stdout, stderr) = run(&mut command);
    assert_eq!((status, stdout.as_str()), (Some(3), ""));
    assert!(
        stderr.contains(&format!("no code of the MFA device {DEVICE}")),
        "{stderr}"
    );
    assert_eq!(asked.lock().unwrap().len(), 0);
    // One that the service does not know is refused by it, and not sent again.
    let (status, stdout, shown) = typed(&command, "000000");
    assert_eq!((status, stdout.as_str()), (1, ""), "{shown}");
    assert_eq!(asked.lock().unwrap().len(), 1);
}
