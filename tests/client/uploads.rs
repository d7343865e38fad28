//! Bodies that are read while they are sent, opened where they arrive by the second implementation.

use crate::reference::chunks::Opened;
use crate::server::{Act, SECRET, Seen, Server, response};
use crate::upload::Upload as Arrived;
use crate::wanted::{accepting, builder, credentials};
use sigv4::client::{Client, ClientError, SigV4, Upload};
use sigv4::stream::StreamError;
use std::io::{self, Cursor, ErrorKind, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) const MARKER: &str = "x-amz-content-sha256";

pub(crate) const SIGNED: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";

pub(crate) fn data(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index % 251) as u8).collect()
}

pub(crate) fn opened(seen: &Seen) -> Result<Opened, String> {
    let arrived = Arrived {
        method: &seen.method,
        target: &seen.target,
        headers: &seen.headers,
        body: &seen.body,
    };
    arrived.open(SECRET)
}

pub(crate) fn s3(server: &Server) -> Client {
    builder(server).service("s3").build().unwrap()
}

/// Counts how often it is opened.
fn counted(data: Vec<u8>) -> (Upload, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&count);
    let upload = Upload::new(data.len() as u64, move || {
        counting.fetch_add(1, Ordering::SeqCst);
        Ok(Cursor::new(data.clone()))
    });
    (upload, count)
}

