//! What is compared, and who takes part.

use super::contestant::Contestant;
use super::floor::Floor;
use super::work::Work;
use super::{aws_sign_v4, aws_sigv4, awscrt, ours, reqsign, rusty_s3, scratchstack};
use crate::case::{Case, Form};
use std::path::Path;

pub struct Row {
    pub name: &'static str,
    pub what: &'static str,
    /// This crate with its key kept stands first.
    pub contestants: Vec<Contestant>,
    /// Who is not compared, and why.
    pub left_out: Vec<(&'static str, &'static str)>,
    /// What nobody gets around.
    pub floor: Floor,
}

/// All packages that take part.
pub const PEERS: [&str; 5] = [
    aws_sigv4::NAME,
    reqsign::NAME,
    aws_sign_v4::NAME,
    rusty_s3::NAME,
    scratchstack::NAME,
];

const SIGNS_MORE: (&str, &str) = (
    reqsign::NAME,
    "always signs x-amz-content-sha256 too: see the row that sends it",
);
const HASHES_TWICE: (&str, &str) = (
    aws_sign_v4::NAME,
    "hashes the body itself and cannot say what came out, so its caller would hash it again",
);
const NOT_S3: (&str, &str) = (rusty_s3::NAME, "presigns for S3, nothing else");
const DOES_NOT_SIGN: (&str, &str) = (scratchstack::NAME, "verifies, nothing else");
const NO_QUERY_FORM: (&str, &str) = (aws_sign_v4::NAME, "makes the Authorization header alone");
const NO_4A: &str = "knows Version 4 alone";
const DOES_NOT_VERIFY: &str = "signs, nothing else";

fn get(token: Option<usize>) -> &'static Case {
    leak(Case {
        id: String::new(),
        service: "execute-api".to_owned(),
        form: Form::Header,
        scheme: "https".to_owned(),
        authority: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com".to_owned(),
        method: "GET".to_owned(),
        target: "/prod/items?limit=10".to_owned(),
        headers: Vec::new(),
        body: String::new(),
        token: token.map(|length| "T".repeat(length)),
        host: String::new(),
    })
}

fn post() -> &'static Case {
    let headers = [
        ("content-type", "application/json"),
        ("content-length", "1024"),
        ("accept", "*/*"),
        ("x-amz-meta-a", "alpha"),
        ("x-amz-target", "Service.Operation"),
    ];
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    leak(Case {
        method: "POST".to_owned(),
        target: "/prod/items".to_owned(),
        headers: headers.map(owned).to_vec(),
        body: format!(r#"{{"name":"{}"}}"#, "x".repeat(1013)),
        ..get(None).clone()
    })
}

fn download() -> &'static Case {
    leak(Case {
        service: "s3".to_owned(),
        form: Form::Query,
        authority: "examplebucket.s3.amazonaws.com".to_owned(),
        target: "/test.txt".to_owned(),
        ..get(None).clone()
    })
}

fn leak(case: Case) -> &'static Case {
    Box::leak(Box::new(case))
}

impl Row {
    fn new(
        name: &'static str,
        what: &'static str,
        work: Work,
        contestants: Vec<Contestant>,
        left_out: &[(&'static str, &'static str)],
    ) -> Self {
        Self {
            name,
            what,
            contestants,
            left_out: left_out.to_vec(),
            floor: Floor::of_hashing(work),
        }
    }

    fn signing(name: &'static str, what: &'static str, case: &'static Case) -> Self {
        let work = Work {
            case,
            content_sha256: false,
            sigv4a: false,
        };
        let mut contestants = ours::signing(work);
        contestants.push(aws_sigv4::signing(work));
        contestants.push(aws_sign_v4::signing(work));
        let left_out = [SIGNS_MORE, NOT_S3, DOES_NOT_SIGN];
        Self::new(name, what, work, contestants, &left_out)
    }

    fn signing_with_hash(name: &'static str, what: &'static str, case: &'static Case) -> Self {
        let work = Work {
            case,
            content_sha256: true,
            sigv4a: false,
        };
        let mut contestants = ours::signing(work);
        contestants.push(ours::signing_in_place(work));
        contestants.push(aws_sigv4::signing(work));
        contestants.push(reqsign::signing(work));
        let left_out = [HASHES_TWICE, NOT_S3, DOES_NOT_SIGN];
        Self::new(name, what, work, contestants, &left_out)
    }

