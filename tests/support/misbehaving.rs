//! A server that misbehaves, a row for each way to do so, with what the client makes of it. Whoever takes the
//! table has a `fault` module with rows of its own.

use crate::fault::{Call, LIMIT, Row, answer, close_after, ok, row, thrice};
use crate::server::{Act, response, send};
use std::time::Duration;

#[rustfmt::skip]
pub fn connection() -> Vec<Row> {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let ms = Duration::from_millis;
    vec![
        row("nothing wrong", vec![ok()], "200 {}", 1),
        row("closes before the head", thrice(&vec![Act::Close]), "Closed", 3),
        row("closes before the head, once", vec![vec![Act::Close], ok()], "200 {}", 2),
        row("closes in the status line", thrice(&close_after("HTTP/1.1 20")), "Closed", 3),
        row("closes among the headers", thrice(&close_after("HTTP/1.1 200 OK\r\nA: b\r\n")), "Closed", 3),
        row("resets before the head", thrice(&vec![Act::Reset]), "Reset", 3),
        row("resets once", vec![vec![Act::Reset], ok()], "200 {}", 2),
        row("closes right after the head", vec![close_after(head)], "Closed", 1),
        row("closes in the body", vec![close_after(&format!("{head}12345"))], "Closed", 1),
        row("closes in a chunk", vec![close_after(&format!("{chunked}5\r\n12"))], "Closed", 1),
        row("closes before the last chunk", vec![close_after(&format!("{chunked}2\r\n{{}}\r\n"))], "Closed", 1),
        row("closes after the response", vec![[ok(), vec![Act::Close]].concat()], "200 {}", 1),
        row("stalls before the head", thrice(&vec![Act::Stall]), "ReadTimeout", 3).read_timeout(300),
        row("stalls among the headers", thrice(&vec![send("HTTP/1.1 200 OK\r\n"), Act::Stall]), "ReadTimeout", 3).read_timeout(300),
        row("stalls once", vec![vec![Act::Stall], ok()], "200 {}", 2).read_timeout(2000),
        row("stalls in the body", vec![vec![send(head), Act::Stall]], "ReadTimeout", 1).read_timeout(300),
        row("stalls past the deadline", thrice(&vec![Act::Stall]), "Deadline", 1).call(Call::GetInTime),
        row("trickles the head", thrice(&vec![Act::Trickle(head.into(), ms(30))]), "ReadTimeout", 3).read_timeout(300),
        row("trickles the body past the deadline", vec![vec![send(head), Act::Trickle(b"1234567890".to_vec(), ms(1000))]], "Deadline", 1).call(Call::GetInTime),
        row("trickles, but in time", vec![vec![send("HTTP/1.1 200 OK\r\nContent-"), Act::Trickle(b"Le".to_vec(), ms(10)), send("ngth: 2\r\n\r\n"), Act::Trickle(b"{}".to_vec(), ms(10))]], "200 {}", 1),
        row("a body without a length, until the end", vec![close_after("HTTP/1.0 200 OK\r\n\r\n{}")], "200 {}", 1),
    ]
}

#[rustfmt::skip]
pub fn rubbish() -> Vec<Row> {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let long = "x".repeat(LIMIT + 1);
    let gzip = |bytes: &[u8]| {
        let headers = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
        vec![response("200 OK", headers, bytes)]
    };
    vec![
        row("another protocol", vec![close_after("SSH-2.0-OpenSSH_9.6\r\n\r\n")], "Malformed", 1),
        row("a head without an end", vec![vec![send("HTTP/1.1 200 OK\r\n"), send(&format!("A: {}\r\n", "x".repeat(70_000))), Act::Close]], "Malformed", 1),
        row("two hundred headers", vec![vec![send(&format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(200)))]], "Malformed", 1),
        row("a length that is no number", vec![close_after("HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}")], "Malformed", 1),
        row("two lengths", vec![close_after("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}")], "Malformed", 1),
        row("a length too large", vec![close_after("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}")], "Closed", 1),
        row("a length too small", vec![close_after("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{}")], "InvalidJson 1:1", 1),
        row("a chunk size that is none", vec![close_after(&format!("{chunked}zz\r\n{{}}\r\n0\r\n\r\n"))], "Malformed", 1),
        row("a chunk longer than it says", vec![close_after(&format!("{chunked}1\r\n{{}}\r\n0\r\n\r\n"))], "Malformed", 1),
        row("a chunk size beyond all", vec![close_after(&format!("{chunked}ffffffffffffffffff\r\n{{}}"))], "Malformed", 1),
        row("at the limit", vec![answer("200 OK", "", &format!("\"{}\"", &long[3..]))], "200 4096 bytes", 1),
        row("over the limit, as it says", vec![answer("200 OK", "", &long)], "ResponseTooLarge 4096", 1),
        row("over the limit, in chunks", vec![close_after(&format!("{chunked}1001\r\n{long}\r\n0\r\n\r\n"))], "ResponseTooLarge 4096", 1),
        row("over the limit, until the end", vec![close_after(&format!("HTTP/1.0 200 OK\r\n\r\n{long}"))], "ResponseTooLarge 4096", 1),
        row("over the limit when decompressed", vec![gzip(&gzip_of_zeros())], "ResponseTooLarge 4096", 1),
        row("gzip that is none", vec![gzip(b"{}")], "Decompress", 1),
        row("not JSON", vec![answer("200 OK", "", "{\"items\": <html>")], "InvalidJson 1:11", 1),
        row("no body", vec![answer("200 OK", "", "")], "InvalidJson 1:0", 1),
        row("not UTF-8", vec![vec![response("200 OK", "", b"\"\xff\"")]], "InvalidJson 1:2", 1),
        row("a hundred-continue first", vec![vec![send("HTTP/1.1 100 Continue\r\n\r\n"), response("200 OK", "", "{}")]], "200 {}", 1),
        row("early hints first", vec![vec![send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), response("200 OK", "", "{}")]], "200 {}", 1),
    ]
}