#[test]
fn to_s3_in_chunks() {
    let server = accepting();
    let client = s3(&server);
    let data = data(150_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("object");
    std::fs::write(&path, &data).unwrap();
    let (many, count) = counted(data.clone());
    let once = Upload::once(data.len() as u64, Cursor::new(data.clone()));
    for upload in [many, Upload::file(&path).unwrap(), once] {
        let call = client.put("/a?partNumber=1&uploadId=x").upload(upload);
        call.header("content-encoding", "gzip").send().unwrap();
    }
    let empty = Upload::once(0, io::empty());
    client.put("/a").upload(empty).send().unwrap();
    let seen = server.seen();
    for seen in &seen[..3] {
        let opened = opened(seen).unwrap();
        assert_eq!(seen.header(MARKER), Some(SIGNED));
        assert!(opened.trailers.is_empty());
        assert_eq!(opened.chunks, [65_536, 65_536, 18_928]);
        assert!(opened.data == data);
        assert_eq!(seen.header("content-encoding"), Some("gzip,aws-chunked"));
        assert_eq!(seen.header("transfer-encoding"), None);
    }
    assert!(opened(&seen[3]).unwrap().chunks.is_empty());
    // It is not hashed first.
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[cfg(feature = "checksum")]
#[test]
fn with_a_checksum_behind_them() {
    use sigv4::stream::ChecksumAlgorithm;

    let server = accepting();
    let client = s3(&server);
    for algorithm in ChecksumAlgorithm::ALL {
        let (upload, _) = counted(data(70_000));
        let call = client.put("/a").upload(upload.checksum(algorithm));
        call.send().unwrap();
        let seen = server.seen();
        let seen = seen.last().unwrap();
        let marker = format!("{SIGNED}-TRAILER");
        assert_eq!(seen.header(MARKER), Some(&*marker));
        let trailers = opened(seen).unwrap().trailers;
        assert!(trailers.into_keys().eq([algorithm.header()]));
    }
}

/// Where chunks are not taken, a body is read for its hash first.
#[test]
fn as_a_whole() {
    let server = accepting();
    let s3 = s3(&server);
    let api = builder(&server).build().unwrap();
    let data = data(90_000);
    let url = server.url();
    let root = url.split_inclusive('/').take(3).collect::<String>();
    let root = format!("{}/", root.trim_end_matches('/'));
    for (service, client, method, target, whole) in [
        ("execute-api", &api, "PUT", "/a", false),
        ("s3", &s3, "PUT", "/a", true),
        ("s3", &s3, "POST", "/a?uploadId=x", false),
        ("s3", &s3, "PUT", "/a?tagging", false),
        ("s3", &s3, "PUT", &*root, false),
    ] {
        let (upload, count) = counted(data.clone());
        let upload = if whole { upload.whole() } else { upload };
        client
            .request(method, target)
            .upload(upload)
            .send()
            .unwrap();
        assert_eq!(count.load(Ordering::SeqCst), 2);
        let seen = server.seen().pop().unwrap();
        assert!(seen.body == data);
        seen.verify_for("us-east-1", service, seen.signed_at());

        let before = server.seen().len();
        let upload = Upload::once(3, &b"abc"[..]);
        let upload = if whole { upload.whole() } else { upload };
        let error = client.request(method, target).upload(upload).send();
        let error = error.unwrap_err();
        assert!(matches!(error, ClientError::OneTimeBody { .. }), "{error}");
        assert_eq!(server.seen().len(), before);
    }
}

#[test]
fn what_can_be_read_again_is_sent_again() {
    let busy = || vec![response("503 Slow Down", "", "")];
    let done = || vec![response("200 OK", "", "")];
    let server = Server::script(vec![busy(), busy(), done(), busy()]);
    let client = s3(&server);
    let data = data(90_000);
    let (upload, count) = counted(data.clone());
    client.put("/a").upload(upload).send().unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 3);
    for seen in server.seen() {
        assert!(opened(&seen).unwrap().data == data);
    }
    // What can be read only once is not, and the answer is told.
    let upload = Upload::once(data.len() as u64, Cursor::new(data));
    let call = client.put("/a").upload(upload);
    let copy = call.clone();
    let error = call.send().unwrap_err();
    assert!(
        matches!(
            error,
            ClientError::Throttled { .. } | ClientError::Status { .. }
        ),
        "{error:#?}"
    );
    assert_eq!(server.seen().len(), 4);
    let error = copy.send().unwrap_err();
    let kind = ErrorKind::NotFound;
    assert_eq!(error, ClientError::RequestBody { kind });
    assert_eq!(server.seen().len(), 4);
}

/// Of which nothing has been read yet.
#[test]
fn what_was_not_begun_is_sent_again() {
    let refused = vec![response("417 Expectation Failed", "", ""), Act::Close];
    let server = Server::script(vec![refused, vec![response("200 OK", "", "")]]);
    let data = data(1 << 20);
    let upload = Upload::once(data.len() as u64, Cursor::new(data.clone()));
    s3(&server).put("/a").upload(upload).send().unwrap();
    let seen = server.seen();
    assert_eq!(seen[0].header("expect"), Some("100-continue"));
    assert_eq!((seen.len(), seen[1].header("expect")), (2, None));
    assert!(opened(&seen[1]).unwrap().data == data);
}

/// Fails after so many bytes.
struct Failing(usize);

impl Read for Failing {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::Error::new(ErrorKind::PermissionDenied, "a secret"));
        }
        let length = space.len().min(self.0);
        self.0 -= length;
        Ok(length)
    }
}

#[test]
fn what_is_not_as_it_was_said_to_be() {
    let expected = 200_000;
    let missing = ClientError::RequestStream(StreamError::DataMissing {
        length: 199_999,
        expected,
    });
    let much = ClientError::RequestStream(StreamError::TooMuchData { limit: expected });
    let kind = ErrorKind::PermissionDenied;
    type Open = fn() -> Box<dyn Read + Send>;
    let cases: [(Open, ClientError); 3] = [
        (|| Box::new(Cursor::new(data(199_999))), missing),
        (|| Box::new(Cursor::new(data(200_001))), much),
        (
            || Box::new(Failing(150_000)),
            ClientError::RequestBody { kind },
        ),
    ];
    for (open, wanted) in cases {
        let server = Server::new(|_| vec![Act::TakeBody]);
        let upload = Upload::new(expected, move || Ok(open()));
        let error = s3(&server).put("/a").upload(upload.clone()).send();
        assert_eq!(error.unwrap_err(), wanted);
        // Before anything is sent, where it is hashed.
        let server = accepting();
        let error = s3(&server).put("/a").upload(upload.whole()).send();
        assert_eq!(error.unwrap_err(), wanted);
        assert_eq!(server.seen(), []);
    }
    let server = accepting();
    let upload = Upload::new(3, || {
        Err::<io::Empty, _>(ErrorKind::PermissionDenied.into())
    });
    let error = s3(&server).put("/a").upload(upload).send();
    assert_eq!(error.unwrap_err(), ClientError::RequestBody { kind });
    assert_eq!(server.seen(), []);
}

