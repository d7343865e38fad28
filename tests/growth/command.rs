//! What the command reads of others: captured requests and answers, and the texts of its
//! arguments.

use crate::law::{self, Growth};
use crate::shape::{FACTORS, filled, numbered};
use std::io::Write;
use std::process::{Command, Output, Stdio};

/// Arguments, and what is on stdin.
type Input = (Vec<String>, String);

struct Shape {
    name: &'static str,
    size: usize,
    input: fn(usize) -> Input,
    status: i32,
    /// What stdout and stderr have of it, so that the step is known to be reached.
    says: &'static str,
}

/// Four times as much, in three places, is still no longer a head than `sigv4::Policy` takes.
/// A request is verified again for each reading: half of it is enough.
const SIZE: usize = 4_096;

const FORBIDDEN: &str = "\r\n{\"message\":\"Forbidden\"}";

fn answer(text: impl Into<String>) -> Input {
    let arguments = ["explain", "--response", "-"];
    (arguments.map(Into::into).into(), text.into())
}

fn head(lines: &str) -> Input {
    answer(format!("HTTP/1.1 403 Forbidden\r\n{lines}{FORBIDDEN}"))
}

/// A request whose signature is wrong.
fn captured(target: &str, lines: &str, body: &str) -> Input {
    let arguments = ["verify", "--now", "20150830T123700Z"];
    let signature = "0".repeat(64);
    let request = format!(
        "GET {target} HTTP/1.1\r\nHost: example.com\r\nX-Amz-Date: 20150830T123600Z\r\nX-A: 1\r\n\
         {lines}Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/\
         execute-api/aws4_request, SignedHeaders=host;x-a;x-amz-date, Signature={signature}\
         \r\n\r\n{body}"
    );
    (arguments.map(Into::into).into(), request)
}

const fn explained(name: &'static str, input: fn(usize) -> Input) -> Shape {
    Shape {
        name,
        size: SIZE,
        input,
        status: 0,
        says: "the service refused the request without a reason",
    }
}

const fn refused(name: &'static str, input: fn(usize) -> Input) -> Shape {
    Shape {
        name,
        size: SIZE / 2,
        input,
        status: 1,
        says: "not valid: signature: the signature does not match; wrong secret",
    }
}

/// Each costs seconds to start under valgrind, so that one input has many pieces.
const SHAPES: [Shape; 8] = [
    explained("answer: headers", |size| {
        head(&format!(
            "{}{}c: {}\r\n{}",
            numbered(size, |number| format!("a{number:06}: b\r\n")),
            filled("b: c\r\n", size),
            filled("a", size),
            filled(" d\r\n", size),
        ))
    }),
    explained("answer: an interim head", |size| {
        let lines = filled("a: b\r\n", size);
        answer(format!(
            "HTTP/1.1 103 Early Hints\r\n{lines}\r\nHTTP/1.1 403 Forbidden\r\n{FORBIDDEN}"
        ))
    }),
    Shape {
        name: "answer: interim heads",
        size: SIZE,
        input: |size| answer(filled("HTTP/1.1 100 Continue\r\n\r\n", size)),
        status: 2,
        says: "more than 100 interim answers",
    },
    refused("request: hosts that a proxy was asked for", |size| {
        let asked = numbered(size, |number| format!("a{number:06},"));
        let forwarded = numbered(size, |number| format!("host=a{number:06};"));
        let lines = format!("X-Forwarded-Host: {asked}\r\nForwarded: {forwarded}\r\n");
        captured("/", &lines, "")
    }),
    refused("request: a signed list, and a folded header", |size| {
        let (list, folds) = (filled("a,", size), filled(" c\r\n", size));
        captured("/", &format!("X-A: {list}\r\nB: c\r\n{folds}"), "")
    }),
    refused("request: an escaped path, a query", |size| {
        let pairs = numbered(size, |number| format!("a{number:06}={:0120}&", 0));
        captured(&format!("/{}?{pairs}", filled("%25", size)), "", "")
    }),
    refused("request: a body of lines", |size| {
        captured("/", "", &filled("\r\n", size))
    }),
    Shape {
        name: "canonical: a path, a query, rules, headers",
        size: SIZE,
        input: |size| {
            let path = filled("%41", size);
            let pairs = numbered(size, |number| format!("a{number:06}&"));
            let rules = filled("content-sha256,", size) + "default,content-sha256";
            let headers = (0..size / 16).rev();
            let headers =
                headers.flat_map(|number| ["-H".to_owned(), format!("x-amz-a{number:06}: b")]);
            let rules = ["--profile-rules".to_owned(), rules];
            let url = format!("https://abc123.execute-api.us-east-1.amazonaws.com/{path}?{pairs}");
            let arguments = ["canonical".to_owned(), url];
            (
                arguments.into_iter().chain(rules).chain(headers).collect(),
                String::new(),
            )
        },
        status: 0,
        says: "names of the headers above",
    },
];

impl Shape {
    /// At n, 2n and 4n, and what runs the command: itself, or valgrind.
    fn run(&self, through: &[&str]) -> [Output; 3] {
        FACTORS.map(|factor| {
            let (arguments, stdin) = (self.input)(self.size * factor);
            let words = through.iter().copied().chain([env!("CARGO_BIN_EXE_sigv4")]);
            let words: Vec<_> = words.collect();
            let mut command = Command::new(words[0]);
            command
                .args(&words[1..])
                .args(arguments)
                .env_clear()
                .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
                .env("AWS_SECRET_ACCESS_KEY", "secret")
                .env("PATH", std::env::var_os("PATH").unwrap_or_default());
            self.check(given(&mut command, stdin))
        })
    }

    fn check(&self, output: Output) -> Output {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let said = text(&output.stdout) + &text(&output.stderr);
        let start: String = said.chars().take(400).collect();
        assert_eq!(
            output.status.code(),
            Some(self.status),
            "{}: {start}",
            self.name
        );
        assert!(said.contains(self.says), "{}: {start}", self.name);
        output
    }
}

/// Runs a command that may end before it has read everything.
fn given(command: &mut Command, stdin: String) -> Output {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut pipe = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        let _ = pipe.write_all(stdin.as_bytes());
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

#[test]
fn every_shape_of_the_command_reaches_its_step() {
    for shape in &SHAPES {
        shape.run(&[]);
    }
}

/// Counted by valgrind, of the whole process; what it costs to start is no growth.
#[test]
fn the_command_grows_no_faster_than_n_log_n() {
    if !law::is_counting() {
        return;
    }
    let mut broken = Vec::new();
    for shape in &SHAPES {
        let outputs = shape.run(&law::COUNTING);
        let growth =
            Growth::of_a_process(shape.size, outputs.map(|output| law::collected(&output)));
        println!("{:60} {growth}", shape.name);
        if !growth.is_lawful() {
            broken.push(format!("{}: {growth}", shape.name));
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}
