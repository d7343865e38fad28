//! `sigv4 man`.

use crate::failure::{Failure, print};
use clap::Command;
use clap_mangen::Man;
use std::io::Write;

/// Print a man page
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sigv4 man > sigv4.1\n  sigv4 man sign > sigv4-sign.1")]
pub(crate) struct Arguments {
    /// The page of this subcommand, as sign or token rds
    #[arg(value_name = "SUBCOMMAND", num_args = 0..=2)]
    subcommand: Vec<String>,
}

/// What an entry of a list is called, and what it is.
type Entry = (&'static str, &'static str);

const STATUS: [Entry; 4] = [
    (
        "0",
        "Done. For request without --fail: there is an answer, whatever its status.",
    ),
    (
        "1",
        "No answer came, a service refused to hand out credentials, --fail or --fail-with-body refused it, it could not be written, or what was looked at is not valid or cannot be explained.",
    ),
    (
        "2",
        "The arguments, or a file that they name, cannot be used. Nothing was sent.",
    ),
    (
        "3",
        "Credentials are missing, or what is configured of them cannot be used. Nothing was sent.",
    ),
];

const KEYS: [Entry; 3] = [
    ("AWS_ACCESS_KEY_ID", "The access key."),
    (
        "AWS_SECRET_ACCESS_KEY",
        "Its secret; --secret-env names another variable, --secret-file a file.",
    ),
    (
        "AWS_SESSION_TOKEN",
        "The session token of temporary credentials.",
    ),
];

const ELSEWHERE: [Entry; 6] = [
    (
        "AWS_PROFILE, AWS_DEFAULT_PROFILE",
        "The profile whose credentials and region are used where no access key is set; default without it. They may not differ. --profile goes before both.",
    ),
    (
        "AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE",
        "Other files than ~/.aws/config and ~/.aws/credentials.",
    ),
    (
        "AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME",
        "A role for the token in a file; asked for where there is no profile with credentials.",
    ),
    (
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI, AWS_CONTAINER_AUTHORIZATION_TOKEN, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "Where a container (ECS, EKS) gets its credentials; asked after that.",
    ),
    (
        "AWS_EC2_METADATA_DISABLED, AWS_EC2_METADATA_SERVICE_ENDPOINT, AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
        "Whether and where the metadata of an EC2 instance are asked, last of all, also for the region.",
    ),
    (
        "AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL_SSO, AWS_ENDPOINT_URL_SSO_OIDC, AWS_ENDPOINT_URL, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT",
        "Where AWS STS and IAM Identity Center are asked; the first counts more. What a profile says of it counts after them.",
    ),
];

const REGION: Entry = (
    "AWS_REGION, AWS_DEFAULT_REGION",
    "The region where neither an option nor the host tells it; the first counts more. After them that of the profile, and of an EC2 instance.",
);

const REGION_SET: Entry = (
    "AWS_SIGV4A_SIGNING_REGION_SET",
    "The regions that a signature of Version 4A is for, where --region-set does not say it. After it sigv4a_signing_region_set of the profile, then what the host tells.",
);

const EXPIRATION: Entry = (
    "AWS_CREDENTIAL_EXPIRATION",
    "When the session token ends: a URL or a token that would outlive it is warned of.",
);

const EXEC_INFO: Entry = (
    "KUBERNETES_EXEC_INFO",
    "The version of the protocol that kubectl speaks with eks --exec-credential; it sets it itself.",
);

const PROXY: Entry = (
    "https_proxy, http_proxy, ALL_PROXY, NO_PROXY",
    "The proxy, and the hosts that are called without it. Plain http to this machine goes past it.",
);

const NO_COLOR: Entry = ("NO_COLOR", "No colours.");

const BASE_URL: Entry = ("MICROSERVICE_B_URL", "The same as --base-url.");

fn environment(subcommand: &str) -> Vec<Entry> {
    let found = [KEYS.as_slice(), &ELSEWHERE].concat();
    let signing = [found.as_slice(), &[REGION, REGION_SET]].concat();
    match subcommand {
        "request" => [signing.as_slice(), &[PROXY]].concat(),
        "sign" | "explain" => signing,
        "whoami" => [found.as_slice(), &[REGION, EXPIRATION, PROXY]].concat(),
        "presign" => [signing.as_slice(), &[EXPIRATION]].concat(),
        "token" => [found.as_slice(), &[REGION, EXPIRATION, EXEC_INFO]].concat(),
        "canonical" => [signing.as_slice(), &[NO_COLOR]].concat(),
        "verify" => KEYS.into_iter().skip(1).take(1).collect(),
        "export-credentials" | "public-key" => {
            [found.as_slice(), &[REGION, EXPIRATION, PROXY]].concat()
        }
        "items" => [signing.as_slice(), &[PROXY, BASE_URL]].concat(),
        "sigv4" => [signing.as_slice(), &[EXPIRATION, PROXY, NO_COLOR, BASE_URL]].concat(),
        _ => Vec::new(),
    }
}

