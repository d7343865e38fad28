//! The guard on the wire, against readers that take more than it does.

use sigv4::proxy::{Limits, message_end};

/// What the guard takes for a message, others do, too, and end it at the same byte; what it still waits
/// for is no whole message to them. What it refuses may be anything.
pub fn proxy_guard(data: &[u8]) {
    let limits = Limits::default();
    if data.starts_with(b"PRI * HTTP/2.0\r\n") {
        return;
    }
    let Ok(end) = message_end(data, &limits) else {
        return;
    };
    assert_eq!(read(data), end.ok_or(()), "{end:?}");
    if let Some(end) = end {
        assert_eq!(message_end(&data[..end], &limits), Ok(Some(end)));
        assert_eq!(message_end(&data[..end - 1], &limits), Ok(None));
    }
}

/// Where a message ends, by httparse and the words of RFC 9112, 6.3. An error if it does not.
fn read(data: &[u8]) -> Result<usize, ()> {
    // httparse has targets in UTF-8 alone; the guard escapes others.
    let ascii: Vec<u8> = data
        .iter()
        .map(|byte| if byte.is_ascii() { *byte } else { b'a' })
        .collect();
    let mut headers = [httparse::EMPTY_HEADER; 100];
    let mut request = httparse::Request::new(&mut headers);
    let Ok(httparse::Status::Complete(head)) = request.parse(&ascii) else {
        return Err(());
    };
    let values = |name: &str| -> Vec<&[u8]> {
        let named = request.headers.iter();
        let named = named.filter(|header| header.name.eq_ignore_ascii_case(name));
        named.map(|header| header.value).collect()
    };
    let hosts = values("host").len();
    assert!(hosts == 1 || (hosts == 0 && request.version == Some(0)));
    let body = &data[head..];
    let length = match (
        &values("content-length")[..],
        &values("transfer-encoding")[..],
    ) {
        ([], []) => 0,
        ([length], []) => std::str::from_utf8(length).unwrap().parse().unwrap(),
        ([], [coding]) => {
            assert!(coding.eq_ignore_ascii_case(b"chunked"));
            chunked(body)?
        }
        other => panic!("{other:?}"),
    };
    if body.len() < length {
        return Err(());
    }
    Ok(head + length)
}

fn chunked(body: &[u8]) -> Result<usize, ()> {
    let mut at = 0;
    loop {
        let size = line(body, &mut at)?;
        let size = usize::from_str_radix(std::str::from_utf8(size).unwrap(), 16).unwrap();
        if size == 0 {
            while !line(body, &mut at)?.is_empty() {}
            return Ok(at);
        }
        at = at
            .checked_add(size)
            .filter(|at| *at <= body.len())
            .ok_or(())?;
        if body.len() < at + 2 {
            return Err(());
        }
        assert_eq!(line(body, &mut at), Ok(&b""[..]));
    }
}

/// Up to the next CRLF.
fn line<'b>(body: &'b [u8], at: &mut usize) -> Result<&'b [u8], ()> {
    let rest = &body[*at..];
    let end = rest.windows(2).position(|two| two == b"\r\n").ok_or(())?;
    *at += end + 2;
    Ok(&rest[..end])
}
