//! What arrives at a service.

use super::example::{HOST, get};
use super::lines::{borrowed, header_lines};
use super::services::SERVICES;
use sigv4::{Authorization, Claim, Payload, Policy, Request};

/// What is read is written as it would be read again.
pub fn parse_authorization(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(authorization) = Authorization::parse(&text) {
        let written = authorization.to_string();
        assert_eq!(Authorization::parse(&written).unwrap(), authorization);
    }
}

pub fn parse_presigned(data: &[u8]) {
    let target = format!("/?{}", String::from_utf8_lossy(data));
    let headers = [HOST];
    if let Ok(claim) = Claim::from_request(&get(&target, &headers)) {
        assert!((1..=604_800).contains(&claim.expires().unwrap()));
        assert_eq!(claim.scope().date(), claim.at().date());
    }
}

/// Without the key nothing is accepted.
pub fn verify_request(data: &[u8]) {
    arrived(data, |request| {
        let Ok(claim) = Claim::from_request(request) else {
            return;
        };
        for service in SERVICES {
            let mut policy = Policy::new(&["us-east-1"], service);
            policy.both_query_plus = true;
            policy.both_algorithms = true;
            assert!(claim.verify(None, request, &policy, claim.at()).is_err());
            let _ = claim.stages(request, &policy);
        }
    });
}

/// A request as it arrives: request line, headers, empty line, body.
pub fn arrived(data: &[u8], look: impl FnOnce(&Request<'_>)) {
    let end = data.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = end.map_or((data, &b""[..]), |end| (&data[..end], &data[end + 2..]));
    let first = head
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(head.len());
    let line = String::from_utf8_lossy(&head[..first]);
    let line = line.strip_suffix(" HTTP/1.1").unwrap_or(&line);
    let (method, target) = line.split_once(' ').unwrap_or((line, "/"));
    let lines = header_lines(&head[first..]);
    let headers = borrowed(&lines);
    look(&Request {
        method,
        target,
        headers: &headers,
        payload: Payload::Bytes(body),
    });
}
