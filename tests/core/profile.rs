//! The rules of each service.

use sigv4::{Algorithm, Profile, QueryPlus, SessionToken, StreamingPayload, UnsignedPayload};

/// The table of the rules, row by row.
#[test]
fn every_service_has_its_row() {
    use SessionToken::{AppendedAfterSigning, Signed};
    use UnsignedPayload::{Allowed, Refused, Required};
    const TOKEN: (&str, &str) = ("x-amz-security-token", "X-Amz-Security-Token");
    const S3_TOKEN: (&str, &str) = ("x-amz-s3session-token", "X-Amz-S3session-Token");
    for (service, once, sent, unsigned, presign, token, presigned) in [
        ("execute-api", false, false, Refused, false, TOKEN, Signed),
        ("lambda", false, false, Refused, false, TOKEN, Signed),
        ("es", false, false, Refused, false, TOKEN, Signed),
        ("iam", false, false, Refused, false, TOKEN, Signed),
        ("S3", false, false, Refused, false, TOKEN, Signed),
        ("s3", true, true, Allowed, true, TOKEN, Signed),
        ("s3-object-lambda", true, true, Allowed, true, TOKEN, Signed),
        ("s3-outposts", true, true, Allowed, true, TOKEN, Signed),
        ("s3express", true, true, Allowed, true, S3_TOKEN, Signed),
        ("aoss", false, true, Refused, false, TOKEN, Signed),
        (
            "vpc-lattice-svcs",
            false,
            true,
            Required,
            true,
            TOKEN,
            Signed,
        ),
        (
            "iotdevicegateway",
            false,
            false,
            Refused,
            false,
            TOKEN,
            AppendedAfterSigning,
        ),
    ] {
        let row = Profile {
            algorithm: Algorithm::SigV4,
            double_encode_path: !once,
            normalize_path: !once,
            query_plus: QueryPlus::Literal,
            payload_hash_header: sent,
            unsigned_payload: unsigned,
            streaming_payload: match unsigned {
                Allowed => StreamingPayload::Chunked,
                Refused => StreamingPayload::Events,
                Required => StreamingPayload::Refused,
            },
            presign_unsigned: presign,
            session_token_header: token.0,
            session_token_parameter: token.1,
            header_session_token: Signed,
            presigned_session_token: presigned,
            own_sessions: service == "s3express",
            non_ascii_header_values: false,
        };
        assert_eq!(Profile::for_service(service), row, "{service}");
    }
    assert_eq!(Profile::default(), Profile::DEFAULT);
}
