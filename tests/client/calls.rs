//! The client against a server that misbehaves: one row for each fault.
#![cfg(feature = "client")]

use crate::server::{ACCESS_KEY_ID, Act, Answer, SECRET, Server, TOKEN, response, send};
use sigv4::client::{Client, ClientBuilder, ClientError, Response};
use sigv4::{Credentials, Timestamp};
use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Fri, 24 May 2013 00:00:00 GMT.
const NOW: u64 = 1_369_353_600;
const LIMIT: usize = 4096;

/// A fault, and what has to come of it.
struct Row {
    name: &'static str,
    call: Call,
    answers: Vec<Answer>,
    outcome: &'static str,
    attempts: usize,
    read_timeout: Duration,
}

/// No machine is so slow that a call that goes well takes this long.
const GENEROUS: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Get,
    /// With two seconds for everything, which is less than the time for a read.
    GetInTime,
    Post,
    PostRepeatable,
}

fn row(name: &'static str, answers: Vec<Answer>, outcome: &'static str, attempts: usize) -> Row {
    Row {
        name,
        call: Call::Get,
        answers,
        outcome,
        attempts,
        read_timeout: GENEROUS,
    }
}

impl Row {
    fn call(mut self, call: Call) -> Self {
        self.call = call;
        self
    }

    /// The server stalls, and it is this time that ends it.
    fn read_timeout(mut self, milliseconds: u64) -> Self {
        self.read_timeout = Duration::from_millis(milliseconds);
        self
    }
}

fn ok() -> Answer {
    vec![response("200 OK", "", "{}")]
}

fn answer(status: &str, headers: &str, body: &str) -> Answer {
    vec![response(status, headers, body)]
}

fn close_after(text: &str) -> Answer {
    vec![send(text), Act::Close]
}

fn thrice(answer: &Answer) -> Vec<Answer> {
    vec![answer.clone(); 3]
}

