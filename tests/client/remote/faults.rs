//! Each fault of a server, against each source that is asked over HTTP.

use crate::remote::asked::{Row, rows};
use crate::remote::{PAUSES, credentials, error, ok};
use crate::server::{Act, Answer, SECRET, Server, TOKEN, response, send};
use sigv4::client::CredentialsError;
use std::time::Duration;

const SLOW: Duration = Duration::from_millis(500);
const GENEROUS: Duration = Duration::from_secs(10);

/// What has to come of a fault.
enum Want {
    Provided,
    Service(&'static str),
    Refused(u16),
    Failed,
}

impl Row {
    /// `answer` again and again, then `last`.
    fn run(&self, fault: &str, answers: Vec<Answer>, timeout: Duration, want: &Want) -> String {
        let after = match want {
            Want::Provided => self.after.clone(),
            _ => Vec::new(),
        };
        let number = answers.len() + after.len();
        let server = Server::script([self.before.clone(), answers, after].concat());
        let folder = tempfile::tempdir().unwrap();
        let source = (self.make)(&server.url(), folder.path(), timeout);
        let answered = source.provide_credentials();
        let context = format!("{}, {fault}", self.name);
        let seen = server.seen_at_least(self.before.len() + number, GENEROUS);
        assert_eq!(
            seen.len(),
            self.before.len() + number,
            "{context}: attempts"
        );
        if let Want::Provided = want {
            assert_eq!(answered.unwrap().credentials, credentials(), "{context}");
            return String::new();
        }
        let error = error(answered);
        let text = error.to_string();
        match (want, error) {
            (Want::Service(words), CredentialsError::Service { .. }) => {
                assert!(text.ends_with(words), "{context}: {text}");
            }
            (Want::Refused(expected), CredentialsError::Refused { status, .. }) => {
                assert_eq!(status, *expected, "{context}: {text}");
            }
            (Want::Refused(expected), CredentialsError::LoginNeeded { problem, .. })
                if self.log_in && *expected < 500 =>
            {
                let (_, why) = problem.split_once('(').unwrap();
                let why = why.strip_suffix(')').unwrap();
                assert!(
                    why.contains(&format!(": status {expected}")),
                    "{context}: {text}"
                );
                return why.into();
            }
            (Want::Failed, CredentialsError::Service { .. }) => {}
            (_, other) => panic!("{context}: {other:?}"),
        }
        text
    }

    fn all(&self, answer: &Answer) -> Vec<Answer> {
        vec![answer.clone(); self.attempts]
    }
}

#[test]
fn of_the_connection() {
    for row in rows() {
        let half = &row.good[..row.good.len() / 2];
        let cut = vec![
            send(&format!(
                "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{half}"
            )),
            Act::Close,
        ];
        let until_the_end = vec![send(&format!("HTTP/1.0 200 OK\r\n\r\n{half}")), Act::Close];
        let closed = Want::Service(": the connection was closed too early");
        row.run("closes", row.all(&vec![Act::Close]), GENEROUS, &closed);
        row.run(
            "resets",
            row.all(&vec![Act::Reset]),
            GENEROUS,
            &Want::Service(": the connection was reset: Connection reset by peer (os error 104)"),
        );
        row.run("half an answer", row.all(&cut), GENEROUS, &closed);
        row.run(
            "half without a length",
            vec![until_the_end],
            GENEROUS,
            &Want::Failed,
        );
        row.run(
            "closes once",
            vec![vec![Act::Close], ok(&row.good)],
            GENEROUS,
            &Want::Provided,
        );
        row.run(
            "another protocol",
            vec![vec![send("SSH-2.0-OpenSSH_9.6\r\n\r\n"), Act::Close]],
            GENEROUS,
            &Want::Service(": the response is no valid HTTP"),
        );
    }
}

/// An answer that does not come in time. What counts is what was to be done again: on a machine that
/// is busy, a request may not even arrive.
#[test]
fn that_stalls() {
    std::thread::scope(|scope| {
        for row in rows() {
            scope.spawn(move || {
                PAUSES.set(0);
                let stalls = vec![vec![Act::Stall]; row.attempts];
                let server = Server::script([row.before, stalls].concat());
                let folder = tempfile::tempdir().unwrap();
                let source = (row.make)(&server.url(), folder.path(), SLOW);
                let text = error(source.provide_credentials()).to_string();
                assert!(text.contains(" took too long"), "{}: {text}", row.name);
                let again = if row.repeats_timeouts {
                    row.attempts - 1
                } else {
                    0
                };
                assert_eq!(PAUSES.get(), again, "{}", row.name);
            });
        }
    });
}

/// Nobody listens where somebody did.
#[test]
fn refused_connections() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    for row in rows() {
        let folder = tempfile::tempdir().unwrap();
        let error = error((row.make)(&url, folder.path(), GENEROUS).provide_credentials());
        // Where there is no instance metadata, this is no EC2 instance.
        let passed_over = row.name == "instance";
        assert_eq!(error.is_not_set_up(), passed_over, "{}: {error}", row.name);
        assert_eq!(error.is_of_service(), !passed_over, "{}: {error}", row.name);
        assert!(error.to_string().contains("127.0.0.1:"), "{error}");
    }
}

