//! What random requests are made of, leaning to the edges.

pub const SERVICES: [&str; 4] = ["execute-api", "s3", "lambda", "iam"];

pub const METHODS: [&str; 7] = ["GET", "GET", "GET", "PUT", "POST", "DELETE", "HEAD"];

/// Pieces that any target can hold.
pub const LEGAL: [&str; 44] = [
    "a",
    "b",
    "Z",
    "items",
    "0",
    "9",
    "-",
    "_",
    ".",
    "~",
    "%20",
    "%2F",
    "%2f",
    "%25",
    "%252F",
    "%2e",
    "%2E%2E",
    "%7E",
    "%7e",
    "%41",
    "%2B",
    "%2b",
    "%3D",
    "%26",
    "%3F",
    "%23",
    "%C3%BC",
    "%c3%bc",
    "%E2%82%AC",
    "%F0%9F%90%A2",
    "%FF",
    "%00",
    "%0A",
    "%C2%A0",
    "$",
    "!",
    "'",
    "(",
    ")",
    "*",
    ",",
    ";",
    ":",
    "@",
];

/// Pieces that no URI can hold, but that people send.
pub const ILLEGAL: [&str; 14] = [
    " ", "ü", "€", "🐢", "\u{a0}", "\"", "<", ">", "\\", "^", "`", "{", "|", "}",
];

pub const BROKEN: [&str; 6] = ["%", "%2", "%zz", "%2z", "%-1", "%%41"];

/// Pieces of a path that normalisation looks at.
pub const SEGMENTS: [&str; 8] = ["", "", ".", "..", "...", ".a", "%2e%2e", "%2F"];

/// Keys that sort differently as they are, encoded, or joined with their values.
pub const KEYS: [&str; 18] = [
    "a",
    "a",
    "A",
    "a-b",
    "a.c",
    "a0",
    "a b",
    "a%20b",
    "a%2Db",
    "a=b",
    "aa",
    "b",
    "",
    "%61",
    "key",
    "Key",
    "x-id",
    "X-Amz-Foo",
];

pub const HOSTS: [&str; 5] = [
    "example.amazonaws.com",
    "examplebucket.s3.amazonaws.com",
    "abc123.execute-api.us-east-1.amazonaws.com",
    "127.0.0.1",
    "[2001:db8::1]",
];

pub const PORTS: [&str; 6] = ["", "", ":443", ":80", ":8443", ":8080"];

pub const NAMES: usize = 32;

pub const HEADER_NAMES: [&str; NAMES] = [
    "Content-Type",
    "content-type",
    "X-Amz-Meta-A",
    "x-amz-meta-a",
    "X-Amz-Target",
    "x-amz-storage-class",
    "Range",
    "Accept",
    "Cache-Control",
    "If-None-Match",
    "My-Header1",
    "my-header1",
    "My-Header-1",
    "Z",
    "User-Agent",
    "X-Amzn-Trace-Id",
    "Connection",
    "Expect",
    "Keep-Alive",
    "TE",
    "Trailer",
    "Upgrade",
    "Proxy-Connection",
    "Traceparent",
    "tracestate",
    "baggage",
    "Date",
    "Proxy-Authenticate",
    "Transfer-Encoding",
    "Sec-WebSocket-Key",
    "X-Amz-User-Agent",
    "x-amz-checksum-mode",
];

/// Pieces of header values.
pub const VALUES: [&str; 22] = [
    "a", "b", "value", "1", "=", ";", ",", "%20", " ", "   ", "\"", "\"a  b\"", "/", "'", "\t",
    " \t ", "  ", "ü", "\u{a0}", "\u{3000}", "\u{0b}", "\u{85}",
];

pub const TOKENS: [&str; 2] = [
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQW==",
    "plain",
];
