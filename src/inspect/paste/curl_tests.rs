use super::Pasted;
use super::copied::{Fault, Request};
use std::format;
use std::prelude::rust_2024::*;

fn read(line: &str) -> Result<Request, Fault> {
    Pasted::read(line, "").map(|pasted| pasted.request.unwrap())
}

fn request(line: &str) -> Request {
    read(line)
        .map_err(|fault| format!("{fault}: {line}"))
        .unwrap()
}

/// Unquoted, `&` and `;` end the command, as do `|` and the end of the line.
#[test]
fn where_the_line_ends() {
    for (line, target) in [
        ("curl https://a.example/?x=1&y=2", "/?x=1"),
        ("curl https://a.example/?x=1;b", "/?x=1"),
        ("curl https://a.example/b|jq .", "/b"),
        ("curl https://a.example/b&&echo -d c", "/b"),
        ("curl https://a.example/b\n-d c", "/b"),
        ("curl https://a.example/b\r\n-d c\r\n", "/b"),
        ("curl https://a.example/b # -d c", "/b"),
        ("curl https://a.example/b>file", "/b"),
        ("curl 'https://a.example/?x=1&y=2'", "/?x=1&y=2"),
        ("curl https://a.example/?x=1\\&y=2", "/?x=1&y=2"),
        ("curl https://a.example/b#c", "/b"),
    ] {
        let request = request(line);
        assert_eq!(
            (request.target.as_str(), request.method.as_str()),
            (target, "GET"),
            "{line}"
        );
        assert!(request.body.is_empty(), "{line}");
    }
    // Where output goes is no word, and what comes behind it is read.
    for line in [
        "curl 2>/dev/null https://a.example/ > out.txt -d b 2>&1",
        "curl &> out.txt https://a.example/ \\\r\n -d b",
        "curl https://a.example/ \\\n -d b >| out.txt",
    ] {
        assert_eq!(request(line).body.as_slice(), b"b", "{line}");
    }
}

/// What a shell puts somewhere is not known, and nothing stands for it.
#[test]
fn what_the_shell_puts_there() {
    for body in [
        "$X",
        "a$X",
        "\"${X:-a b}\"",
        "\"$(cat \"a b\" | jq '.)')\"",
        "`date`",
        "\"`date`\"",
        "$1",
        "\"$?\"",
        "a*",
        "[ab]",
        "~/a",
        "$\"a\"",
        "<(date)",
        "@<(date)",
    ] {
        let request = request(&format!("curl -d {body} https://a.example/"));
        assert!(request.lacks_body() && request.body.is_empty(), "{body}");
        assert_eq!(request.method, "POST", "{body}");
    }
    for (body, bytes) in [
        ("'$X `a` ~ *'", "$X `a` ~ *"),
        ("\"a \\$X \\`a\\` ~ * {a,b}\"", "a $X `a` ~ * {a,b}"),
        ("a\\$X", "a$X"),
        ("a~b{c}$", "a~b{c}$"),
        ("\"a $ b\"", "a $ b"),
    ] {
        let request = request(&format!("curl -d {body} https://a.example/"));
        assert!(!request.lacks_body(), "{body}");
        assert_eq!(request.body.as_slice(), bytes.as_bytes(), "{body}");
    }
    for (user, key) in [
        ("\"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\"", None),
        ("$USER", None),
        ("\"AKID$X:secret\"", None),
        ("AKIDEXAMPLE:$SECRET", Some("AKIDEXAMPLE")),
        ("AKIDEXAMPLE:secret", Some("AKIDEXAMPLE")),
    ] {
        let request = request(&format!("curl -u {user} https://a.example/"));
        assert_eq!(request.key.as_deref(), key, "{user}");
    }
    let line = "curl -H \"x-amz-security-token: $AWS_SESSION_TOKEN\" https://a.example/";
    let token = request(line);
    let value = token.header("x-amz-security-token").unwrap();
    assert_eq!(value, b"(a session token that is not known)");

    for line in [
        "curl https://$HOST/",
        "curl https://a.example/$STAGE",
        "curl \"https://a.example/?a=$(date)\"",
        "curl -X $METHOD https://a.example/",
        "curl -$X https://a.example/",
        "curl --$X=a https://a.example/",
        "curl -H \"x-a: $A\" https://a.example/",
        "curl -H \"$A: a\" https://a.example/",
        "curl -H a:* https://a.example/",
        "curl -G -d \"a=$A\" https://a.example/",
        "curl --aws-sigv4 \"aws:amz:$REGION:s3\" https://a.example/",
        "curl -A \"$A\" https://a.example/",
        "curl $OPTIONS https://a.example/",
    ] {
        let fault = read(line).err().unwrap_or(line);
        assert!(fault.contains("not known here"), "{line}: {fault}");
    }
    for line in [
        "curl -d {a,b} https://a.example/",
        "curl -d {\"a\":1,\"b\":2} https://a.example/",
        "curl https://a.example/(b)",
        "curl -d \"$(date\" https://a.example/",
        "curl -d ${A https://a.example/",
        "curl -d `date https://a.example/",
        "curl \"https://a.example/\" ^",
        "curl ^\"https://a.example/^\"",
        "curl -H @file https://a.example/",
    ] {
        assert!(read(line).is_err(), "{line}");
    }
}

