//! Any text at all is read or refused.

use super::config::config;
use proptest::collection::vec;
use proptest::prelude::*;
use sigv4::{
    Authorization, Claim, Credentials, Header, Payload, Policy, Request, Signer, Timestamp,
};
use std::time::Duration;

proptest! {
    #![proptest_config(config(1_500))]

    /// Any text at all is read or refused; nothing panics, and no error quotes it.
    #[test]
    fn garbage_is_refused_in_order(
        method in "\\PC{0,3}|GET",
        target in "\\PC{0,8}|/[ -~]{0,30}|/\\?X-Amz-(Signature|Date|Expires|Credential|Algorithm|SignedHeaders|Security-Token)=[ -~]{0,20}",
        name in "\\PC{0,3}|host|authorization|x-amz-date|x-amz-content-sha256",
        value in vec(any::<u8>(), 0..20),
        parameters in "(AWS4-HMAC-SHA256 )?(Credential=[ -~]{0,20}|SignedHeaders=[a-z;]{0,9}|Signature=[0-9a-f]{0,65}|[ -~]{0,9}|, ?){0,5}",
        stamp in "[0-9]{8}T[0-9]{6}Z|\\PC{0,17}",
    ) {
        const MARK: &str = "SECRET-MARK";
        let marked = [value.as_slice(), MARK.as_bytes()].concat();
        let target = format!("{target}{MARK}");
        let headers: [Header<'_>; 4] = [
            (&name, &marked),
            ("host", b"h"),
            ("authorization", parameters.as_bytes()),
            ("x-amz-date", stamp.as_bytes()),
        ];
        for count in [0, 1, 2, 3, 4] {
            let request = Request {
                method: &method,
                target: &target,
                headers: &headers[..count],
                payload: Payload::Bytes(&value),
            };
            let at = Timestamp::from_unix(0).unwrap();
            let signer = Signer::new(Credentials::new("AKID", MARK), "r", "s3");
            let policy = Policy::new(&["r"], "s3");
            let errors = [
                signer.sign(&request, at).err(),
                signer.presign(&request, Duration::from_secs(1), at).err(),
                Claim::from_request(&request).err(),
                Claim::from_request(&request).ok().and_then(|claim| {
                    claim.verify(&claim.signing_key(MARK), &request, &policy, at).err()
                }),
                Timestamp::parse(&stamp).err(),
                Authorization::parse(&parameters).err(),
            ];
            for error in errors.into_iter().flatten() {
                prop_assert!(!error.to_string().contains(MARK));
                let debug = format!("{error:?}");
                prop_assert!(!debug.contains(MARK));
                prop_assert!(error.to_string().is_ascii());
            }
        }
    }
}
