//! What services say when they refuse, and what it means.

use crate::fault::{Row, answer, builder, close_after, outcome, row, thrice};
use crate::server::{Server, TOKEN};
use sigv4::Credentials;

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.";

#[rustfmt::skip]
pub(crate) fn refusals() -> Vec<Row> {
    let denied = "{\"Message\":\"User: arn:aws:iam::1:user/a is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********1234:abc/prod/GET/items with an explicit deny in an identity-based policy\"}";
    let short = r#"{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}"#;
    let long = r#"{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'GET\n/prod/items\nit='s\n\nhost:x\nx-amz-security-token:tOkEn+ofTheFaultServer/0123456789==\n\nhost\ne3b0'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20130524T000000Z'\n"}"#;
    let typed = |kind: &str| format!("x-amzn-ErrorType: {kind}\r\nx-amzn-RequestId: r-1\r\n");
    let forbidden = |kind: &str, body: &str| answer("403 Forbidden", &typed(kind), body);
    let secrets = format!(r#"{{"message":"you sent {TOKEN} and {TOKEN}"}}"#);
    // The body is cut in the middle of the token.
    let padding = " ".repeat(64 * 1024 - 20);
    let half = format!("{padding}{TOKEN}");
    let endless = format!(r#"{{"message":"{}"}}"#, "ä".repeat(10_000));
    vec![
        row("a policy says no", vec![forbidden("AccessDeniedException", denied)], "NotAuthorized execute-api:Invoke arn:aws:execute-api:us-east-1:********1234:abc/prod/GET/items", 1),
        row("S3 says no", vec![answer("403 Forbidden", "", "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>")], "NotAuthorized - -", 1),
        row("an identity's quoted resource", vec![answer("403 Forbidden", "", "<Error><Code>AccessDenied</Code><Message>User: x is not authorized to perform: s3:ListBucket on resource: \"arn:aws:s3:::b\" because no policy allows it</Message></Error>")], "NotAuthorized s3:ListBucket arn:aws:s3:::b", 1),
        row("another signature, in full", vec![forbidden("InvalidSignatureException", long)], "SignatureMismatch GET|/prod/items|it='s||host:x|x-amz-security-token:[redacted]||host|e3b0 / AWS4-HMAC-SHA256|20130524T000000Z", 1),
        row("another signature, in short", vec![forbidden("InvalidSignatureException", short)], "SignatureMismatch - / -", 1),
        row("another signature, without a type", vec![answer("403 Forbidden", "", short)], "SignatureMismatch - / -", 1),
        row("another signature, from S3", vec![answer("403 Forbidden", "", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message><StringToSign>AWS4&#10;a &lt; b</StringToSign><CanonicalRequest>GET\n/</CanonicalRequest></Error>")], "SignatureMismatch GET|/ / AWS4|a < b", 1),
        row("another region's scope", vec![forbidden("InvalidSignatureException", r#"{"message":"Credential should be scoped to a valid region. "}"#)], "WrongRegion -", 1),
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
        row("Neptune's word for any refusal", vec![answer("403 Forbidden", "", &format!(r#"{{"requestId":"r","code":"AccessDeniedException","detailedMessage":"{MISMATCH}"}}"#))], "SignatureMismatch - / -", 1),
        row("Neptune's, in two messages", vec![answer("403 Forbidden", "", &format!(r#"{{"code":"AccessDeniedException","message":"no","detailedMessage":"{MISMATCH}"}}"#))], "SignatureMismatch - / -", 1),
        row("Neptune's, of a token", vec![answer("403 Forbidden", "", r#"{"code":"AccessDeniedException","detailedMessage":"The security token included in the request is expired"}"#)], "CredentialsRejected expired", 1),
        row("a header that was not signed, at S3", vec![answer("403 Forbidden", "", "<Error><Code>AccessDenied</Code><Message>There were headers present in the request which were not signed</Message><HeadersNotSigned>x-amz-acl, x-amz-meta-a</HeadersNotSigned></Error>")], r#"HeadersNotSigned ["x-amz-acl", "x-amz-meta-a"]"#, 1),
        row("no such route, to a HEAD", vec![answer("403 Forbidden", "x-amzn-ErrorType: MissingAuthenticationTokenException\r\n", "")], "UnknownRoute", 1),
        row("the wrong region, in S3's words", vec![answer("400 Bad Request", "", "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'</Message></Error>")], "WrongRegion eu-west-1", 1),
        row("the wrong region, at R2", vec![answer("400 Bad Request", "", "<Error><Code>InvalidRegionName</Code><Message>The region name 'us-east-1' is not valid. Must be one of: wnam, enam, weur, eeur, apac, auto</Message></Error>")], "WrongRegion -", 1),
        row("the wrong region, to a HEAD of S3", vec![answer("400 Bad Request", "x-amz-bucket-region: eu-west-1\r\n", "")], "WrongRegion eu-west-1", 1),
        row("the right region, to a HEAD of S3", vec![answer("400 Bad Request", "x-amz-bucket-region: us-east-1\r\n", "")], "Status 400 - ", 1),
        row("a malformed header, at S3", vec![answer("400 Bad Request", "x-amz-bucket-region: us-east-1\r\n", "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; no key.</Message></Error>")], "Status 400 AuthorizationHeaderMalformed The authorization header is malformed; no key.", 1),
        row("the wrong service", vec![forbidden("InvalidSignatureException", r#"{"message":"Credential should be scoped to correct service: 'es'. "}"#)], "WrongService es", 1),
        row("the wrong service, at S3", vec![answer("400 Bad Request", "", "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; incorrect service \"execute-api\". This endpoint belongs to \"s3\".</Message></Error>")], "WrongService s3", 1),
        row("expired, by the code of another fault", vec![answer("403 Forbidden", "", "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>Signature expired: 20130524T000000Z is now earlier than 20130524T000001Z (20130524T001501Z - 15 min.)</Message></Error></ErrorResponse>")], "ClockSkew 20130524T001501Z", 1),
        row("a scope of another day, by the code of another fault", vec![answer("403 Forbidden", "", "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20130523' != '20130524', from '20130524T000000Z'.</Message></Error></ErrorResponse>")], "Status 403 SignatureDoesNotMatch 140 bytes", 1),
        row("no such operation, by the code of a denial", vec![forbidden("AccessDeniedException", r#"{"Message":"Unable to determine service/operation name to be authorized"}"#)], "Status 403 AccessDeniedException Unable to determine service/operation name to be authorized (r-1)", 1),
        row("no time, by the code of a denial", vec![answer("403 Forbidden", "", "<Error><Code>AccessDenied</Code><Message>AWS authentication requires a valid Date or x-amz-date header</Message></Error>")], "Status 403 AccessDenied AWS authentication requires a valid Date or x-amz-date header", 1),
        row("expired, by the code of a denial", vec![answer("403 Forbidden", "", "<Error><Code>AccessDenied</Code><Message>Request has expired</Message><ServerTime>2013-05-24T00:20:00Z</ServerTime></Error>")], "ClockSkew 20130524T002000Z", 1),
        row("not yet valid, by the code of a denial", vec![answer("403 Forbidden", "", "<Error><Code>AccessDenied</Code><Message>Request is not yet valid</Message></Error>")], "ClockSkew -", 1),
        row("expired, in an application's words", vec![answer("403 Forbidden", "", r#"{"message":"Request has expired"}"#)], "Status 403 - Request has expired", 1),
        row("a wrong signature, in another's words", vec![answer("403 Forbidden", "", "<Error><Code>SignatureDoesNotMatch</Code><Message>Signature validation failed</Message></Error>")], "SignatureMismatch - / -", 1),
        row("a service's own words for a wrong signature", vec![answer("403 Forbidden", "", "<Error><Code>SignatureDoesNotMatch</Code></Error>")], "SignatureMismatch - / -", 1),
        row("the code of a query service, in a header", vec![answer("400 Bad Request", "x-amzn-query-error: InvalidClientTokenId;Sender\r\n", r#"{"__type":"com.amazonaws.sqs#X","message":"m"}"#)], "CredentialsRejected", 1),
        row("an unknown key, at AppSync", vec![answer("401 Unauthorized", "", r#"{"errors":[{"errorType":"UnrecognizedClientException","message":"m"}]}"#)], "CredentialsRejected", 1),
        row("no role, at OpenSearch", vec![answer("403 Forbidden", "", r#"{"error":{"root_cause":[],"type":"security_exception","reason":"no permissions for [indices:data/read/search]"},"status":403}"#)], "NotAuthorized - -", 1),
        row("a function's URL", vec![answer("403 Forbidden", "", r#"{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}"#)], "NotAuthorized - -", 1),
        row("the words of another refusal in a 404", vec![answer("404 Not Found", "", r#"{"message":"no item 'Signature expired'"}"#)], "Status 404 - no item 'Signature expired'", 1),
        row("half a secret that comes back", vec![answer("400 Bad Request", "", &half)], "Status 400 - [redacted]", 1),
        row("a message that moves the cursor", vec![answer("400 Bad Request", "", "{\"message\":\"a\\u009b2Kb\\nERROR c\\u001b[2J\"}")], "Status 400 - a 2Kb ERROR c [2J", 1),
        row("secrets that come back", vec![answer("400 Bad Request", "", &secrets)], "Status 400 - you sent [redacted] and [redacted]", 1),
        row("an endless message", vec![answer("400 Bad Request", "", &endless)], "Status 400 - 8192 bytes", 1),
    ]
}

/// Where it is not API Gateway that answers, the same words mean that nothing was signed.
#[test]
fn a_signature_that_was_lost() {
    let iam = "<ErrorResponse><Error><Code>MissingAuthenticationToken</Code><Message>Request is missing Authentication Token</Message></Error></ErrorResponse>";
    for (body, lost) in [
        (
            r#"{"message":"Missing Authentication Token"}"#,
            "SignatureLost Missing Authentication Token",
        ),
        (iam, "SignatureLost Request is missing Authentication Token"),
    ] {
        let server = Server::script(vec![
            answer("403 Forbidden", "", body),
            answer("403 Forbidden", "x-amz-apigw-id: x\r\n", body),
        ]);
        let client = builder(&server).service("aps").build().unwrap();
        assert_eq!(outcome(&client.get("/items").send()), lost);
        assert_eq!(outcome(&client.get("/items").send()), "UnknownRoute");
    }
}

/// A word that happens to be the session token of a test takes nothing away.
#[test]
fn a_token_of_one_letter() {
    let server = Server::script(vec![answer(
        "403 Forbidden",
        "",
        r#"{"message":"The security token included in the request is expired"}"#,
    )]);
    let credentials = Credentials::new("AKID", "secret").with_session_token("s");
    let client = builder(&server).credentials(credentials).build().unwrap();
    let error = client.get("/items").send().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the credentials have expired: The security token included in the request is expired"
    );
}