fn files(subcommand: &str) -> Vec<Entry> {
    let secret = (
        "--secret-file FILE",
        "The secret access key and at most one line end; any other character that no editor shows is an error. It should be its owner's alone (chmod 600).",
    );
    let body = (
        "-d @FILE, -T FILE",
        "Read twice, in pieces, for its hash and to be sent; one that changes in between is not sent whole.",
    );
    let output = (
        "-o FILE",
        "Opened before anything is sent, and emptied when the answer is there.",
    );
    let authorities = ("--cacert FILE", "Certificate authorities, as PEM.");
    let profiles = [
        (
            "~/.aws/config, ~/.aws/credentials",
            "Profiles, as AWS's tools read them; of a property that both have, that of the second counts.",
        ),
        (
            "~/.aws/sso/cache/",
            "Tokens of IAM Identity Center, which aws sso login puts there; renewed where that is possible.",
        ),
        (
            "~/.aws/login/cache/",
            "Credentials of AWS Sign-In, which aws login puts there; renewed until its session is over.",
        ),
    ];
    match subcommand {
        "request" => [&profiles[..], &[secret, body, output, authorities]].concat(),
        "sign" | "presign" | "canonical" | "explain" => [&profiles[..], &[secret, body]].concat(),
        "verify" => vec![
            secret,
            (
                "--public-key FILE",
                "The public key, as PEM (BEGIN PUBLIC KEY), the digits of the point, or JSON with X and Y.",
            ),
        ],
        "whoami" | "public-key" | "token" => [&profiles[..], &[secret]].concat(),
        "items" | "export-credentials" | "sigv4" => profiles.to_vec(),
        _ => Vec::new(),
    }
}

pub(crate) fn run(arguments: &Arguments, command: Command) -> Result<(), Failure> {
    let mut command = command;
    command.build();
    let names: Vec<String> = command
        .get_subcommands()
        .map(|subcommand| subcommand.get_name().to_owned())
        .filter(|name| name != "help")
        .collect();
    let mut found = &command;
    for name in &arguments.subcommand {
        found = found
            .find_subcommand(name)
            .ok_or_else(|| Failure::usage(format_args!("there is no subcommand '{name}'")))?;
    }
    let topic = arguments.subcommand.first().map_or("sigv4", String::as_str);
    let page = page(found, topic, &names).map_err(Failure::failed)?;
    print(String::from_utf8_lossy(&page))
}

/// In the order of man-pages(7). The subcommand on the first level says what the lists have.
fn page(command: &Command, name: &str, subcommands: &[String]) -> std::io::Result<Vec<u8>> {
    let example = command.get_after_help().map(ToString::to_string);
    let man = Man::new(command.clone().after_help(""));
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    list(&mut page, "EXIT STATUS", &STATUS)?;
    list(&mut page, "ENVIRONMENT", &environment(name))?;
    list(&mut page, "FILES", &files(name))?;
    if let Some(example) = example {
        examples(&mut page, &example)?;
    }
    let others = subcommands.iter().filter(|other| **other != name);
    let mut others: Vec<_> = others.map(|other| format!("sigv4-{other}")).collect();
    if name != "sigv4" {
        others.insert(0, "sigv4".into());
    }
    let pages = others
        .iter()
        .map(|page| format!("\\fB{}\\fR(1)", escaped(page)));
    let pages = pages.collect::<Vec<_>>().join(",\n");
    writeln!(page, ".SH \"SEE ALSO\"\n{pages},\n\\fBcurl\\fR(1)")?;
    if command.get_version().is_some() {
        man.render_version_section(&mut page)?;
    }
    Ok(page)
}

fn list(page: &mut Vec<u8>, title: &str, entries: &[Entry]) -> std::io::Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    writeln!(page, ".SH \"{title}\"")?;
    for (term, text) in entries {
        writeln!(page, ".TP\n\\fB{}\\fR\n{}", escaped(term), escaped(text))?;
    }
    Ok(())
}

/// As they are typed: neither filled nor justified.
fn examples(page: &mut Vec<u8>, text: &str) -> std::io::Result<()> {
    writeln!(page, ".SH EXAMPLES\n.nf")?;
    for line in text.lines().skip(1) {
        writeln!(page, "{}", escaped(line.trim_start()))?;
    }
    writeln!(page, ".fi")
}

/// For roff, in which '\' escapes, '-' is a hyphen, and '.' or ''' starts a request.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    let text = text.replace('\'', "\\(aq");
    match text.strip_prefix('.') {
        Some(rest) => format!("\\&.{rest}"),
        None => text,
    }
}
