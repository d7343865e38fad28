//! Tokens, printed. What was made is wiped; what is printed of it is not: whoever reads it has it, and
//! the process ends.

use crate::failure::{Failure, print};
use crate::json::Object;
use crate::shell::push_quoted;
use sigv4::tokens::{Token, Validity};
use zeroize::Zeroizing;

#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Form {
    /// The token alone, in a line
    Text,
    /// An object: the token and when it is over
    Json,
    /// What a shell evaluates: export NAME=…
    Env,
}

type Secret = Zeroizing<String>;

/// What was made, and all that is said of it.
pub(crate) struct Made {
    /// The token alone.
    pub text: Secret,
    /// What stands for the token in JSON; without any the text does, as `token`.
    pub members: Vec<Member>,
    /// What is exported; without any the text is, as `SIGV4_TOKEN`.
    pub variables: Vec<(&'static str, Secret)>,
    pub validity: Validity,
}

pub(crate) enum Member {
    Text(&'static str, Secret),
    Number(&'static str, u64),
    Object(&'static str, Vec<(String, Secret)>),
}

impl From<Token> for Made {
    fn from(token: Token) -> Self {
        Self {
            text: Secret::new(token.as_str().to_owned()),
            members: Vec::new(),
            variables: Vec::new(),
            validity: token.validity(),
        }
    }
}

impl Made {
    /// A token that tools read from these variables.
    pub(crate) fn exported(token: Token, names: &[&'static str]) -> Self {
        let mut made = Self::from(token);
        let variables = names.iter().map(|name| (*name, made.text.clone()));
        made.variables = variables.collect();
        made
    }

    /// When it is over, as far as that is known.
    pub(crate) fn ends_at(&self) -> Option<String> {
        self.validity.ends_at().map(|end| end.to_rfc3339())
    }

    pub(crate) fn print(&self, form: Form) -> Result<(), Failure> {
        match form {
            Form::Text => print(format_args!("{}\n", *self.text)),
            Form::Json => print(format_args!("{}\n", self.json())),
            Form::Env => print(self.env()),
        }
    }

    fn json(&self) -> String {
        let mut object = Object::default();
        if self.members.is_empty() {
            object.text("token", &self.text);
        }
        for member in &self.members {
            match member {
                Member::Text(name, value) => object.text(name, value),
                Member::Number(name, value) => object.number(name, *value),
                Member::Object(name, members) => object.object(name, |inner| {
                    for (name, value) in members {
                        inner.text(name, value);
                    }
                }),
            }
        }
        object.some("expires_at", self.ends_at().as_deref());
        object.finish()
    }

    fn env(&self) -> String {
        let alone = [("SIGV4_TOKEN", self.text.clone())];
        let variables = match self.variables.as_slice() {
            [] => &alone[..],
            variables => variables,
        };
        let mut text = String::new();
        for (name, value) in variables {
            text.push_str("export ");
            text.push_str(name);
            text.push('=');
            push_quoted(&mut text, value);
            text.push('\n');
        }
        text
    }
}
