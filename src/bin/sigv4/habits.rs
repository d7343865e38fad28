//! What is wrong with the arguments, in a line: what was meant, or, for an option of curl's,
//! awscurl's or aws-sigv4-proxy's that is not there, why not and what there is instead.

use clap::Command;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

/// Options of others, and a sentence for each.
const HABITS: [(&[&str], &str); 23] = [
    (
        &["-k", "--insecure"],
        "a signed request to a server that nobody vouches for can be passed on to the real one; \
         name its certificate authority with --cacert FILE",
    ),
    (
        &["-L", "--location", "--location-trusted"],
        "redirects are not followed, as a signature is good for one host; -i shows where the \
         answer points to, to be signed for anew",
    ),
    (
        &[
            "-u",
            "--user",
            "--secret_key",
            "--secret-key",
            "--secret-access-key",
        ],
        "a secret in an argument is in the process list and in the shell's history; set \
         AWS_SECRET_ACCESS_KEY or give --secret-file FILE",
    ),
    (
        &[
            "--session_token",
            "--session-token",
            "--security_token",
            "--security-token",
        ],
        "a token in an argument is in the process list and in the shell's history; set \
         AWS_SESSION_TOKEN or give --session-token-env NAME",
    ),
    (
        &["--aws-sigv4"],
        "everything is signed; --region and --service say for what",
    ),
    (
        &["-F", "--form", "--form-string"],
        "multipart forms are not made; give one as a file with -d @FILE and its content-type \
         with -H",
    ),
    (
        &["-A", "--user-agent"],
        "give it as a header: -H 'User-Agent: NAME'",
    ),
    (
        &["-b", "--cookie"],
        "give it as a header: -H 'Cookie: NAME=VALUE'",
    ),
    (
        &["-c", "--cookie-jar"],
        "cookies are not kept; -i shows them",
    ),
    (
        &["-e", "--referer"],
        "give it as a header: -H 'Referer: URL'",
    ),
    (
        &["-r", "--range", "-C", "--continue-at"],
        "give it as a header: -H 'Range: bytes=FIRST-LAST'",
    ),
    (
        &["--compressed"],
        "answers are asked for as they are; the body needs no decompressing",
    ),
    (
        &[
            "--retry",
            "--retry-delay",
            "--retry-max-time",
            "--retry-all-errors",
        ],
        "a request is sent once; call again, which signs it anew",
    ),
    (
        &["--connect-timeout"],
        "connecting may take 30 seconds; -m SECONDS limits all of it",
    ),
    (
        &[
            "-0",
            "--http1.0",
            "--http1.1",
            "--http2",
            "--http2-prior-knowledge",
            "--http3",
        ],
        "HTTP/1.1 is spoken; sigv4 sign --output curl prints a line for a curl that speaks \
         another version",
    ),
    (
        &["-N", "--no-buffer"],
        "the answer is written as it arrives; leave it out",
    ),
    (
        &["-#", "--progress-bar"],
        "a terminal gets a bar for what is large; leave it out",
    ),
    (
        &["-g", "--globoff", "--url"],
        "the URL is an argument of its own, and is taken as it is written",
    ),
    (
        &["--url-query"],
        "-G with --data-urlencode puts data into the query",
    ),
    (
        &["-D", "--dump-header"],
        "-i prints the head in front of the body, -w '%header{NAME}' one header behind it",
    ),
    (
        &["--resolve", "--connect-to"],
        "give the address in the URL, and the name that is signed with -H 'Host: NAME'",
    ),
    (
        &["-E", "--cert", "--key"],
        "client certificates are not sent; sigv4 sign --output curl prints a line that \
         --cert can be added to",
    ),
    (
        &["-K", "--config", "-q", "--disable"],
        "no file with options is read; give them as arguments",
    ),
];

/// Options of aws-sigv4-proxy, and a sentence for each.
const OF_A_PROXY: [(&[&str], &str); 12] = [
    (
        &["--name"],
        "--service NAME says it, where the host does not tell it",
    ),
    (
        &["--host"],
        "--upstream https://HOST says where to; with --upstream host each caller does",
    ),
    (
        &["--upstream-url-scheme", "--schema"],
        "the scheme stands in the URL: --upstream http://HOST",
    ),
    (
        &["--port", "-p"],
        "--listen PORT is on loopback; --listen 0.0.0.0:PORT --beyond-loopback is everywhere",
    ),
    (
        &["--role-arn"],
        "a role is a profile's: role_arn in the AWS config file, and --profile NAME",
    ),
    (
        &["-s", "--strip", "--strip-header"],
        "headers are taken off by headers.remove of a route in the file of --config",
    ),
    (
        &["--custom-headers"],
        "headers are added by headers.set of a route in the file of --config",
    ),
    (
        &["--duplicate-headers"],
        "headers are passed under another name by headers.rename of a route in the file of \
         --config",
    ),
    (
        &["--no-verify-ssl"],
        "a signed request to a server that nobody vouches for can be passed on to the real one; \
         name its certificate authority with --ca-file FILE",
    ),
    (
        &["--log-failed-requests"],
        "why an upstream refuses is in the log; leave it out",
    ),
    (
        &["--log-signing-process"],
        "sigv4 canonical shows what is signed; leave it out",
    ),
    (
        &["--transport.idle-conn-timeout"],
        "connections that nobody uses end by themselves; leave it out",
    ),
];

