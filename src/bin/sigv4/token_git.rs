//! What git logs in to CodeCommit with.

use crate::failure::{Failure, print, words};
use crate::token_arguments::Common;
use crate::token_output::{Made, Member};
use crate::url::Url;
use sigv4::endpoint::recognize;
use sigv4::tokens::{self, Maker};
use std::io::Read;
use zeroize::Zeroizing;

/// What git logs in to CodeCommit with, for 15 minutes
///
/// Printed is the password; with --output json `username`, `password` and `url`, in which both
/// stand; with --output env `GIT_USERNAME` and `GIT_PASSWORD`.
///
/// As git's helper it answers for hosts of CodeCommit alone, and needs to be told the path:
/// git config --global credential.useHttpPath true.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  \
    git config --global credential.helper '!sigv4 token codecommit --git-credential'\n  \
    git config --global credential.useHttpPath true\n  \
    git clone \"$(sigv4 token codecommit --output json \
    https://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo | jq -r .url)\"")]
pub(crate) struct Codecommit {
    /// That of the repository
    #[arg(value_name = "URL", required_unless_present = "git_credential")]
    url: Option<String>,
    /// Speak git's protocol of credential helpers on stdin and stdout: get, store or erase
    #[arg(
        long, value_name = "OPERATION", num_args = 0..=1, default_missing_value = "get",
        conflicts_with_all = ["url", "output"]
    )]
    git_credential: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// What git says is a few lines.
const MAX_ASKED: u64 = 65_536;

impl Codecommit {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        if let Some(operation) = &self.git_credential {
            return self.help_git(operation);
        }
        let url = Url::parse(self.url.as_deref().unwrap_or_default())?;
        if !url.https || url.websocket || url.port.is_some() {
            return Err(Failure::usage(
                "URL: https:// and no port is what CodeCommit has",
            ));
        }
        let repository = tokens::Codecommit {
            host: &url.host,
            path: &url.target,
        };
        self.common.print(|maker| made(&repository, maker))
    }

    /// [Custom helpers](https://git-scm.com/docs/gitcredentials#_custom_helpers): operations other
    /// than `get` keep or forget what is never kept here; those that are not known are passed
    /// over, as are the hosts of others.
    fn help_git(&self, operation: &str) -> Result<(), Failure> {
        let asked = Asked::read()?;
        let host = asked.value("host").unwrap_or_default();
        if operation != "get" || asked.value("protocol") != Some("https") || !is_of_git(host) {
            return Ok(());
        }
        let Some(path) = asked.value("path") else {
            return Err(Failure::usage(
                "git tells no path: git config --global credential.useHttpPath true",
            ));
        };
        let repository = tokens::Codecommit {
            host,
            path: &format!("/{path}"),
        };
        let made = self.common.make(|maker| made(&repository, maker))?;
        let mut answer = Zeroizing::new(String::new());
        for member in &made.members {
            if let Member::Text(name @ ("username" | "password"), value) = member {
                for piece in [name, "=", value, "\n"] {
                    answer.push_str(piece);
                }
            }
        }
        if let Some(end) = made.validity.ends_at() {
            answer.push_str(&format!("password_expiry_utc={}\n", end.unix()));
        }
        print(answer.as_str())
    }
}

fn made(
    repository: &tokens::Codecommit<'_>,
    maker: &Maker<'_>,
) -> Result<Made, tokens::TokenError> {
    let git = repository.credentials(maker)?;
    let secret = |text: &str| Zeroizing::new(text.to_owned());
    let (username, password) = (secret(git.username()), secret(git.password()));
    Ok(Made {
        text: password.clone(),
        members: vec![
            Member::Text("username", username.clone()),
            Member::Text("password", password.clone()),
            Member::Text("url", git.url()),
        ],
        variables: vec![("GIT_USERNAME", username), ("GIT_PASSWORD", password)],
        validity: git.validity(),
    })
}

fn is_of_git(host: &str) -> bool {
    host.contains("git-codecommit")
        && recognize(host).is_some_and(|known| known.service == Some("codecommit"))
}

/// What git asks for: a line for each attribute, until an empty one.
struct Asked(Zeroizing<String>);

impl Asked {
    fn read() -> Result<Self, Failure> {
        let wrong = |what: &str| Failure::usage(format_args!("stdin: {what}"));
        let mut text = Zeroizing::new(String::new());
        let stdin = std::io::stdin().lock();
        let read = stdin
            .take(MAX_ASKED.saturating_add(1))
            .read_to_string(&mut text);
        let length = read.map_err(|error| wrong(&words(&error)))?;
        if u64::try_from(length).unwrap_or(u64::MAX) > MAX_ASKED {
            return Err(wrong(
                "more than 65536 bytes, which is nothing that git asks",
            ));
        }
        let lines = text.lines().take_while(|line| !line.is_empty());
        if lines.clone().any(|line| !line.contains('=')) {
            return Err(wrong("a line without '=', which is nothing that git asks"));
        }
        Ok(Self(text))
    }

    /// Of several, the last counts, as with git.
    fn value(&self, name: &str) -> Option<&str> {
        let lines = self.0.lines().take_while(|line| !line.is_empty());
        let values = lines.filter_map(|line| line.split_once('='));
        values
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .last()
    }
}
