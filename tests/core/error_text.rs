//! The text and the layer of each error.

use sigv4::{Error, Layer, Timestamp};

/// `layer: variant => text;`
macro_rules! texts {
    ($($layer:ident: $variant:ident $({ $($field:tt)* })? => $text:literal;)*) => {
        vec![$((Error::$variant $({ $($field)* })?, $text, Layer::$layer)),*]
    };
}

/// Each variant, its text and its layer.
fn texts() -> Vec<(Error, &'static str, Layer)> {
    let signed = Timestamp::parse("20150830T123600Z").unwrap();
    let now = Timestamp::parse("20150830T133600Z").unwrap();
    let (position, index, count, limit) = (12, 3, 101, 100);
    texts! {
        Parse: InvalidMethod { position } => "method: empty, or no HTTP token at byte 12";
        Parse: TargetNotAbsolute => "request target does not start with '/'";
        Parse: ControlInTarget { position } => "request target: control character at byte 12";
        Signing: TargetTooLong { limit } => "request target is longer than 100 bytes";
        Parse: MalformedEscape { position } =>
            "request target: '%' without two hexadecimal digits at byte 12";
        Parse: InvalidHeaderName { index } => "header 3: the name is no HTTP token";
        Parse: InvalidHeaderValue { index, position } =>
            "header 3: CR, LF or NUL in the value at byte 12";
        Parse: NonAsciiHeaderValue { index, position } =>
            "header 3: non-ASCII byte in the value at byte 12";
        Header: MissingHost => "no host header";
        Header: RepeatedHost => "more than one host header";
        Header: HostDiffers => "the host header is not the host of the URI";
        Signing: AuthorizationAlreadySet => "the request has an authorization header already";
        Signing: DateAlreadySet => "the request has an x-amz-date header already";
        Signing: SecurityTokenAlreadySet => "the request has a session token header already";
        Signing: RegionSetAlreadySet => "the request has an x-amz-region-set header already";
        Signing: ContentSha256Differs =>
            "x-amz-content-sha256 differs from the hash of the payload";
        Signing: SigningParameterAlreadySet { position } =>
            "the request target has a signing parameter already at byte 12";
        Parse: EmptyAccessKeyId => "the access key id is empty";
        Parse: InvalidAccessKeyId { position } => "access key id: character not allowed at byte 12";
        Signing: EmptySecretAccessKey => "the secret access key is empty";
        Signing: InvalidSessionToken { position } =>
            "session token: empty, or no visible ASCII character at byte 12";
        Parse: EmptyRegion => "the region is empty";
        Parse: InvalidRegion { position } => "region: character not allowed at byte 12";
        Parse: InvalidRegionSet { position } =>
            "region set: no region, or a '*' that is not its end, at byte 12";
        Signing: NoSigningKey => "no key can be derived from the secret access key";
        Parse: InvalidPublicKey => "no public key: not a point of P-256";
        Parse: EmptyService => "the service is empty";
        Parse: InvalidService { position } => "service: character not allowed at byte 12";
        Parse: InvalidTimestamp { position } =>
            "no date and time of the form YYYYMMDD'T'HHMMSS'Z' at byte 12";
        Signing: TimeOutOfRange { unix_seconds: -1 } =>
            "unix time -1 s is outside the years 0 to 9999";
        Parse: ExpiresOutOfRange { seconds: 0, limit: 100 } =>
            "expires after 0 s: allowed are 1 to 100 s";
        Payload: UnsignedPayloadRefused => "this service does not accept UNSIGNED-PAYLOAD";
        Parse: UnsupportedAlgorithm => "the algorithm of the signature is not accepted";
        Parse: MalformedAuthorization { position } =>
            "authorization: no known name=value, or one twice, at byte 12";
        Parse: MissingCredential => "no credential";
        Parse: MissingSignedHeaders => "no list of signed headers";
        Parse: MissingSignature => "no signature";
        Parse: MalformedCredential { parts: 4, expected: 5 } =>
            "credential: 4 parts where there should be 5";
        Parse: InvalidScopeDate => "credential scope: no date YYYYMMDD";
        Parse: WrongTerminator => "credential scope: does not end in aws4_request";
        Parse: InvalidSignedHeader { position } =>
            "signed headers: no lower-case header name at byte 12";
        Parse: UnsortedSignedHeaders { position } =>
            "signed headers: not sorted, or repeated, at byte 12";
        Parse: MalformedSignature => "the signature is not 64 lower-case hexadecimal digits";
        Parse: MalformedEcdsaSignature =>
            "the signature is no DER of two numbers of P-256 in lower-case hexadecimal digits";
        Parse: NotSigned => "the request carries no signature";
        Parse: MixedForms => "an authorization header and signing parameters at once";
        Parse: RepeatedAuthorization => "more than one authorization header";
        Parse: RepeatedSigningHeader { index } => "header 3: a second one of its name";
        Parse: RepeatedSigningParameter { position } =>
            "request target: a second signing parameter of its name at byte 12";
        Parse: InvalidSigningParameter { position } =>
            "request target: signing parameter without UTF-8 text at byte 12";
        Parse: MissingAlgorithm => "no X-Amz-Algorithm";
        Parse: MissingDate => "no x-amz-date, and no date";
        Parse: MissingExpires => "no X-Amz-Expires";
        Parse: MissingRegionSet => "no x-amz-region-set";
        Parse: MalformedExpires => "X-Amz-Expires is no decimal number";
        Scope: ScopeDateDiffers => "the date of the credential scope is not that of x-amz-date";
        Scope: WrongRegion => "the credential is scoped to another region";
        Scope: RegionNotInSet => "the region set has none of the expected regions";
        Scope: WrongService => "the credential is scoped to another service";
        Freshness: Expired { signed, now, limit: 100 } =>
            "signed at 20150830T123600Z, too old at 20150830T133600Z: allowed are 100 s";
        Freshness: NotYetCurrent { signed, now, limit: 100 } =>
            "signed at 20150830T123600Z, in the future at 20150830T133600Z: allowed are 100 s";
        Header: SignedHeaderMissing { index } => "signed header 3 is not in the request";
        Header: HostNotSigned => "host is not signed";
        Header: DateNotSigned { index } =>
            "header 3: the date of the signature, which is not signed";
        Header: RegionSetNotSigned { index } => "header 3: the region set, which is not signed";
        Parse: TargetNotAsSent { position } =>
            "request target: not spelt as a signer sends it at byte 12";
        Header: AmzHeaderNotSigned { index } => "header 3: an x-amz-* header that is not signed";
        Header: ContentTypeNotSigned { index } => "header 3: content-type is not signed";
        Payload: MissingContentSha256 => "no x-amz-content-sha256";
        Payload: UnsupportedContentSha256 =>
            "x-amz-content-sha256 is neither a lower-case SHA-256 nor UNSIGNED-PAYLOAD";
        Payload: SignedPayloadRefused => "this service accepts UNSIGNED-PAYLOAD only";
        Payload: PayloadDiffers => "the body does not have the stated hash";
        Payload: PayloadUnknown => "the body is signed, but was not given";
        Payload: StreamingPayloadRefused =>
            "this service does not accept this kind of streaming payload";
        Signing: MissingAwsChunked => "no content-encoding says aws-chunked";
        Payload: MissingDecodedContentLength => "no x-amz-decoded-content-length";
        Payload: MalformedDecodedContentLength { index } =>
            "header 3: x-amz-decoded-content-length is no decimal number below 2^64";
        Payload: MissingTrailerNames => "no x-amz-trailer";
        Payload: UnexpectedTrailerNames { index } =>
            "header 3: x-amz-trailer, and x-amz-content-sha256 says that there is none";
        Payload: InvalidTrailerName { index, position } =>
            "header 3: no lower-case name of a trailer, or one twice, at byte 12";
        Payload: TooManyTrailerNames { limit } => "x-amz-trailer: allowed are 100 names";
        Payload: ChecksumAlgorithmDiffers { index } =>
            "header 3: x-amz-sdk-checksum-algorithm is not the one of x-amz-trailer";
        Limit: TooManyHeaders { count, limit } => "101 headers: allowed are 100";
        Limit: TooManyParameters { count, limit } => "101 query parameters: allowed are 100";
        Limit: HeadTooLarge { bytes: 70_000, limit } =>
            "70000 bytes of target and headers: allowed are 100";
        Signature: SignatureMismatch => "the signature does not match";
    }
}

/// The variants that stand in the source, so that a new one is missed here.
fn variants() -> Vec<&'static str> {
    let source = include_str!("../../src/error/mod.rs");
    let (_, rest) = source.split_once("pub enum Error {\n").unwrap();
    let (body, _) = rest.split_once("\n}\n").unwrap();
    let names = body.lines().filter_map(|line| {
        let name = line.strip_prefix("    ")?;
        let name = name.trim_end_matches([',', '{', ' ']);
        name.starts_with(|first: char| first.is_ascii_uppercase())
            .then_some(name)
    });
    names.collect()
}

#[test]
fn every_error_has_its_text() {
    let texts = texts();
    let named: Vec<_> = texts
        .iter()
        .map(|(error, ..)| {
            let debug = format!("{error:?}");
            debug.split([' ', '{']).next().unwrap().to_owned()
        })
        .collect();
    assert_eq!(named, variants());
    for (error, text, layer) in &texts {
        assert_eq!(&error.to_string(), text, "{error:?}");
        assert_eq!(error.layer(), *layer, "{error:?}");
    }
    let mut all: Vec<_> = texts.iter().map(|(_, text, _)| *text).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), texts.len(), "two errors with the same text");
}