#[test]
fn what_cannot_be_sent_so() {
    let server = accepting();
    let client = s3(&server);
    for (name, value) in [
        ("x-amz-decoded-content-length", "3"),
        ("content-encoding", "aws-chunked"),
        ("content-encoding", "aws-chunked,gzip"),
        ("content-encoding", "gzip, AWS-Chunked"),
    ] {
        let upload = Upload::once(3, &b"abc"[..]);
        let call = client.put("/a").upload(upload).header(name, value);
        let part = format!("the header {name}, which an upload writes");
        assert_eq!(
            call.send().unwrap_err(),
            ClientError::InvalidRequest { part }
        );
    }
    assert_eq!(server.seen(), []);
    #[cfg(feature = "checksum")]
    {
        let sha1 = sigv4::stream::ChecksumAlgorithm::Sha1;
        let upload = || Upload::once(3, &b"abc"[..]).checksum(sha1);
        let two = client.put("/a").upload(upload());
        let error = two.header("x-amz-checksum-crc32", "NSRBwg==").send();
        let part = "the header x-amz-checksum-crc32 beside x-amz-checksum-sha1".to_owned();
        assert_eq!(error.unwrap_err(), ClientError::InvalidRequest { part });
        assert_eq!(server.seen(), []);
        let spoken_of = client.put("/a").upload(upload());
        let spoken_of = spoken_of.header("x-amz-checksum-type", "FULL_OBJECT");
        spoken_of.send().unwrap();
        assert!(opened(&server.seen()[0]).unwrap().data == b"abc");
    }
    let folder = tempfile::tempdir().unwrap();
    let kind = |path| Upload::file(path).unwrap_err().kind();
    assert_eq!(kind(folder.path().to_path_buf()), ErrorKind::InvalidInput);
    assert_eq!(kind(folder.path().join("nothing")), ErrorKind::NotFound);
    let text = format!("{:?}", Upload::once(3, &b"abc"[..]));
    assert_eq!(text, "Upload { length: 3, .. }");
}

/// What is over the limit and says how long it is goes to S3 in chunks; elsewhere it is refused.
#[test]
fn of_a_plain_agent() {
    let server = accepting();
    let url = format!("{}/a", server.url());
    let data = data(90_000);
    let send = |service: &str, limit: u64| {
        let signing = SigV4::new(credentials(), "us-east-1", service).body_limit(limit);
        let config = ureq::Agent::config_builder().proxy(None);
        let agent: ureq::Agent = config.middleware(signing).build().into();
        let body = ureq::SendBody::from_owned_reader(Cursor::new(data.clone()));
        let call = agent.put(&url).header("content-length", "90000");
        call.send(body).map_err(ClientError::from)
    };
    send("s3", 90_000).unwrap();
    send("s3", 89_999).unwrap();
    let seen = server.seen();
    seen[0].verify_for("us-east-1", "s3", seen[0].signed_at());
    assert!(opened(&seen[1]).unwrap().data == data);
    let limit = 89_999;
    assert_eq!(
        send("execute-api", limit).unwrap_err(),
        ClientError::RequestTooLarge { limit }
    );
    assert_eq!(server.seen().len(), 2);
}
