//! What the fuzz targets start from, made from `test-vectors/`.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// (target, bytes), each once.
pub type Seeds = BTreeSet<(&'static str, Vec<u8>)>;

pub fn seeds(project: &Path) -> Seeds {
    let mut seeds = Seeds::new();
    for folder in [
        "aws-v4",
        "s3",
        "iam",
        "accept",
        "reject",
        "accept-v4a",
        "reject-v4a",
    ] {
        for entry in std::fs::read_dir(project.join("test-vectors").join(folder)).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            let vector: Value = serde_json::from_str(&text).unwrap();
            let signed = ["header", "query"].map(|form| &vector[form]["signed_request"]);
            for lines in signed.into_iter().chain([&vector["request"]]) {
                if let Some(lines) = lines.as_array() {
                    let lines = lines.iter().map(|line| line.as_str().unwrap());
                    add_request(&mut seeds, &lines.collect::<Vec<_>>());
                }
            }
        }
    }
    add_credentials(&mut seeds);
    add_answers(&mut seeds);
    add_refusals(&mut seeds, project);
    add_hosts(&mut seeds, project);
    add_forms(&mut seeds, project);
    add_profiles(&mut seeds, project);
    add_streams(&mut seeds, project);
    add_messages(&mut seeds, project);
    add_calls(&mut seeds, project);
    seeds
}

/// Calls of STS that somebody else signed.
fn add_calls(seeds: &mut Seeds, project: &Path) {
    let folder = project.join("test-vectors/tokens-verify");
    let files = |kind| {
        let entries = std::fs::read_dir(folder.join(kind)).unwrap();
        entries.map(|entry| {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            serde_json::from_str::<Value>(&text).unwrap()
        })
    };
    let mut add = |target, choice: &[u8], text: &str| {
        // Of what is too long one is enough.
        if text.len() < 2_000 {
            seeds.insert((target, [choice, text.as_bytes()].concat()));
        }
    };
    for vector in files("eks") {
        add("eks_token", b"\0", vector["token"].as_str().unwrap());
        if let Some(url) = vector["url"].as_str() {
            add("eks_token", b"\x01", url);
        }
    }
    for vector in files("sts-identity") {
        if let Some(headers) = vector["headers"].as_str() {
            let lines = [
                "POST",
                "https://sts.us-east-1.amazonaws.com/",
                "Action=GetCallerIdentity&Version=2011-06-15",
                headers,
            ];
            add("sts_identity", b"", &lines.join("\n"));
        }
    }
}

/// What servers read differently, and what they do not.
fn add_messages(seeds: &mut Seeds, project: &Path) {
    for folder in ["refused", "taken"] {
        let folder = project.join("tests/proxy/smuggling").join(folder);
        for entry in std::fs::read_dir(folder).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            if bytes.len() < 1_000 {
                seeds.insert(("proxy_guard", bytes));
            }
        }
    }
}

/// Short bodies with a flaw each, and messages.
fn add_streams(seeds: &mut Seeds, project: &Path) {
    let files = |folder| {
        let entries = std::fs::read_dir(project.join("test-vectors").join(folder)).unwrap();
        entries.map(|entry| {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            serde_json::from_str::<Value>(&text).unwrap()
        })
    };
    for vector in files("streaming-reject") {
        let parts = vector["body"].as_array().unwrap().iter();
        let Some(body) = parts.map(Value::as_str).collect::<Option<String>>() else {
            continue;
        };
        for choice in [b"\0", b"\x01", b"\x02"] {
            seeds.insert(("decode_chunks", [choice, body.as_bytes()].concat()));
        }
    }
    for vector in files("event-messages") {
        let digits = vector["hex"].as_str().unwrap();
        seeds.insert(("read_messages", hex::decode(digits).unwrap()));
    }
    // Parts of any length: a fuzzer finds what they are.
    for length in [40, 400, 4_000] {
        let bytes = |by: usize| (0..length).map(|index| (index * by % 256) as u8).collect();
        for target in ["sign_chunks", "verify_events"] {
            seeds.extend([1, 7, 255].map(|by| (target, bytes(by))));
        }
    }
}

fn add_request(seeds: &mut Seeds, lines: &[&str]) {
    let whole = lines.join("\n");
    let (line, rest) = whole.split_once('\n').unwrap_or((&whole, ""));
    let (_, target) = line.split_once(' ').unwrap();
    let target = target.strip_suffix(" HTTP/1.1").unwrap_or(target);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (headers, _) = rest.split_once("\n\n").unwrap_or((rest, ""));
    let mut add = |target, bytes: &[u8]| seeds.insert((target, bytes.to_vec()));
    add("canonical_path", path.trim_start_matches('/').as_bytes());
    add("canonical_query", query.as_bytes());
    add("canonical_headers", headers.as_bytes());
    if query.contains("X-Amz-Signature=") {
        add("parse_presigned", query.as_bytes());
    }
    for header in headers.lines() {
        if let Some(("Authorization", value)) = header.split_once(':') {
            add("parse_authorization", value.trim().as_bytes());
        }
        if let Some(("X-Amz-Region-Set", value)) = header.split_once(':') {
            add("region_set", value.as_bytes());
        }
        if let Some((_, digits)) = header.split_once("Signature=30") {
            add("ecdsa_signature", ["30", digits].concat().as_bytes());
        }
    }
    add("verify_request", whole.as_bytes());
    if whole.contains("AWS4-ECDSA") {
        add("sigv4a_claims", whole.as_bytes());
    }
    let structured = [b"\0", whole.as_bytes()].concat();
    add("sign_verify", &structured);
    add("against_reference", &structured);
}

