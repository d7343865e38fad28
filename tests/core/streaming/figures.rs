//! Lengths and checksums, as others compute them.

use crate::support::vectors;
use sigv4::stream::ChunkedBody;
use sigv4::{Algorithm, Streaming};

#[test]
fn lengths_are_known_beforehand() {
    let text = std::fs::read_to_string(vectors().join("streaming-lengths.json")).unwrap();
    let rows: Vec<std::collections::BTreeMap<String, u64>> = serde_json::from_str(&text).unwrap();
    assert!(rows.len() >= 20);
    for row in rows {
        let chunk = usize::try_from(row["chunk"]).unwrap();
        for (column, payload, trailer, value) in [
            ("signed", Streaming::Signed, "", 0),
            (
                "signed_trailer_crc32",
                Streaming::SignedTrailer,
                "x-amz-checksum-crc32",
                8,
            ),
            (
                "signed_trailer_sha256",
                Streaming::SignedTrailer,
                "x-amz-checksum-sha256",
                44,
            ),
            (
                "unsigned_trailer_crc64nvme",
                Streaming::UnsignedTrailer,
                "x-amz-checksum-crc64nvme",
                12,
            ),
        ] {
            let body = ChunkedBody::new(payload, row["decoded"]).with_trailers(trailer);
            let length = body.encoded_length(Algorithm::SigV4, chunk, value);
            assert_eq!(length, Some(row[column]), "{column} of {row:?}");
        }
    }
    let most = ChunkedBody::new(Streaming::Signed, u64::MAX);
    assert_eq!(most.encoded_length(Algorithm::SigV4, 65_536, 0), None);
    assert_eq!(most.encoded_length(Algorithm::SigV4, 0, 0), None);
}

#[cfg(feature = "checksum")]
#[test]
fn checksums_are_those_of_others() {
    use super::case::Data;
    use sigv4::stream::{Checksum, ChecksumAlgorithm};

    let text = std::fs::read_to_string(vectors().join("streaming-checksums.json")).unwrap();
    let rows: serde_json::Value = serde_json::from_str(&text).unwrap();
    let rows = rows["checksums"].as_array().unwrap();
    assert_eq!(rows.len(), 5);
    for row in rows {
        let data: Data = serde_json::from_value(row["data"].clone()).unwrap();
        let data = data.bytes();
        for algorithm in ChecksumAlgorithm::ALL {
            let name = algorithm.name().to_lowercase();
            let expected = row[&name].as_str().unwrap();
            assert_eq!(algorithm.checksum(&data), expected, "{name}");
            let mut checksum = Checksum::new(algorithm);
            for piece in data.chunks(1_000) {
                checksum.put(piece);
            }
            assert_eq!(checksum.algorithm(), algorithm);
            assert_eq!(checksum.finish(), expected, "{name} in pieces");
            assert_eq!(algorithm.encoded_length(), expected.len());
            assert_eq!(algorithm.header(), format!("x-amz-checksum-{name}"));
            assert_eq!(ChecksumAlgorithm::parse(&name), Some(algorithm));
        }
    }
    assert_eq!(ChecksumAlgorithm::parse("MD5"), None);
}
