//! Spellings at the edges of the grammar.

use crate::credentials::drawn::{Drawn, Section};
use crate::credentials::pair::File;

type Edge = fn(&mut Drawn);

/// Each with the rule that it is about.
pub const EDGES: [(&str, Edge); 42] = [
    ("File 1", crlf),
    ("File 1", |d| d.insert(&["", " \t ", "\t"])),
    ("File 1", |d| {
        d.insert(&["# a comment = x", "; [another]", "#", ";;"])
    }),
    ("File 1", |d| {
        d.end_value(&["\u{a0}", "\u{b}", "\u{c}", "\u{3000}"])
    }),
    ("File 1", |d| d.insert(&["\u{b}", "\u{c}"])),
    ("File 1", byte_order_mark),
    ("File 2", |d| {
        d.reword(&["[{}] # c", "[{}] ; c", "[{}]\t#", "[{}]#c", "[{}];"])
    }),
    ("File 2", |d| d.reword(&["[ {} ]", "[{}\t]", "[\t{}]"])),
    ("File 2", |d| {
        d.reword(&["[{}", "[{} # ]", "[{}] x", "[{}] = y"])
    }),
    ("File 2", |d| d.heading(|h| h.replacen(' ', "  \t", 1))),
    ("File 2", |d| d.heading(|h| format!(" [{h}]"))),
    ("File 3", prefixed_default),
    ("File 3", both_defaults),
    ("File 3", |d| {
        d.heading_of(File::Config, |h| h.replacen("profile ", "", 1))
    }),
    ("File 3", |d| {
        d.heading_of(File::Credentials, |h| format!("profile {h}"))
    }),
    ("File 3", |d| {
        d.heading(|h| h.replacen("profile ", "profiles ", 1))
    }),
    ("File 4", |d| {
        d.heading(|h| h.replacen("profile ", "profile \"", 1) + "\"")
    }),
    ("File 4", |d| {
        d.stray(&[
            "[profile foo!bar]",
            "[in valid]",
            "[profile a b]",
            "[]",
            "[profile ]",
        ])
    }),
    ("File 4", |d| d.name(str::to_uppercase)),
    ("File 4", |d| {
        d.line(File::Config, "profile stray", "in valid = x".to_owned())
    }),
    ("File 4", |d| d.name(|name| name.replacen('_', " ", 1))),
    ("File 4", |d| d.heading(str::to_uppercase)),
    ("File 5", |d| {
        d.end_value(&[" # comment", " ; comment", "\t#comment", " #"])
    }),
    ("File 5", |d| {
        d.end_value(&["#adjacent", ";adjacent", "=more", "==", ":colon"])
    }),
    ("File 5", |d| d.equals(&["=", "  =  ", "\t=\t", " =", "= "])),
    ("File 5", |d| d.equals(&[" : ", ":", " "])),
    ("File 5", |d| d.name(|name| format!("{name}:x"))),
    ("File 5", |d| d.name(|_| String::new())),
    ("File 5", empty_value),
    ("File 5", empty_value_in_front),
    ("File 5", outside_section),
    ("File 6", |d| {
        d.below_value(&["  more", "\tmore # not a comment", "  a = b"])
    }),
    ("File 6", |d| d.below_value(&["  # no comment", "  ; none"])),
    ("File 6", |d| {
        d.stray(&["s3 =", "  max_queue = 10", "  x ="])
    }),
    ("File 6", |d| d.stray(&["s3 =", "  not a property"])),
    ("File 6", |d| d.stray(&["s3 =", "  = value"])),
    ("File 6", |d| d.stray(&["s3 =", "  a = b", "", "  c = d"])),
    ("File 6", |d| {
        d.stray(&["[profile indented]", "  region = eu-west-1"])
    }),
    ("File 7", twice_the_section),
    ("File 7", twice_the_property),
    ("File 7", |d| {
        d.stray(&["[profile twice]", "a = b", "[profile twice]", "c = d"])
    }),
    ("File 7", |d| d.stray(&["[profile once]", "a = b", "A = c"])),
];

impl Drawn {
    /// A section of either file, mostly of the profile that is asked for.
    fn some_section(&mut self) -> Option<&mut Section> {
        let own = self.odds(0.7).then(|| self.name.clone());
        let is_meant = |section: &&mut Section| {
            let heading = section.heading.rsplit(' ').next();
            own.as_deref().is_none_or(|own| heading == Some(own))
        };
        let count = self.config.len() + self.credentials.len();
        let at = self.below(count);
        let both = self.config.iter_mut().chain(&mut self.credentials);
        let mut meant: Vec<_> = both.filter(is_meant).collect();
        let count = meant.len();
        (count > 0).then(|| meant.swap_remove(at % count))
    }