/// The files of AWS's vectors, and profiles of each kind.
fn add_profiles(seeds: &mut Seeds, project: &Path) {
    let vectors = "test-vectors/aws-sdk-credentials/profile-parser-tests.json";
    let vectors = std::fs::read_to_string(project.join(vectors)).unwrap();
    let vectors: Value = serde_json::from_str(&vectors).unwrap();
    for test in vectors["tests"].as_array().unwrap() {
        for (choice, file) in [(b"\0", "configFile"), (b"\x01", "credentialsFile")] {
            if let Some(text) = test["input"][file].as_str() {
                seeds.insert(("profile_files", [choice, text.as_bytes()].concat()));
            }
        }
    }
    let kinds = "[profile a]\nrole_arn = arn:a\nsource_profile = b\nduration_seconds = 900\n\
                 [profile b]\naws_access_key_id = A\naws_secret_access_key = s\n\
                 [profile c]\nsso_session = d\nsso_account_id = 1\nsso_role_name = r\n\
                 [sso-session d]\nsso_region = r\nsso_start_url = u\n\
                 [profile e]\ncredential_process = x\n[profile f]\nlogin_session = arn:a\n\
                 [profile g]\nrole_arn = arn:a\nweb_identity_token_file = t\n\
                 [profile h]\nrole_arn = arn:a\ncredential_source = Environment\n";
    seeds.insert(("profile_files", [b"\0", kinds.as_bytes()].concat()));
}

fn add_credentials(seeds: &mut Seeds) {
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

fn add_answers(seeds: &mut Seeds) {
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
fn add_refusals(seeds: &mut Seeds, project: &Path) {
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

/// As they came, and with their policies to be signed.
fn add_forms(seeds: &mut Seeds, project: &Path) {
    let mut add = |kind: &[u8], lines: &[String]| {
        let seed = [kind, lines.join("\n").as_bytes()].concat();
        seeds.insert(("post_forms", seed));
    };
    // Of the flaws, some: many are of one kind.
    for (folder, step) in [("post-policy-accept", 1), ("post-policy-reject", 5)] {
        let entries = std::fs::read_dir(project.join("test-vectors").join(folder)).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths.into_iter().step_by(step) {
            let text = std::fs::read_to_string(path).unwrap();
            let vector: Value = serde_json::from_str(&text).unwrap();
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let mut lines = vec![text(&vector["bucket"]), text(&vector["file_name"])];
            let fields = vector["fields"].as_array().unwrap().iter();
            let fields = fields.map(|field| (text(&field[0]), text(&field[1])));
            let (proof, own): (Vec<_>, Vec<_>) = fields.partition(|(name, _)| {
                name.starts_with("x-amz-") && !name.contains("meta") || name == "policy"
            });
            let line = |(name, value): &(String, String)| format!("{name}={value}");
            lines.extend(own.iter().map(line));
            add(
                b"\0",
                &[lines.clone(), proof.iter().map(line).collect()].concat(),
            );
            let policy = proof.iter().find(|(name, _)| name == "policy");
            let policy = policy.and_then(|(_, policy)| {
                use base64::Engine;
                let policy = base64::engine::general_purpose::STANDARD
                    .decode(policy)
                    .ok()?;
                String::from_utf8(policy).ok()
            });
            let policy = policy.unwrap_or_default().replace(['\n', '\r'], " ");
            add(b"\x01", &[lines, vec![policy]].concat());
        }
    }
}

/// Each host that is made for a resource, some of the models', and one that is none.
fn add_hosts(seeds: &mut Seeds, project: &Path) {
    seeds.insert(("resolve_endpoint", b"\0s3.eu`1.wasabisys.com".to_vec()));
    for (table, step) in [
        ("resources.tsv", 1),
        ("refused.tsv", 1),
        ("partitions.tsv", 100),
    ] {
        let text = std::fs::read_to_string(project.join("test-vectors/endpoints").join(table));
        let text = text.unwrap();
        let rows = text.lines().filter(|line| !line.starts_with('#'));
        for row in rows.step_by(step) {
            let url = row.split('\t').next().unwrap();
            let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
            let scheme = u8::from(scheme == "wss");
            seeds.insert(("resolve_endpoint", [&[scheme], rest.as_bytes()].concat()));
        }
    }
}