    fn presigning(name: &'static str, what: &'static str, case: &'static Case) -> Self {
        let work = Work {
            case,
            content_sha256: false,
            sigv4a: false,
        };
        let mut contestants = ours::presigning(work);
        contestants.push(aws_sigv4::presigning(work));
        contestants.push(reqsign::presigning(work));
        contestants.push(rusty_s3::presigning(work));
        let left_out = [NO_QUERY_FORM, DOES_NOT_SIGN];
        Self::new(name, what, work, contestants, &left_out)
    }

    fn verifying(name: &'static str, what: &'static str, case: &'static Case) -> Self {
        let work = Work {
            case,
            content_sha256: false,
            sigv4a: false,
        };
        let mut contestants = ours::verifying(work);
        contestants.push(scratchstack::verifying(work));
        let signers = [
            aws_sigv4::NAME,
            reqsign::NAME,
            aws_sign_v4::NAME,
            rusty_s3::NAME,
        ];
        let left_out = signers.map(|name| (name, DOES_NOT_VERIFY));
        Self::new(name, what, work, contestants, &left_out)
    }

    /// With AWS's C signer where there is a Python that has it.
    fn signing_4a(
        name: &'static str,
        what: &'static str,
        case: &'static Case,
        python: Option<&Path>,
    ) -> Self {
        let work = by_4a(case);
        let mut contestants = ours::signing(work);
        contestants.push(aws_sigv4::signing(work));
        let mut left_out = no_4a().to_vec();
        left_out.push(DOES_NOT_SIGN);
        match python {
            Some(python) => contestants.extend(awscrt::signing(work, python)),
            None => left_out.push((awscrt::NAME, "is in no Python here: see --python")),
        }
        Self {
            floor: Floor::of_signing(work),
            ..Self::new(name, what, work, contestants, &left_out)
        }
    }

    fn verifying_4a(name: &'static str, what: &'static str, case: &'static Case) -> Self {
        let work = by_4a(case);
        let left_out = [
            (aws_sigv4::NAME, DOES_NOT_VERIFY),
            (awscrt::NAME, DOES_NOT_VERIFY),
            (scratchstack::NAME, NO_4A),
        ];
        Self {
            floor: Floor::of_verifying(work),
            ..Self::new(name, what, work, ours::verifying_4a(work), &left_out)
        }
    }
}

fn by_4a(case: &'static Case) -> Work {
    Work {
        case,
        content_sha256: false,
        sigv4a: true,
    }
}

fn no_4a() -> [(&'static str, &'static str); 3] {
    [reqsign::NAME, aws_sign_v4::NAME, rusty_s3::NAME].map(|name| (name, NO_4A))
}

/// Every contestant has shown by then that it computes what it is compared on. `python` has awscrt.
#[must_use]
pub fn all(python: Option<&Path>) -> Vec<Row> {
    let (get, with_token, post) = (get(None), get(Some(900)), post());
    vec![
        Row::signing(
            "get",
            "GET /prod/items?limit=10, execute-api, host only",
            get,
        ),
        Row::signing(
            "get-token",
            "the same with a session token of 900 bytes",
            with_token,
        ),
        Row::signing("post", "POST of 1 KiB of JSON, six headers", post),
        Row::signing_with_hash("get-sha256", "get, with x-amz-content-sha256 sent", get),
        Row::signing_with_hash(
            "get-token-sha256",
            "get-token, with x-amz-content-sha256 sent",
            with_token,
        ),
        Row::signing_with_hash("post-sha256", "post, with x-amz-content-sha256 sent", post),
        Row::presigning("presign", "presigned URL for an S3 GET", download()),
        Row::verifying("verify", "verify the request of get, key at hand", get),
        Row::signing_4a(
            "sigv4a-get",
            "get by Signature Version 4A, for any region",
            get,
            python,
        ),
        Row::verifying_4a(
            "sigv4a-verify",
            "verify the request of sigv4a-get, key at hand",
            get,
        ),
    ]
}

/// Everybody takes a sample in every round, each round in another order.
pub fn run(rows: &mut [Row], rounds: usize) {
    for row in &mut *rows {
        row.floor.unit.warm_up();
        row.contestants.iter_mut().for_each(Contestant::warm_up);
    }
    for round in 0..rounds {
        for row in &mut *rows {
            row.floor.unit.sample();
            let contestants = row.contestants.len();
            for turn in 0..contestants {
                row.contestants[(round + turn) % contestants].sample();
            }
        }
    }
}
