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
/// stand: not for a command line, which other users of the machine see, and git keeps it in
/// .git/config. With --output env `GIT_USERNAME` and `GIT_PASSWORD`, for scripts: git reads neither.
///
/// As git's helper it answers for hosts of CodeCommit alone, and needs to be told the path:
/// git config --global credential.useHttpPath true.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  \
    git config --global credential.helper '!sigv4 token codecommit --git-credential'\n  \
    git config --global credential.useHttpPath true\n  \
    git clone https://git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo")]
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
    /// over, as are the hosts of others, whatever git says of them.
    fn help_git(&self, operation: &str) -> Result<(), Failure> {
        let asked = Asked::read()?;
        let host = asked.text("host").unwrap_or_default();
        if operation != "get" || asked.text("protocol") != Some("https") || !is_of_git(host) {
            return Ok(());
        }
        asked.check()?;
        let Some(path) = asked.value("path") else {
            return Err(Failure::usage(
                "git tells no path: git config --global credential.useHttpPath true",
            ));
        };
        let path =
            str::from_utf8(path).map_err(|_| Failure::usage("stdin: a path that is no UTF-8"))?;
        let repository = tokens::Codecommit {
            host,
            path: &format!("/{path}"),
        };
        let made = self.common.make(|maker| made(&repository, maker))?;
        let mut answer = String::new();
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
        print(answer)
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
            Member::Text("url", secret(&git.url())),
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
struct Asked(Zeroizing<Vec<u8>>);

impl Asked {
    /// What may be malformed is that of others: nothing is looked at yet.
    fn read() -> Result<Self, Failure> {
        let mut bytes = Zeroizing::new(Vec::new());
        let stdin = std::io::stdin().lock();
        stdin
            .take(MAX_ASKED.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::usage(format_args!("stdin: {}", words(&error))))?;
        Ok(Self(bytes))
    }

    fn check(&self) -> Result<(), Failure> {
        if u64::try_from(self.0.len()).unwrap_or(u64::MAX) > MAX_ASKED {
            return Err(Failure::usage(
                "stdin: more than 65536 bytes, which is nothing that git asks",
            ));
        }
        if self.lines().any(|line| !line.contains(&b'=')) {
            return Err(Failure::usage(
                "stdin: a line without '=', which is nothing that git asks",
            ));
        }
        Ok(())
    }

    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        let lines = self.0.split(|byte| *byte == b'\n');
        let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        lines.take_while(|line| !line.is_empty())
    }

    /// Of several, the last counts, as with git.
    fn value(&self, name: &str) -> Option<&[u8]> {
        let values = self.lines().filter_map(|line| {
            let value = line.strip_prefix(name.as_bytes())?;
            value.strip_prefix(b"=")
        });
        values.last()
    }

    fn text(&self, name: &str) -> Option<&str> {
        str::from_utf8(self.value(name)?).ok()
    }
}
