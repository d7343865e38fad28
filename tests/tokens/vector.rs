//! The files of `test-vectors/tokens`.

use crate::support::{json_files, vectors};
use serde_json::Value;
use sigv4::tokens::Maker;
use sigv4::{Credentials, Timestamp};

pub struct Vector {
    pub case: String,
    value: Value,
    credentials: Credentials,
}

pub fn all() -> Vec<Vector> {
    let files = json_files(&vectors().join("tokens"));
    files
        .into_iter()
        .map(|(case, path)| {
            let text = std::fs::read_to_string(path).unwrap();
            let value: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(value["case"], *case);
            let credentials = credentials(&value["context"]);
            Vector {
                case,
                value,
                credentials,
            }
        })
        .collect()
}

fn credentials(context: &Value) -> Credentials {
    let text = |name: &str| context[name].as_str();
    let id = text("access_key_id").unwrap();
    let credentials = Credentials::new(id, text("secret_access_key").unwrap());
    match text("token") {
        Some(token) => credentials.with_session_token(token),
        None => credentials,
    }
}

impl Vector {
    pub fn kind(&self) -> &str {
        self.value["kind"].as_str().unwrap()
    }

    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    pub fn at(&self) -> Timestamp {
        Timestamp::parse(self.value["context"]["timestamp"].as_str().unwrap()).unwrap()
    }

    pub fn maker(&self) -> Maker<'_> {
        Maker::new(&self.credentials, self.at())
    }

    /// One of `inputs`; nothing where it is not given.
    pub fn input(&self, name: &str) -> &str {
        self.value["inputs"][name].as_str().unwrap_or_default()
    }

    pub fn number(&self, name: &str) -> u64 {
        self.value["inputs"][name].as_u64().unwrap()
    }

    pub fn is_set(&self, name: &str) -> bool {
        self.value["inputs"][name] == true
    }

    /// What is published of it, where it is.
    pub fn published(&self, name: &str) -> Option<&str> {
        self.value[name].as_str()
    }

    pub fn field(&self, name: &str) -> &Value {
        &self.value[name]
    }

    /// A text that is published as lines.
    pub fn text(&self, name: &str) -> String {
        let lines = self.value[name].as_array().unwrap().iter();
        let lines: Vec<_> = lines.map(|line| line.as_str().unwrap()).collect();
        lines.join("\n")
    }
}
