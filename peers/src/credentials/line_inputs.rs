//! The inputs of classes that are about how a file is spelled, and about variables.

use crate::credentials::inputs::Input;
use crate::credentials::pair::{File, Pair};
use crate::credentials::reading::{Line, Looks};
use std::collections::BTreeSet;

const MARKS: [char; 2] = ['#', ';'];
const BLANKS: [char; 2] = [' ', '\t'];

impl Input {
    pub(crate) fn holds_of_text(self, pair: &Pair) -> bool {
        let texts = [&pair.config, &pair.credentials];
        texts.into_iter().flatten().any(|text| match self {
            Self::ByteOrderMark => text.starts_with('\u{feff}'),
            _ => text.contains(|c: char| c.is_whitespace() && !" \t\r\n".contains(c)),
        })
    }

    pub(crate) fn holds_of_lines(self, lines: &[Line<'_>]) -> bool {
        let headings = || lines.iter().filter(|line| line.looks == Looks::Heading);
        // Each line that begins with white space, and the one above it.
        let below = |test: fn(&Line<'_>, &Line<'_>) -> bool| {
            let mut above = None;
            lines.iter().any(|line| {
                let found = line.looks == Looks::Below && above.is_some_and(|it| test(it, line));
                if !matches!(line.looks, Looks::Comment | Looks::Below) {
                    above = Some(line);
                }
                found
            })
        };
        match self {
            Self::HeadingSpaced => headings().any(|line| {
                let inner = line.text.trim_start_matches(['\u{feff}', '[']);
                let inner = inner.split(']').next().unwrap_or_default();
                inner.trim_matches(BLANKS) != inner
            }),
            Self::HeadingNotClosed => headings().any(|line| {
                let heading = line.text.split(MARKS).next().unwrap_or_default();
                !heading.trim_end_matches(BLANKS).ends_with(']')
            }),
            Self::HeadingIndented => {
                let mut lines = lines.iter();
                lines.any(|line| line.looks == Looks::Below && line.text.trim().starts_with('['))
            }
            Self::DefaultTwice => {
                let of = |inner: &str| headings().any(|line| line.inner() == inner);
                of("default") && of("profile default")
            }
            Self::HeadingRespelled => headings().any(|one| {
                let is_other = |two: &Line<'_>| {
                    let same = (one.file, one.profile()) == (two.file, two.profile());
                    same && one.inner() != two.inner()
                };
                one.profile() != "default" && headings().any(is_other)
            }),
            Self::NameInvalid => headings().any(|line| !is_name(line.profile())),
            Self::ValueComment => lines.iter().any(|line| {
                let value = line.text.split_once('=').map_or("", |(_, value)| value);
                let mut pairs = value.chars().zip(value.chars().skip(1));
                let begins = |(one, two)| BLANKS.contains(&one) && MARKS.contains(&two);
                matches!(line.looks, Looks::Property { .. }) && pairs.any(begins)
            }),
            Self::ValueEmpty => {
                let followed = lines.iter().zip(lines.iter().skip(1));
                let mut followed = followed.filter(|(_, next)| next.looks != Looks::Below);
                followed.any(|(line, _)| matches!(line.looks, Looks::Property { value: "", .. }))
            }
            Self::PropertyColon => lines.iter().any(|line| match line.looks {
                Looks::Property { name, .. } => name.contains(':'),
                Looks::Other => line.text.contains(':'),
                _ => false,
            }),
            Self::PropertyIndented => below(|above, _| above.looks == Looks::Heading),
            Self::PropertyContinued => below(|above, _| match above.looks {
                Looks::Property { value, .. } => !value.is_empty(),
                _ => false,
            }),
            Self::SubPropertyBroken => below(|above, line| match above.looks {
                Looks::Property { value: "", .. } => {
                    let words = line.text.trim_matches(BLANKS);
                    words.starts_with('=') || !words.contains('=')
                }
                _ => false,
            }),
            Self::Repeated => repeated(lines),
            _ => false,
        }
    }

    pub(crate) fn holds_of_variables(self, pair: &Pair) -> bool {
        let is_set = |name| {
            pair.variable(name)
                .is_some_and(|text| !text.trim().is_empty())
        };
        let is_blank = |name: &&str| {
            let text = pair.variable(name).unwrap_or_default();
            !text.is_empty() && text.trim().is_empty()
        };
        match self {
            Self::VariableBlank => ["AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"]
                .iter()
                .any(is_blank),
            Self::SecretVariableAlone => {
                pair.profile.is_none()
                    && is_set("AWS_SECRET_ACCESS_KEY")
                    && !is_set("AWS_ACCESS_KEY_ID")
            }
            Self::RegionVariable => is_set("AWS_REGION"),
            Self::ProfileVariables => pair.names_two_profiles(),
            _ => false,
        }
    }
}

fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-/.%@:+".contains(&byte);
    // An `sso-session` and a `services` section have their prefix here.
    let name = text
        .split_once(BLANKS)
        .map_or(text, |(prefix, name)| match prefix {
            "sso-session" | "services" => name,
            _ => text,
        });
    !name.is_empty() && name.bytes().all(allowed)
}

/// A section, or a property of a section.
fn repeated(lines: &[Line<'_>]) -> bool {
    let mut seen = BTreeSet::new();
    lines.iter().any(|line| {
        let name = match line.looks {
            Looks::Heading => String::new(),
            Looks::Property { name, .. } => name.to_ascii_lowercase(),
            _ => return false,
        };
        !seen.insert((line.file == File::Config, line.inner().to_owned(), name))
    })
}