    fn some_line(&mut self, change: impl FnOnce(&str) -> String) {
        let at = self.below(100);
        let Some(section) = self.some_section() else {
            return;
        };
        let count = section.lines.len().max(1);
        if let Some(line) = section.lines.get_mut(at % count) {
            *line = change(line);
        }
    }

    fn insert(&mut self, lines: &[&str]) {
        let line = self.one(lines).to_owned();
        let at = self.below(100);
        if let Some(section) = self.some_section() {
            let at = at % (section.lines.len() + 1);
            section.lines.insert(at, line);
        }
    }

    fn end_value(&mut self, endings: &[&str]) {
        let ending = self.one(endings).to_owned();
        self.some_line(|line| format!("{line}{ending}"));
    }

    fn below_value(&mut self, lines: &[&str]) {
        let below = self.one(lines).to_owned();
        self.some_line(|line| format!("{line}\n{below}"));
    }

    fn equals(&mut self, equals: &[&str]) {
        let equals = self.one(equals).to_owned();
        self.some_line(|line| line.replacen(" = ", &equals, 1));
    }

    fn name(&mut self, change: impl FnOnce(&str) -> String) {
        self.some_line(|line| match line.split_once(" = ") {
            Some((name, value)) => format!("{} = {value}", change(name)),
            None => line.to_owned(),
        });
    }

    fn heading(&mut self, change: impl FnOnce(&str) -> String) {
        if let Some(section) = self.some_section() {
            section.heading = change(&section.heading);
        }
    }

    fn heading_of(&mut self, file: File, change: impl FnOnce(&str) -> String) {
        let count = self.sections(file).len();
        let at = self.below(count);
        if let Some(section) = self.sections(file).get_mut(at) {
            section.heading = change(&section.heading);
        }
    }

    /// A heading with its brackets, in other words.
    fn reword(&mut self, words: &[&str]) {
        let words = self.one(words).to_owned();
        self.heading(|heading| words.replace("{}", heading));
    }

    /// Lines at the end of the configuration file; they hold nothing that is asked for.
    fn stray(&mut self, lines: &[&str]) {
        let lines = match lines {
            // Alternatives, unless they belong together.
            [first, second, ..] if first.starts_with('[') && second.starts_with('[') => {
                vec![self.one(lines).to_owned(), "a = b".to_owned()]
            }
            lines => lines.iter().map(|&line| line.to_owned()).collect(),
        };
        self.config.push(Section {
            heading: "profile stray-lines".to_owned(),
            lines,
        });
    }
}

/// Of both files, as an editor on Windows leaves them.
fn crlf(d: &mut Drawn) {
    d.ending = "\r\n";
}

fn byte_order_mark(d: &mut Drawn) {
    let file = d.usually(File::Credentials);
    if let Some(first) = d.sections(file).first_mut() {
        first.heading = format!("\u{feff}[{}]", first.heading);
    }
}

fn prefixed_default(d: &mut Drawn) {
    for section in &mut d.config {
        if section.heading == "default" {
            section.heading = "profile default".to_owned();
        }
    }
}

fn both_defaults(d: &mut Drawn) {
    let other = |heading: &str| Section {
        heading: heading.to_owned(),
        lines: vec!["region = eu-west-2".to_owned(), "output = text".to_owned()],
    };
    if d.odds(0.5) {
        d.config.push(other("profile default"));
    } else {
        prefixed_default(d);
        d.config.push(other("default"));
    }
}

fn empty_value(d: &mut Drawn) {
    d.some_line(|line| match line.split_once(" = ") {
        Some((name, _)) => format!("{name} ="),
        None => line.to_owned(),
    });
}

/// In the file that counts less, a property that the other one has not.
fn empty_value_in_front(d: &mut Drawn) {
    let name = d.name.clone();
    let property = d.one(&[
        "source_profile",
        "credential_source",
        "role_arn",
        "sso_session",
        "credential_process",
        "aws_session_token",
        "aws_access_key_id",
        "web_identity_token_file",
        "region",
    ]);
    d.set(File::Credentials, &name, property, "");
}

fn outside_section(d: &mut Drawn) {
    let line = d.one(&["stray = x", "  stray = x", "stray"]).to_owned();
    let file = d.usually(File::Config);
    d.sections(file).insert(
        0,
        Section {
            heading: String::new(),
            lines: vec![line],
        },
    );
}

/// The rest of a section under its heading once more.
fn twice_the_section(d: &mut Drawn) {
    if let Some(section) = d.some_section() {
        let heading = format!("[{}]", section.heading);
        let at = section.lines.len() / 2;
        section.lines.insert(at, heading);
    }
}

fn twice_the_property(d: &mut Drawn) {
    d.some_line(|line| match line.split_once(" = ") {
        Some((name, _)) => format!("{name} = overruled\n{line}"),
        None => line.to_owned(),
    });
}
