//! What arrived, as the answer.

use super::elements::Elements;
use super::object::Object;
use super::upload::Arrived;
use crate::canonical::payload::PayloadHash;
use crate::grammar::hex::hex;
use crate::grammar::text::ascii;
use crate::request::algorithm::Algorithm;
use crate::verify::verdict::Verified;
use http::request::Parts;
use std::string::{String, ToString};

/// Method, bucket, key, query, and of the body all but its bytes. In XML, which the SDKs for S3 try
/// to read.
pub(super) fn received(
    head: &Parts,
    object: &Object<'_>,
    verified: &Verified<'_>,
    arrived: &Arrived,
) -> String {
    let sha256 = hex(&arrived.sha256);
    let streaming = (verified.streaming).and_then(|streaming| {
        let algorithm = match verified.region_set {
            #[cfg(feature = "v4a")]
            Some(_) => Algorithm::SigV4a,
            _ => Algorithm::SigV4,
        };
        streaming.marker(algorithm)
    });
    let payload = match (streaming, verified.payload_sha256) {
        (Some(marker), _) => marker,
        (None, Some(_)) => ascii(&sha256),
        (None, None) => PayloadHash::UNSIGNED,
    };
    let mut xml = Elements::document();
    xml.element("Echo", |xml| {
        xml.text("Method", head.method.as_str());
        xml.text("Bucket", &object.bucket);
        xml.text("Key", &object.key);
        xml.text("Query", head.uri.query().unwrap_or_default());
        xml.element("Body", |xml| {
            xml.text("Payload", payload);
            xml.text("Length", &arrived.length.to_string());
            xml.text("Sha256", ascii(&sha256));
            if let Some((chunks, encoded)) = arrived.chunks {
                xml.text("Chunks", &chunks.to_string());
                xml.text("EncodedLength", &encoded.to_string());
            }
            for sum in &arrived.checksums {
                xml.element("Checksum", |xml| {
                    xml.text("Name", &sum.name);
                    xml.text("Value", &sum.value);
                    xml.text("Compared", if sum.compared { "true" } else { "false" });
                });
            }
        });
    });
    xml.finish()
}
