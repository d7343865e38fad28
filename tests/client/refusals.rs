//! What services say when they refuse, and what it means.

use crate::fault::{Row, answer, close_after, row, thrice};
use crate::server::{SECRET, TOKEN};

#[rustfmt::skip]
pub(crate) fn refusals() -> Vec<Row> {
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
