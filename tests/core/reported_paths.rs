//! Paths that users of signers reported, as they are sent and signed for `execute-api` and for
//! Amazon S3.
//!
//! How each value was found: the target was written by the rules (of `execute-api`: dot segments
//! and doubled slashes go, the rest is sent as it is; of S3: decoded and encoded once, nothing
//! goes), and that target was signed by botocore 1.44.8 (`SigV4Auth`, `S3SigV4Auth`) and awscrt
//! 0.38.1, called as `peers/official.py` calls them. The canonical path is the second line of
//! botocore's canonical request; the signature is that of both. For `execute-api` both signers
//! come to the same for the path as it is given. For S3 they sign a path as it is spelt, so that
//! they do so only where the target is the path.

use crate::steps::{canonical_path, wire};
use crate::support::example::{HOST, at, get, signer};
use sigv4::Profile;

struct Reported {
    path: &'static str,
    execute_api: Expected,
    s3: Expected,
}

struct Expected {
    sent: &'static str,
    canonical: &'static str,
    signature: &'static str,
}

const REPORTED: [Reported; 10] = [
    Reported {
        path: "/test:123",
        execute_api: Expected {
            sent: "/test:123",
            canonical: "/test%3A123",
            signature: "688f5a506b8fcb872781d3f7cb72d2b0070c0edb1d92a91d4cf18deae344d18d",
        },
        s3: Expected {
            sent: "/test%3A123",
            canonical: "/test%3A123",
            signature: "535264cdf91b96361526febe8c3dd4c5616379c653968bf88c47f301dd8f7316",
        },
    },
    Reported {
        path: "/a(b)!",
        execute_api: Expected {
            sent: "/a(b)!",
            canonical: "/a%28b%29%21",
            signature: "55f6e81f5645f678c2885d0e3f2a2bef58ed0e280ee62e0f527b2ea0d3167317",
        },
        s3: Expected {
            sent: "/a%28b%29%21",
            canonical: "/a%28b%29%21",
            signature: "400cfe28ef81fc551e7766ce7c4cfae615c8c600a0935fdda0c2b97e25299c82",
        },
    },
    Reported {
        path: "/prod/@connections/fiJTc=",
        execute_api: Expected {
            sent: "/prod/@connections/fiJTc=",
            canonical: "/prod/%40connections/fiJTc%3D",
            signature: "8551394a3f6f3cc4a5ceb05d26e08626245b64d59db911d1bcbdf37d891f2ce7",
        },
        s3: Expected {
            sent: "/prod/%40connections/fiJTc%3D",
            canonical: "/prod/%40connections/fiJTc%3D",
            signature: "b591ec06ea8fecd97960121bc56f54409a06cfd71e51c5477a4dffb04de3af2d",
        },
    },
    Reported {
        path: "/prod/%40connections/fiJTc%3D",
        execute_api: Expected {
            sent: "/prod/%40connections/fiJTc%3D",
            canonical: "/prod/%2540connections/fiJTc%253D",
            signature: "deff5ab1097e248d2010bffce8e4078bee6571732ea11c269e84c340240332b6",
        },
        s3: Expected {
            sent: "/prod/%40connections/fiJTc%3D",
            canonical: "/prod/%40connections/fiJTc%3D",
            signature: "b591ec06ea8fecd97960121bc56f54409a06cfd71e51c5477a4dffb04de3af2d",
        },
    },
    Reported {
        path: "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc/converse",
        execute_api: Expected {
            sent: "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc/converse",
            canonical: "/model/arn%253Aaws%253Abedrock%253Aus-east-1%253A123456789012%253Aapplication-inference-profile%252Fabc/converse",
            signature: "4128c0d0add6061032f1fa734d8fd64c4c4d1c2c26cbefe93b35974ea8af9676",
        },
        s3: Expected {
            sent: "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile/abc/converse",
            canonical: "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile/abc/converse",
            signature: "119516754944d4dc4df1e9ba64e7b732a47221bd5fbef59f83ff350b8b4a82db",
        },
    },
    Reported {
        path: "/model/m-v1%3A0/converse",
        execute_api: Expected {
            sent: "/model/m-v1%3A0/converse",
            canonical: "/model/m-v1%253A0/converse",
            signature: "980502c2899a1810a198230a03ea79f634248553db5d73501decf7d2ae5e5453",
        },
        s3: Expected {
            sent: "/model/m-v1%3A0/converse",
            canonical: "/model/m-v1%3A0/converse",
            signature: "e24f46e85a57505b4bd4f6f7da353a643a344aee19c15186e782b82f952dad06",
        },
    },
    Reported {
        path: "/libstdc++-docs.rpm",
        execute_api: Expected {
            sent: "/libstdc++-docs.rpm",
            canonical: "/libstdc%2B%2B-docs.rpm",
            signature: "73951fb1e7f3edbfa5d285db8c318c3ab83270ec12b75a1c12f8ebe9a018216e",
        },
        s3: Expected {
            sent: "/libstdc%2B%2B-docs.rpm",
            canonical: "/libstdc%2B%2B-docs.rpm",
            signature: "61a49f155c3b9c2c7707b41b361f427b4f9576516f9ab04b3c225942597300ac",
        },
    },
    Reported {
        path: "/test%252F.txt",
        execute_api: Expected {
            sent: "/test%252F.txt",
            canonical: "/test%25252F.txt",
            signature: "c7229e46ffc764ba09794070337d91291cf6cc1d834a4726d841fde05541c02e",
        },
        s3: Expected {
            sent: "/test%252F.txt",
            canonical: "/test%252F.txt",
            signature: "8a99e607c7881e95d60049f3f11db4661113be3c0206600b76a5c56b919a01a5",
        },
    },
    Reported {
        path: "//prefix/../x/.",
        execute_api: Expected {
            sent: "/x",
            canonical: "/x",
            signature: "cd4df353d33ba0e1d0b987d3c05225b30bfe66358be7cc9b639625271b6a9729",
        },
        s3: Expected {
            sent: "//prefix/../x/.",
            canonical: "//prefix/../x/.",
            signature: "1f0f0d26f52de632b1796effedfc601ce5230c540b6e982dbf0db7556c56a8c9",
        },
    },
    Reported {
        path: "///",
        execute_api: Expected {
            sent: "/",
            canonical: "/",
            signature: "c85d43c188236d674714ebbce9b8e7bc1bd9af5931efaff7e2e103dff11d1dd2",
        },
        s3: Expected {
            sent: "///",
            canonical: "///",
            signature: "077293b497c2ae793428c1aabba1c15fa41a4a1a1d4b531e6f5eaa1a27e15eb5",
        },
    },
];

#[test]
fn reported_paths_are_sent_and_signed_as_aws_signs_them() {
    for reported in &REPORTED {
        for (service, profile, expected) in [
            ("execute-api", Profile::DEFAULT, &reported.execute_api),
            ("s3", Profile::S3, &reported.s3),
        ] {
            let path = reported.path;
            let signer = signer(service);
            assert_eq!(wire(&signer, path), expected.sent, "{service} {path}");
            let canonical = canonical_path(&profile, path);
            assert_eq!(canonical, expected.canonical, "{service} {path}");
            // What is sent signs like what was given.
            for target in [path, expected.sent] {
                let headers = [HOST];
                let request = get(target, &headers);
                let signature = signer.sign(&request, at()).unwrap().signature();
                assert_eq!(
                    signature.to_string(),
                    expected.signature,
                    "{service} {target}"
                );
            }
        }
    }
}
