//! What people paste: a request in each form, and an answer.

use super::Seeds;

/// Each of them in each form in which a token is put beside it.
pub fn add_pasted(seeds: &mut Seeds) {
    let host = "host: abc123.execute-api.us-east-1.amazonaws.com\nx-amz-date: 20150830T123600Z\n\
        authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/execute-api/aws4_request, \
        SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=00\n\n";
    let lines = "https://example.com/a -X POST -d $'\\x41' -H \"a: b\" --data-binary @<(printf %b '\\0101')";
    let answer = "HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\n\r\n{\"message\":\"The request \
        signature we calculated does not match the signature you provided.\"}";
    let more = format!("a?b=c\n{host}body");
    let verbose = "a?b=c\n> Host: example.com\n> \n< HTTP/2 403 \n< a: b\n< \nno";
    for choice in 0..8_u8 {
        let text = match choice {
            2 => lines,
            4 => verbose,
            _ => &more,
        };
        let seed = [&[choice], text.as_bytes(), b"\0", answer.as_bytes()].concat();
        seeds.insert(("pasted_text", seed));
    }
    // Without a token beside it, as the first thing that is done with it.
    let har = r#"{"log":{"entries":[{"request":{"method":"GET","url":"https://a.example/","headers":[]}}]}}"#;
    let curl = "curl 'https://a.example/' \\\n -H \"x-amz-security-token: $TOKEN\" -u A:b \\\n \
        --aws-sigv4 aws:amz:us-east-1:s3";
    for text in [
        har,
        curl,
        "> GET / HTTP/1.1\n> \n< HTTP/1.1 403 Forbidden\n< \n",
    ] {
        seeds.insert(("pasted_text", [b"\x05", text.as_bytes()].concat()));
    }
}