/// 1 MiB of zeros, as `gzip` packs them into stored and back-referencing blocks.
fn gzip_of_zeros() -> Vec<u8> {
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    // Stored blocks of 64 KiB less one, none of them the last.
    for _ in 0..16 {
        packed.extend([0, 0xff, 0xff, 0, 0]);
        packed.extend([0; 0xffff]);
    }
    packed
}

#[rustfmt::skip]
pub fn statuses() -> Vec<Row> {
    let throttled = |headers: &str| {
        let headers = format!("x-amzn-ErrorType: TooManyRequestsException\r\n{headers}");
        answer("429 Too Many Requests", &headers, r#"{"message":"Too Many Requests"}"#)
    };
    let unavailable = answer("503 Service Unavailable", "", r#"{"message":"Service Unavailable"}"#);
    vec![
        row("a redirect to itself", vec![answer("302 Found", "Location: /prod/items\r\n", "")], "Redirect 302 /prod/items -", 1),
        row("a redirect elsewhere", vec![answer("307 Temporary Redirect", "Location: https://evil.example/\r\n", "")], "Redirect 307 https://evil.example/ -", 1),
        row("a redirect of a POST", vec![answer("308 Permanent Redirect", "Location: https://evil.example/\r\n", "")], "Redirect 308 https://evil.example/ -", 1).call(Call::Post),
        row("a redirect to nowhere", vec![answer("301 Moved Permanently", "", "")], "Redirect 301 - -", 1),
        row("S3's other region, in a header", vec![answer("301 Moved Permanently", "x-amz-bucket-region: eu-west-1\r\n", "")], "Redirect 301 - eu-west-1", 1),
        row("S3's other region, in the body", vec![answer("301 Moved Permanently", "", "<Error><Code>PermanentRedirect</Code><Region>eu-west-1</Region></Error>")], "Redirect 301 - eu-west-1", 1),
        row("throttled for good", thrice(&throttled("")), "Throttled - Too Many Requests", 3),
        row("throttled, then not", vec![throttled(""), ok()], "200 {}", 2),
        row("throttled for 7 s", vec![throttled("Retry-After: 7\r\n"), ok()], "200 {} after 7 s", 2),
        row("throttled until a date", vec![throttled("Retry-After: Fri, 24 May 2013 00:00:12 GMT\r\n"), ok()], "200 {} after 11 s", 2),
        row("throttled for an hour", vec![throttled("Retry-After: 3600\r\n")], "Throttled 3600 Too Many Requests", 1),
        row("throttled for longer than there is", vec![throttled("Retry-After: 5\r\n")], "Throttled 5 Too Many Requests", 1).call(Call::GetInTime),
        row("500 twice, then 200", vec![answer("500 Internal Server Error", "", ""), answer("500 Internal Server Error", "", ""), ok()], "200 {}", 3),
        row("502 for good", thrice(&answer("502 Bad Gateway", "", "<html>Bad Gateway</html>")), "Status 502 - ", 3),
        row("503 for good", thrice(&unavailable), "Status 503 - Service Unavailable", 3),
        row("504 for good", thrice(&answer("504 Gateway Timeout", "x-amzn-RequestId: r-1\r\n", r#"{"message":"Endpoint request timed out"}"#)), "Status 504 - Endpoint request timed out (r-1)", 3),
        row("501", vec![answer("501 Not Implemented", "", "")], "Status 501 - ", 1),
        row("304", vec![vec![send("HTTP/1.1 304 Not Modified\r\n\r\n")]], "Status 304 - ", 1),
        row("404", vec![answer("404 Not Found", "", "nothing here")], "Status 404 - nothing here", 1),
        row("an error that is cut off", thrice(&close_after("HTTP/1.1 500 Oops\r\nContent-Length: 50\r\n\r\nonly")), "Status 500 - only", 3),
        row("a POST and a 503", vec![unavailable.clone()], "Status 503 - Service Unavailable", 1).call(Call::Post),
        row("a POST and a close", vec![vec![Act::Close]], "Closed", 1).call(Call::Post),
        row("a POST that may be repeated", vec![unavailable, vec![Act::Reset], ok()], "200 {}", 3).call(Call::PostRepeatable),
    ]
}