#[test]
fn of_the_answer() {
    for row in rows() {
        let typed = |media: &str| {
            let header = format!("Content-Type: {media}\r\n");
            vec![response("200 OK", &header, &row.good), Act::Close]
        };
        row.run(
            "another type",
            vec![typed("text/html")],
            GENEROUS,
            &Want::Provided,
        );
        for body in [
            "",
            "<html><body>Welcome</body></html>",
            "{",
            "[]",
            "null",
            "<a/>",
            "<!DOCTYPE x><a>",
        ] {
            let text = row.run(body, vec![ok(body)], GENEROUS, &Want::Failed);
            assert!(
                [
                    ": the answer is no ",
                    ": the text is no JSON object",
                    " is missing"
                ]
                .iter()
                .any(|words| text.contains(words)),
                "{text}"
            );
        }
        let mut not_text = row.good.clone().into_bytes();
        let middle = row.good.find("AKID").or(row.good.find(TOKEN)).unwrap();
        not_text[middle] = 0xff;
        row.run("no UTF-8", vec![ok(&not_text)], GENEROUS, &Want::Failed);
        let large = format!("{}{}", row.good, " ".repeat(70_000));
        let limit = if row.name == "instance" {
            ": the answer is over 65535 bytes"
        } else {
            ": the answer is over 65536 bytes"
        };
        row.run(
            "too large",
            vec![ok(&large)],
            GENEROUS,
            &Want::Service(limit),
        );
        for field in row.needed {
            let other = row.good.replace(field, "Other");
            let text = row.run(field, vec![ok(&other)], GENEROUS, &Want::Failed);
            assert!(text.contains(&format!("{field} is missing")), "{text}");
        }
        // The first of them is named.
        let none = row
            .needed
            .iter()
            .fold(row.good.clone(), |text, field| text.replace(field, "Other"));
        let text = row.run("none", vec![ok(&none)], GENEROUS, &Want::Failed);
        let first = format!("{} is missing", row.needed[0]);
        assert!(text.contains(&first), "{text}");
        for (name, value) in [("a secret", SECRET), ("a token", TOKEN)] {
            let broken = format!("{}\\n", &value[..20]);
            // In JSON a line break is escaped, in XML it stands there.
            let broken = if row.good.starts_with('<') {
                broken.replace("\\n", "\n")
            } else {
                broken
            };
            let broken = row.good.replace(value, &broken);
            row.run(name, vec![ok(&broken)], GENEROUS, &Want::Failed);
        }
        let late = row
            .good
            .replace("2033-05-18T03:33:20Z", "soon")
            .replace("2000000000123", "\"soon\"")
            .replace("3600", "\"soon\"");
        row.run("no time", vec![ok(&late)], GENEROUS, &Want::Failed);
        if row.good.contains("AKIDFAULTS") {
            let no_key = row.good.replace("AKIDFAULTS", "AKID FAULTS");
            row.run("no key id", vec![ok(&no_key)], GENEROUS, &Want::Failed);
        }
    }
}

#[test]
fn of_the_status() {
    let elsewhere = Server::new(|_| ok("{}"));
    for row in rows() {
        let there = format!("Location: http://127.0.0.1:{}/\r\n", elsewhere.port);
        let redirect = vec![response("302 Found", &there, &row.good), Act::Close];
        row.run("redirect", vec![redirect], GENEROUS, &Want::Refused(302));
        let failing = |status: &str| vec![response(status, "", &row.good), Act::Close];
        for (status, code) in [
            ("500 Internal Server Error", 500),
            ("503 Slow Down", 503),
            ("429 Too Many Requests", 429),
        ] {
            row.run(
                status,
                row.all(&failing(status)),
                GENEROUS,
                &Want::Refused(code),
            );
            row.run(
                status,
                vec![failing(status), ok(&row.good)],
                GENEROUS,
                &Want::Provided,
            );
        }
        // A minute is longer than the whole question may take.
        let later = vec![
            response("503 Slow Down", "Retry-After: 60\r\n", ""),
            Act::Close,
        ];
        row.run("much later", vec![later], GENEROUS, &Want::Refused(503));
        let told = format!(r#"{{"__type":"com.example#NoException","message":"not {TOKEN}"}}"#);
        let told_in_xml = format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>NoException</Code><Message>not {TOKEN}</Message></Error></ErrorResponse>"
        );
        for told in [told, told_in_xml] {
            let answer = vec![response("400 Bad Request", "", &told), Act::Close];
            let text = row.run("quotes", vec![answer], GENEROUS, &Want::Refused(400));
            assert!(
                text.ends_with(": status 400 NoException: not [redacted]"),
                "{text}"
            );
        }
        let page = vec![
            response("400 Bad Request", "", "what you sent is none"),
            Act::Close,
        ];
        let text = row.run("a page", vec![page], GENEROUS, &Want::Refused(400));
        assert!(text.ends_with(": status 400"), "{text}");
    }
    assert_eq!(elsewhere.connections(), 0);
}