#[test]
fn escapes() {
    let body = r#"$'\x41\102\u00e9\U0001F600\n\r\t\a\b\e\E\f\v\\\'\"\?\xe9x\7'"#;
    let bytes = b"AB\xc3\xa9\xf0\x9f\x98\x80\n\r\t\x07\x08\x1b\x1b\x0c\x0b\\'\"?\xe9x\x07";
    let line = format!("curl --data-raw {body} https://a.example/");
    assert_eq!(request(&line).body.as_slice(), bytes);
    // Others are none of bash's, or end the word.
    for body in [
        r"\x00", r"\0", r"\u0000", r"\cA", r"\z", r"\x", r"\ud800", r"\400",
    ] {
        let line = format!("curl -d $'{body}' https://a.example/");
        assert!(read(&line).err().unwrap().contains("escape"), "{line}");
    }
}

/// What curl does to a line beside what stands there.
#[test]
fn what_curl_makes_of_it() {
    let kind = |line: &str| {
        let request = request(line);
        request.header("content-type").map(<[u8]>::to_vec)
    };
    let form = b"application/x-www-form-urlencoded".to_vec();
    assert_eq!(kind("curl -d a https://a.example/"), Some(form));
    assert_eq!(
        kind("curl -d a -H 'Content-Type:' https://a.example/"),
        None
    );
    let json = "curl --json {} --json '' https://a.example/";
    for (line, kinds) in [
        (json.to_owned(), [&b"application/json"[..]; 2].as_slice()),
        (
            format!("{json} -H 'Content-Type: x' -H 'Accept: x'"),
            &[&b"x"[..]; 2],
        ),
        (format!("{json} -H content-type: -H accept:"), &[]),
    ] {
        let request = request(&line);
        let of =
            |name: &str| ["content-type", "accept"].contains(&name.to_ascii_lowercase().as_str());
        let headers = request.headers.iter().filter(|(name, _)| of(name));
        let found: Vec<_> = headers.map(|(_, value)| value.as_slice()).collect();
        assert_eq!(found, kinds, "{line}");
    }
    assert!(
        request("curl -H Host: https://a.example/")
            .header("host")
            .is_none()
    );
    let printed = request(r"curl --data-binary @<(printf %b '\0100\0000\0141') https://a.example/");
    assert_eq!(printed.body.as_slice(), b"@\0a");
    // `-d` leaves line ends and NUL out of a file.
    assert!(request(r"curl -d @<(printf %b '\0100') https://a.example/").lacks_body());
    for (line, target) in [
        ("curl -g 'https://a.example/{a}[b]'", Some("/{a}[b]")),
        ("curl 'https://a.example/{a}[b]'", None),
        ("curl 'http://[::1]:80/a'", Some("/a")),
        ("curl 127.0.0.1:8080/a?limit=1", Some("/a?limit=1")),
        ("curl --url=a.example?b=*", Some("/?b=*")),
        ("curl localhost/a*?b", Some("/a*?b")),
        ("curl localhost/a?b=$C", None),
        ("curl ../a?b", None),
        ("curl a?b", None),
        ("curl a.*/b", None),
        ("curl -H a.b:c? https://a.example/", None),
        (
            "curl --path-as-is https://a.example/a/../b",
            Some("/a/../b"),
        ),
        ("curl https://a.example/a/../b", None),
        ("curl https://a.example/a?b=/../c", Some("/a?b=/../c")),
        (
            "curl -sSgX GET --noproxy '*' 'https://a.example/[a]'",
            Some("/[a]"),
        ),
    ] {
        let found = read(line).ok().map(|request| request.target.to_string());
        assert_eq!(found.as_deref(), target, "{line}");
    }
}