#[rustfmt::skip]
fn connection() -> Vec<Row> {
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
fn rubbish() -> Vec<Row> {
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
fn statuses() -> Vec<Row> {
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
        row("an error that is cut off", thrice(&close_after("HTTP/1.1 500 Oops\r\nContent-Length: 50\r\n\r\nhalf")), "Status 500 - half", 3),
        row("a POST and a 503", vec![unavailable.clone()], "Status 503 - Service Unavailable", 1).call(Call::Post),
        row("a POST and a close", vec![vec![Act::Close]], "Closed", 1).call(Call::Post),
        row("a POST that may be repeated", vec![unavailable, vec![Act::Reset], ok()], "200 {}", 3).call(Call::PostRepeatable),
    ]
}

#[rustfmt::skip]
fn clocks() -> Vec<Row> {
    let ahead = "Date: Fri, 24 May 2013 00:05:00 GMT\r\n";
    let behind = "Date: Thu, 23 May 2013 23:55:00 GMT\r\n";
    let nearly = "Date: Fri, 24 May 2013 00:03:50 GMT\r\n";
    let expired = r#"{"message":"Signature expired: 20130524T000000Z is now earlier than 20130524T000001Z (20130524T000501Z - 5 min.)"}"#;
    let early = r#"{"message":"Signature not yet current: 20130524T000000Z is still later than 20130523T235959Z (20130523T235459Z + 5 min.)"}"#;
    let forbidden = r#"{"message":"Forbidden"}"#;
    let aged = |date: &str| format!("{date}Age: 1\r\n");
    vec![
        row("the service is ahead", vec![answer("403 Forbidden", ahead, expired), ok()], "200 {}", 2),
        row("the service is behind", vec![answer("403 Forbidden", behind, early), ok()], "200 {}", 2),
        row("ahead, and it says only no", vec![answer("403 Forbidden", ahead, forbidden), ok()], "200 {}", 2),
        row("ahead, in a POST", vec![answer("403 Forbidden", ahead, expired), ok()], "200 {}", 2).call(Call::Post),
        row("ahead, from a cache", vec![answer("403 Forbidden", &aged(ahead), expired)], "ClockSkew 20130524T000501Z", 1),
        row("behind, from a cache", vec![answer("403 Forbidden", &aged(behind), early)], "ClockSkew 20130523T235459Z", 1),
        row("ahead by less than four minutes", vec![answer("403 Forbidden", nearly, expired)], "ClockSkew 20130524T000501Z", 1),
        row("ahead, but that is not it", vec![answer("403 Forbidden", ahead, forbidden), answer("403 Forbidden", ahead, forbidden)], "Status 403 - Forbidden", 2),
        row("ahead, but the signature is another", vec![answer("403 Forbidden", ahead, r#"{"message":"The request signature we calculated does not match the signature you provided."}"#)], "SignatureMismatch - / -", 1),
        row("ahead, but all is well", vec![answer("200 OK", ahead, "{}")], "200 {}", 1),
        row("ahead, but a policy says no", vec![answer("403 Forbidden", ahead, r#"{"Message":"User: x is not authorized to perform: execute-api:Invoke on resource: arn:x"}"#)], "NotAuthorized execute-api:Invoke arn:x", 1),
        row("S3's time", vec![answer("403 Forbidden", "", "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message><RequestTime>20130524T000000Z</RequestTime><ServerTime>2013-05-24T00:20:00Z</ServerTime></Error>")], "ClockSkew 20130524T002000Z", 1),
        row("a time in the header alone", vec![answer("403 Forbidden", nearly, r#"{"message":"Signature expired"}"#)], "ClockSkew 20130524T000350Z", 1),
    ]
}

#[rustfmt::skip]
fn refusals() -> Vec<Row> {
    let denied = "{\"Message\":\"User: arn:aws:iam::1:user/a is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********1234:abc/prod/GET/items with an explicit deny in an identity-based policy\"}";
    let short = r#"{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}"#;
    let long = r#"{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'GET\n/prod/items\nit='s\n\nhost:x\nx-amz-security-token:tOkEn+ofTheFaultServer/0123456789==\n\nhost\ne3b0'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20130524T000000Z'\n"}"#;
    let typed = |kind: &str| format!("x-amzn-ErrorType: {kind}\r\nx-amzn-RequestId: r-1\r\n");
    let forbidden = |kind: &str, body: &str| answer("403 Forbidden", &typed(kind), body);
    let secrets = format!(r#"{{"message":"you sent {SECRET} and {TOKEN}"}}"#);
    let endless = format!(r#"{{"message":"{}"}}"#, "ä".repeat(10_000));
    vec![
        row("a policy says no", vec![forbidden("AccessDeniedException", denied)], "NotAuthorized execute-api:Invoke arn:aws:execute-api:us-east-1:********1234:abc/prod/GET/items", 1),
        row("S3 says no", vec![answer("403 Forbidden", "", "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>")], "NotAuthorized - -", 1),
        row("an identity's quoted resource", vec![answer("403 Forbidden", "", "<Error><Code>AccessDenied</Code><Message>User: x is not authorized to perform: s3:ListBucket on resource: \"arn:aws:s3:::b\" because no policy allows it</Message></Error>")], "NotAuthorized s3:ListBucket arn:aws:s3:::b", 1),
        row("another signature, in full", vec![forbidden("InvalidSignatureException", long)], "SignatureMismatch GET|/prod/items|it='s||host:x|x-amz-security-token:[redacted]||host|e3b0 / AWS4-HMAC-SHA256|20130524T000000Z", 1),
        row("another signature, in short", vec![forbidden("InvalidSignatureException", short)], "SignatureMismatch - / -", 1),
        row("another signature, without a type", vec![answer("403 Forbidden", "", short)], "SignatureMismatch - / -", 1),
        row("another signature, from S3", vec![answer("403 Forbidden", "", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message><StringToSign>AWS4&#10;a &lt; b</StringToSign><CanonicalRequest>GET\n/</CanonicalRequest></Error>")], "SignatureMismatch GET|/ / AWS4|a < b", 1),
        row("another region's scope", vec![forbidden("InvalidSignatureException", r#"{"message":"Credential should be scoped to a valid region. "}"#)], "Status 403 InvalidSignatureException Credential should be scoped to a valid region.  (r-1)", 1),
        row("a fault of the signature, without words", vec![forbidden("InvalidSignatureException", "")], "SignatureMismatch - / -", 1),
        row("an expiry that is cut off", vec![close_after("HTTP/1.1 403 Forbidden\r\nx-amzn-ErrorType: InvalidSignatureException\r\nContent-Length: 90\r\n\r\n{\"message\":\"Signature expired: 20130524T000000Z is now earlier than 2013")], "ClockSkew -", 1),
        row("no such route", vec![forbidden("MissingAuthenticationTokenException", r#"{"message":"Missing Authentication Token"}"#)], "UnknownRoute", 1),
        row("a token that has expired", vec![forbidden("ExpiredTokenException", r#"{"message":"The security token included in the request is expired"}"#)], "CredentialsRejected expired", 1),
        row("a token that is none", vec![forbidden("UnrecognizedClientException", r#"{"message":"The security token included in the request is invalid."}"#)], "CredentialsRejected", 1),
        row("an unknown key, from DynamoDB", vec![answer("400 Bad Request", "", r#"{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"no"}"#)], "CredentialsRejected", 1),
        row("an unknown key, from IAM", vec![answer("403 Forbidden", "", "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>m</Message></Error><RequestId>r</RequestId></ErrorResponse>")], "CredentialsRejected", 1),
        row("throttled with 400", vec![answer("400 Bad Request", "", r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#)], "Throttled - Rate exceeded", 1),
        row("a quota that is used up", thrice(&answer("429 Too Many Requests", &typed("LimitExceededException"), r#"{"message":"Limit Exceeded"}"#)), "Throttled - Limit Exceeded", 3),
        row("the wrong region, from S3", vec![answer("400 Bad Request", "", "<Error><Code>AuthorizationHeaderMalformed</Code><Message>m</Message><Region>eu-west-1</Region></Error>")], "WrongRegion eu-west-1", 1),
        row("a type with a URL", vec![forbidden("com.amazon#ForbiddenException:http://x/", r#"{"message":"Forbidden"}"#)], "Status 403 ForbiddenException Forbidden (r-1)", 1),
        row("a page of a proxy", vec![answer("403 Forbidden", "Content-Type: text/html\r\n", "<html><body>no</body></html>")], "Status 403 - ", 1),
        row("secrets that come back", vec![answer("400 Bad Request", "", &secrets)], "Status 400 - you sent [redacted] and [redacted]", 1),
        row("an endless message", vec![answer("400 Bad Request", "", &endless)], "Status 400 - 8192 bytes", 1),
    ]
}

/// What came of a call, in one line.
fn outcome(result: &Result<Response, ClientError>) -> String {
    let or_dash = |text: &Option<String>| text.clone().unwrap_or("-".into()).replace('\n', "|");
    let error = match result {
        Ok(response) => match response.json() {
            Ok(_) if response.bytes().len() > 10 => {
                return format!("200 {} bytes", response.bytes().len());
            }
            Ok(value) => return format!("{} {value}", response.status()),
            Err(error) => error,
        },
        Err(error) => error.clone(),
    };
    match error {
        ClientError::Transport { kind, .. } => format!("{kind:?}"),
        ClientError::ResponseTooLarge { limit } => format!("ResponseTooLarge {limit}"),
        ClientError::InvalidJson { line, column } => format!("InvalidJson {line}:{column}"),
        ClientError::Redirect {
            status,
            location,
            region,
        } => {
            format!(
                "Redirect {status} {} {}",
                or_dash(&location),
                or_dash(&region)
            )
        }
        ClientError::WrongRegion { region } => format!("WrongRegion {region}"),
        ClientError::NotAuthorized {
            action, resource, ..
        } => {
            format!("NotAuthorized {} {}", or_dash(&action), or_dash(&resource))
        }
        ClientError::SignatureMismatch {
            canonical_string,
            string_to_sign,
            ..
        } => {
            format!(
                "SignatureMismatch {} / {}",
                or_dash(&canonical_string),
                or_dash(&string_to_sign)
            )
        }
        ClientError::ClockSkew { server, .. } => {
            format!("ClockSkew {}", or_dash(&server.map(|at| at.to_string())))
        }
        ClientError::CredentialsRejected { expired: true, .. } => {
            "CredentialsRejected expired".into()
        }
        ClientError::CredentialsRejected { .. } => "CredentialsRejected".into(),
        ClientError::UnknownRoute { .. } => "UnknownRoute".into(),
        ClientError::Throttled {
            retry_after,
            message,
            ..
        } => {
            let seconds = retry_after.map(|asked| asked.as_secs().to_string());
            format!("Throttled {} {message}", or_dash(&seconds))
        }
        ClientError::Status {
            status,
            code,
            message,
            request_id,
        } => {
            let message = if message.len() > 100 {
                format!("{} bytes", message.len())
            } else {
                message
            };
            let request_id = request_id.map_or(String::new(), |id| format!(" ({id})"));
            format!("Status {status} {} {message}{request_id}", or_dash(&code))
        }
        other => format!("{other:?}"),
    }
}

/// A clock that goes on by one second each time it is read, so that no two attempts are
/// signed for the same time.
fn ticking() -> impl Fn() -> SystemTime + Send + Sync + 'static {
    let now = AtomicU64::new(NOW);
    move || UNIX_EPOCH + Duration::from_secs(now.fetch_add(1, Ordering::SeqCst))
}

fn credentials() -> Credentials {
    Credentials::new(ACCESS_KEY_ID, SECRET).with_session_token(TOKEN)
}

fn builder(server: &Server) -> ClientBuilder {
    Client::builder()
        .base_url(server.url())
        .credentials(credentials())
        .region("us-east-1")
        .service("execute-api")
        .proxy(None)
        .clock(ticking())
        .response_limit(LIMIT as u64)
        .read_timeout(GENEROUS)
        .connect_timeout(GENEROUS)
}

fn run(row: &Row) {
    let name = row.name;
    let server = Server::script(row.answers.clone());
    let pauses = Arc::new(Mutex::new(Vec::new()));
    let client = builder(&server)
        .read_timeout(row.read_timeout)
        .pause({
            let pauses = pauses.clone();
            move |pause| pauses.lock().unwrap().push(pause)
        })
        .build()
        .unwrap();
    let request = match row.call {
        Call::Get => client.get("/items"),
        Call::GetInTime => client.get("/items").timeout(Duration::from_secs(2)),
        Call::Post => client.post("/items").body("body"),
        Call::PostRepeatable => client.post("/items").body("body").repeatable(),
    };
    let result = request.query("page", "a b").send();

    let mut summary = outcome(&result);
    let pauses = pauses.lock().unwrap().clone();
    if let Some(long) = pauses.iter().find(|pause| **pause > Duration::from_secs(1)) {
        summary.push_str(&format!(" after {} s", long.as_secs()));
    }
    assert_eq!(summary, row.outcome, "{name}");
    let seen = server.seen_at_least(row.attempts, GENEROUS);
    assert_eq!(seen.len(), row.attempts, "{name}: attempts");
    for attempt in &seen {
        assert_eq!(attempt.target, "/prod/items?page=a%20b", "{name}");
        // As far from our clock as the correction took it.
        attempt.verify(attempt.signed_at());
        assert_eq!(
            attempt.header("x-amz-security-token"),
            Some(TOKEN),
            "{name}"
        );
    }
    let signatures: HashSet<_> = seen.iter().map(crate::server::Seen::signature).collect();
    assert_eq!(signatures.len(), seen.len(), "{name}: signed anew");
    let mut secrets = vec![SECRET, TOKEN];
    secrets.extend(signatures);
    if let Err(error) = &result {
        for text in [
            error.to_string(),
            format!("{error:?}"),
            format!("{client:?}"),
        ] {
            for secret in &secrets {
                assert!(!text.contains(secret), "{name}: {text}");
            }
        }
    }
    crate::logs::assert_without(&secrets);
}

#[test]
fn faults() {
    crate::logs::capture();
    let rows: Vec<_> = [connection(), rubbish(), statuses(), clocks(), refusals()]
        .into_iter()
        .flatten()
        .collect();
    assert!(rows.len() >= 30);
    let names: HashSet<_> = rows.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), rows.len(), "a name twice");
    // Side by side, because some of them have to wait for a time-out.
    let failed: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|first| rows.iter().skip(first).step_by(4))
            .map(|rows| scope.spawn(|| rows.filter(|row| fails(row)).collect::<Vec<_>>()))
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .map(|row| row.name)
            .collect()
    });
    assert!(failed.is_empty(), "{failed:?}");
    println!("{} faults", rows.len());
}

/// One failed row does not hide the others.
fn fails(row: &Row) -> bool {
    std::panic::catch_unwind(|| run(row)).is_err()
}

/// Once found, the offset stays, for all who share the client.
#[test]
fn the_clock_stays_corrected() {
    let refused = answer(
        "403 Forbidden",
        "Date: Fri, 24 May 2013 01:00:00 GMT\r\n",
        r#"{"message":"Signature expired: x"}"#,
    );
    let server = Server::script(vec![refused, ok(), ok()]);
    let client = builder(&server).build().unwrap();
    client.get("/items").send().unwrap();
    client.clone().get("/items").send().unwrap();
    let times: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| seen.signed_at().unix())
        .collect();
    let start = i64::try_from(NOW).unwrap();
    assert!((0..60).contains(&(times[0] - start)), "{times:?}");
    for time in &times[1..] {
        assert!((3590..3660).contains(&(time - start)), "{times:?}");
    }
}

#[test]
fn the_clock_is_left_alone_when_told() {
    let refused = answer(
        "403 Forbidden",
        "Date: Fri, 24 May 2013 01:00:00 GMT\r\n",
        r#"{"message":"Signature expired: x"}"#,
    );
    let server = Server::script(vec![refused]);
    let client = builder(&server).without_clock_correction().build().unwrap();
    let error = client.get("/items").send().unwrap_err();
    let ClientError::ClockSkew {
        server: Some(at),
        local,
        ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!(at, Timestamp::parse("20130524T010000Z").unwrap());
    assert_eq!(local, server.seen()[0].signed_at());
}

/// One answer with a wrong date must not spoil the calls that come after it.
#[test]
fn dates_that_are_not_believed() {
    let forbidden = |date: &str| {
        let date = format!("Date: {date}\r\n");
        answer("403 Forbidden", &date, r#"{"message":"Forbidden"}"#)
    };
    let far = "Fri, 31 Dec 9999 23:59:59 GMT";
    let past = "Thu, 01 Jan 1970 00:00:00 GMT";
    // Within bounds, but the new signature is refused just the same.
    let hour = "Fri, 24 May 2013 01:00:00 GMT";
    let late = format!("Date: {hour}\r\n");
    // Refused for another reason, which says that the time was right.
    let denied = answer(
        "403 Forbidden",
        &late,
        r#"{"Message":"x is not authorized to perform: a on resource: b"}"#,
    );
    let broken = answer("500 Oops", &late, "");
    for (name, answers, offsets) in [
        ("far", vec![forbidden(far), ok()], vec![0, 0]),
        ("past", vec![forbidden(past), ok()], vec![0, 0]),
        (
            "refused again",
            vec![forbidden(hour), forbidden(hour), ok()],
            vec![0, 3600, 0],
        ),
        (
            "accepted, but denied",
            vec![forbidden(hour), denied, ok()],
            vec![0, 3600, 3600],
        ),
        (
            "broken, then refused again",
            vec![forbidden(hour), broken.clone(), forbidden(hour), ok()],
            vec![0, 3600, 3600, 0],
        ),
        (
            "broken, then good",
            vec![forbidden(hour), broken, ok(), ok()],
            vec![0, 3600, 3600, 3600],
        ),
    ] {
        let server = Server::script(answers);
        let client = builder(&server).pause(|_| ()).build().unwrap();
        let first = client.get("/items").send();
        assert_eq!(first.is_ok(), name == "broken, then good", "{name}");
        client.get("/items").send().expect(name);
        let start = i64::try_from(NOW).unwrap();
        let seen: Vec<_> = server
            .seen()
            .iter()
            // The clock goes on by seconds only.
            .map(|seen| (seen.signed_at().unix() - start + 60) / 3600 * 3600)
            .collect();
        assert_eq!(seen, offsets, "{name}");
    }
}

/// "No limit" is written as the longest time there is.
#[test]
fn endless_times() {
    let server = Server::new(|number| match number % 2 {
        0 => vec![Act::Close],
        _ => ok(),
    });
    let endless = builder(&server)
        .connect_timeout(Duration::MAX)
        .read_timeout(Duration::MAX)
        .total_timeout(Duration::MAX)
        .pause(|_| ())
        .build()
        .unwrap();
    endless.get("/items").send().unwrap();
    for timeout in [Duration::MAX, Duration::from_secs(u64::MAX / 2)] {
        endless.get("/items").timeout(timeout).send().unwrap();
    }
}

/// A connection that the server closed while it was idle is no failure of the call.
#[test]
fn connections_are_reused_and_replaced() {
    let server = Server::script(vec![ok(), ok(), [ok(), vec![Act::Close]].concat(), ok()]);
    let client = builder(&server).build().unwrap();
    for _ in 0..4 {
        client.get("/items").send().unwrap();
    }
    assert_eq!(server.connections(), 2);
    assert!((4..=5).contains(&server.seen().len()));
}
