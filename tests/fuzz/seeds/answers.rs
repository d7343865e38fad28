//! What services answer.

use super::Seeds;
use serde_json::{Value, json};
use std::path::Path;

pub fn add_credentials(seeds: &mut Seeds) {
    let whole = json!({
        "Version": 1, "AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "secret",
        "SessionToken": "token", "Expiration": "2030-01-01T00:00:00Z",
    });
    let target = "parse_credentials_response";
    seeds.insert((target, whole.to_string().into()));
    for field in whole.as_object().unwrap().keys() {
        let mut without = whole.clone();
        without.as_object_mut().unwrap().remove(field);
        let mut other_type = whole.clone();
        other_type[field] = json!([7]);
        seeds.extend([without, other_type].map(|value| (target, value.to_string().into())));
    }
}

pub fn add_answers(seeds: &mut Seeds) {
    let mismatch = "The request signature we calculated does not match the signature you provided.";
    let canonical = "GET\n/prod/items\na=b%2520c\nhost:example.com\nx-amz-date:20150830T123600Z\n\n\
                     host;x-amz-date\n\
                     e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let to_sign = "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/execute-api/aws4_request\n\
                   0000000000000000000000000000000000000000000000000000000000000000";
    let long = format!(
        "{mismatch}\n\nThe Canonical String for this request should have been\n'{canonical}'\n\n\
         The String-to-Sign should have been\n'{to_sign}'\n"
    );
    let answers = [
        json!({ "message": long }).to_string(),
        json!({ "message": mismatch }).to_string(),
        json!({ "message": "Missing Authentication Token" }).to_string(),
        json!({ "message": "Credential should be scoped to a valid region. " }).to_string(),
        json!({ "message": "Signature expired: 20150830T123600Z is now earlier than \
                            20150830T124100Z (20150830T124600Z - 5 min.)" })
        .to_string(),
        json!({ "Message": "User: arn:aws:iam::123456789012:user/a is not authorized to perform: \
                            execute-api:Invoke on resource: \
                            arn:aws:execute-api:us-east-1:********9012:a/prod/GET/items" })
        .to_string(),
        format!(
            "<?xml version='1.0'?><Error><Code>SignatureDoesNotMatch</Code><Message>{mismatch}\
             </Message><StringToSign>{to_sign}</StringToSign><CanonicalRequest>{canonical}\
             </CanonicalRequest></Error>"
        ),
        "<Error><Code>RequestTimeTooSkewed</Code><RequestTime>20150830T123600Z</RequestTime>\
         <ServerTime>2015-08-30T13:36:00Z</ServerTime></Error>"
            .into(),
        "<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region 'us-east-1' is \
         wrong; expecting 'eu-west-1'</Message><Region>eu-west-1</Region></Error>"
            .into(),
    ];
    for answer in answers {
        seeds.insert(("explain_response", [b"\x03", answer.as_bytes()].concat()));
    }
}

/// Recorded answers, and some that quote what was sent (`tests/fuzz/bodies/quoting.rs`).
pub fn add_refusals(seeds: &mut Seeds, project: &Path) {
    let mut refusals = Vec::new();
    let mut add = |status: u8, head: &str, body: &[u8]| {
        let seed = [&[status][..], head.as_bytes(), b"\n\n", body].concat();
        refusals.push(("client_refusal", seed));
    };
    for entry in std::fs::read_dir(project.join("test-vectors/answers")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let recorded: Value = serde_json::from_str(&text).unwrap();
        let headers = recorded["headers"].as_object().unwrap().iter();
        let lines: Vec<_> = headers
            .map(|(name, value)| format!("{name}:{}", value.as_str().unwrap()))
            .collect();
        let status = match recorded["status"].as_u64() {
            Some(400) => 0,
            Some(401) => 1,
            Some(404) => 3,
            Some(429) => 6,
            Some(500..) => 7,
            _ => 2,
        };
        let body = recorded["body"].as_str().unwrap();
        add(status, &lines.join("\n"), body.as_bytes());
        let kind = recorded["headers"]["x-amzn-errortype"].as_str();
        let explained = ["\x03", kind.unwrap_or_default(), "\n", body].concat();
        seeds.insert(("explain_response", explained.into()));
    }
    let bodies: [&[u8]; 11] = [
        b"{\"message\":\"you sent \xff and \xfe\"}",
        b"{\"message\":\"you sent \xfc\",\"detailedMessage\":\"or %2574O%2FE%2Bn\"}",
        b"{\"__type\":\"a#\xfb:b\",\"Message\":\"tO\\u002fE+n0123456789\\u003d=\"}",
        b"<Error><Code>\xfa</Code><Message>&amp;#x74;O&sol;E&plus;n0123456789==</Message></Error>",
        b"<Error><Code>SignatureDoesNotMatch</Code><StringToSign>\xf9</StringToSign>\
          <CanonicalRequest>GET\n/\n\nx-amz-security-token:\xff\n</CanonicalRequest></Error>",
        b"<Error><HeadersNotSigned>a, \xff,\xfe , \xfc</HeadersNotSigned></Error>",
        b"\xfd\xfd\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        b"{\"message\":\"tO/E+n01\\n23456789==\",\"reason\":\"tO/E+n01\\\\n23456789==\"}",
        b"\xfd\xfd\xfd",
        b"{\"message\":\"\xfd\xfd\xfd\xfd\xfd\xfd\xfd\xfd\xfd\xfd\xfd\xfd\xfd\xfd\xfd\xfd\xfd\xfd",
        b"",
    ];
    for body in bodies {
        add(2, "x-amzn-requestid:\nx-amz-bucket-region:eu-west-1", body);
    }
    add(
        4,
        "location:https://example.com/?X-Amz-Security-Token=tO%2FE",
        b"",
    );
    add(6, "retry-after:2\ndate:Sun, 30 Aug 2015 12:36:00 GMT", b"");
    seeds.extend(refusals);
}
