//! `sigv4 request`: paths and queries as people write them.

use crate::runner::{run, sigv4};
use crate::stand_in::allowing;
use crate::wire::verifying;
use serde_json::json;

#[test]
fn awkward_targets_are_accepted() {
    let url = verifying("execute-api");
    for (pasted, sent) in [
        ("/a%20b/ü/+/%2F", "/a%20b/%C3%BC/+/%2F"),
        ("/a b/%C3%BC/%2f?", "/a%20b/%C3%BC/%2f?"),
        ("/%25/100%25/%2525", "/%25/100%25/%2525"),
        ("//a/../b/./c//", "/b/c/"),
        ("/..", "/"),
        ("?q=1", "/?q=1"),
        ("/?", "/?"),
        ("/(a)*!'$&,;=:@", "/(a)*!'$&,;=:@"),
        (
            "/[a]{b}|c^d`e\\f\"<>",
            "/%5Ba%5D%7Bb%7D%7Cc%5Ed%60e%5Cf%22%3C%3E",
        ),
        ("/?q=1+1&q=1%2B1&r=1 1", "/?q=1%2B1&q=1%2B1&r=1%201"),
        ("/?b=2&a=1&a=0&&=x&flag", "/?b=2&a=1&a=0&=x&flag="),
        (
            "/?x=%F0%9F%98%80&ü=ö&e=%FF",
            "/?x=%F0%9F%98%80&%C3%BC=%C3%B6&e=%FF",
        ),
        (
            "/?u=https://a/b?c=d&t=%2520",
            "/?u=https%3A%2F%2Fa%2Fb%3Fc%3Dd&t=%2520",
        ),
        ("/a#fragment?not=sent", "/a"),
    ] {
        let (code, stdout, stderr) = run(&mut sigv4(&[
            "request",
            "--fail",
            &format!("{url}{pasted}"),
        ]));
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{pasted}");
        assert_eq!(stdout, format!("GET {sent} HTTP/1.1\n"));
    }
    let url = verifying("s3");
    for (pasted, sent) in [
        ("/a%20b/ü/+/%2F", "/a%20b/%C3%BC/%2B/%2F"),
        ("//a/../b/./c//", "//a/../b/./c//"),
        ("/a+b c~d", "/a%2Bb%20c~d"),
    ] {
        let (code, stdout, stderr) = run(&mut sigv4(&[
            "request",
            "--fail",
            "--service",
            "s3",
            &format!("{url}{pasted}"),
        ]));
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{pasted}");
        assert_eq!(stdout, format!("GET {sent} HTTP/1.1\n"));
    }
}

/// The same against the embedded gateway, with a body.
#[test]
fn the_gateway_takes_awkward_targets() {
    let gateway = allowing();
    for (pasted, path, query) in [
        ("/a%20b/ü/+/%2F", "/a%20b/%C3%BC/+/%2F", ""),
        (
            "/a b/../%25?q=1+1&ü&e=%FF&=x",
            "/%25",
            "q=1%2B1&%C3%BC=&e=%FF&=x",
        ),
        ("/(a)*!'$&,;=:@?b=2&a=1", "/(a)*!'$&,;=:@", "b=2&a=1"),
    ] {
        for (arguments, method, body) in [
            (vec![], "GET", ""),
            (vec!["-X", "DELETE"], "DELETE", ""),
            (vec!["-d", "größe=1&x=%2B"], "POST", "größe=1&x=%2B"),
        ] {
            let mut command = sigv4(&["request", "--fail"]);
            command
                .args(arguments)
                .arg(format!("{}/echo{pasted}", gateway.url()));
            let (code, stdout, stderr) = run(&mut command);
            assert_eq!((code, stderr.as_str()), (Some(0), ""), "{method} {pasted}");
            let echo: serde_json::Value = serde_json::from_str(&stdout).unwrap();
            let path = format!("/prod/echo{path}");
            let expected = json!({ "method": method, "path": path, "query": query, "body": body });
            assert_eq!(echo, expected);
        }
    }
}

#[test]
fn the_gateway_accepts_it() {
    let gateway = allowing();
    let items = format!("{}/items", gateway.url());
    for query in ["", "?q=1+1", "?a=ü&a=%2F&b", "?x=%zz"] {
        let (code, stdout, stderr) = run(&mut sigv4(&[
            "request",
            "--fail",
            &format!("{items}{query}"),
        ]));
        if query == "?x=%zz" {
            assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
            continue;
        }
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{query}");
        assert!(stdout.contains("hammer"), "{stdout}");
    }
    let (code, stdout, stderr) = run(&mut sigv4(&[
        "request",
        "-i",
        "--json",
        r#"{"name":"saw ü"}"#,
        &items,
    ]));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(stdout.starts_with("HTTP/1.1 20"), "{stdout}");
    let (_, stdout, _) = run(&mut sigv4(&["request", &items]));
    assert!(stdout.contains("saw ü"), "{stdout}");
}
