//! Clocks that differ: what is corrected, for whom, and what is not believed.

use crate::fault::{Call, NOW, Row, answer, builder, ok, row};
use crate::server::Server;
use sigv4::Timestamp;
use sigv4::client::ClientError;

#[rustfmt::skip]
pub(crate) fn clocks() -> Vec<Row> {
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