/// Subcommands that take what curl takes.
const LIKE_CURL: [&str; 5] = ["request", "sign", "presign", "canonical", "explain"];

/// What clap says, and what is likely to help.
pub(crate) fn in_a_line(error: &Error, command: &Command, arguments: &[String]) -> String {
    let text = error.render().to_string();
    let lines = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty());
    let line = lines.collect::<Vec<_>>().join(" ");
    let line = line.strip_prefix("error: ").unwrap_or(&line);
    let hint = match error.kind() {
        ErrorKind::UnknownArgument => unknown_argument(error, command, arguments),
        ErrorKind::InvalidSubcommand => unknown_subcommand(error, command, arguments),
        _ => suggested(error, ContextKind::SuggestedValue),
    };
    match hint {
        Some(hint) => format!("{line}; {hint}"),
        None => line.to_owned(),
    }
}

fn unknown_argument(error: &Error, command: &Command, arguments: &[String]) -> Option<String> {
    let option = text(error, ContextKind::InvalidArg)?;
    let name = option.split(['=', ' ']).next().unwrap_or_default();
    let names: Vec<_> = command.get_subcommands().map(Command::get_name).collect();
    // Clusters are not found, and stand behind it.
    let place = arguments.iter().position(|word| word.starts_with(name));
    let before = arguments.iter().take(place.unwrap_or(usize::MAX));
    let mut before = before.map(String::as_str);
    let given = before.find(|word| names.contains(word));
    match given {
        Some(given) if LIKE_CURL.contains(&given) => {
            sentence(&HABITS, name).or_else(|| suggested(error, ContextKind::SuggestedArg))
        }
        Some("proxy") => {
            sentence(&OF_A_PROXY, name).or_else(|| suggested(error, ContextKind::SuggestedArg))
        }
        Some(_) => suggested(error, ContextKind::SuggestedArg),
        None => suggested(error, ContextKind::SuggestedArg).or_else(|| {
            let takers = command.get_subcommands().filter(|sub| takes(sub, name));
            let taker = takers.map(Command::get_name).next()?;
            Some(format!(
                "options follow the subcommand: sigv4 {taker} {name}"
            ))
        }),
    }
}

fn sentence(habits: &[(&[&str], &str)], name: &str) -> Option<String> {
    let habit = habits.iter().find(|(names, _)| names.contains(&name));
    habit.map(|(_, sentence)| (*sentence).to_owned())
}

fn takes(command: &Command, name: &str) -> bool {
    command.get_arguments().any(|arg| {
        let long = arg.get_long().map(|long| format!("--{long}"));
        let short = arg.get_short().map(|short| format!("-{short}"));
        long.as_deref() == Some(name) || short.as_deref() == Some(name)
    })
}

fn unknown_subcommand(error: &Error, command: &Command, arguments: &[String]) -> Option<String> {
    let given = text(error, ContextKind::InvalidSubcommand)?;
    // One of `token`'s, where that is given in front of it.
    let mut before = arguments.iter().take_while(|word| *word != given);
    let command = before
        .find_map(|word| command.find_subcommand(word))
        .unwrap_or(command);
    if given.contains("://") {
        // Without the rest, which could hold what should not be said.
        return Some("did you mean 'sigv4 request URL'?".to_owned());
    }
    suggested(error, ContextKind::SuggestedSubcommand).or_else(|| {
        let names = command.get_subcommands().map(Command::get_name);
        let names = names.collect::<Vec<_>>().join(", ");
        Some(format!("there are {names}"))
    })
}

fn suggested(error: &Error, kind: ContextKind) -> Option<String> {
    let suggestion = match error.get(kind)? {
        ContextValue::String(one) => one.clone(),
        ContextValue::Strings(several) if !several.is_empty() => several.join("' or '"),
        _ => return None,
    };
    Some(format!("did you mean '{suggestion}'?"))
}

fn text(error: &Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text),
        _ => None,
    }
}
