//! UNIX sockets.
#![allow(clippy::unwrap_used)]

use super::*;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use tokio::net::UnixStream;

fn socket(folder: &TempDir) -> (PathBuf, Settings) {
    let path = folder.path().join("sigv4.sock");
    (path.clone(), settings(Listen::Unix(path)))
}

#[tokio::test]
async fn a_socket_of_its_owner_that_goes_with_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let (path, settings) = socket(&folder);
    let listener = Listener::bind(&settings).unwrap();
    assert_eq!(listener.address().unwrap(), settings.listen);
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let connected = UnixStream::connect(&path).await.unwrap();
    let arriving = listener.accept().await;
    if cfg!(target_os = "linux") {
        let process = i32::try_from(std::process::id()).unwrap();
        assert_eq!(arriving.peer(), Peer::Unix(Some(process)));
    }
    let stream = arriving.established(READ).await.unwrap();
    tokio::join!(echo(stream), pong(connected));
    drop(listener);
    assert!(!path.exists());
}

#[tokio::test]
async fn what_a_killed_server_left_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (path, settings) = socket(&folder);
    drop(UnixListener::bind(&path).unwrap());
    let stale = fs::metadata(&path).unwrap().ino();
    let _kept = fs::hard_link(&path, folder.path().join("kept"));
    let listener = Listener::bind(&settings).unwrap();
    assert_ne!(fs::metadata(&path).unwrap().ino(), stale);
    let connected = UnixStream::connect(&path).await.unwrap();
    listener.accept().await.established(READ).await.unwrap();
    drop(connected);
}

#[tokio::test]
async fn what_somebody_listens_on_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (path, settings) = socket(&folder);
    let other = UnixListener::bind(&path).unwrap();
    let error = Listener::bind(&settings).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    assert_eq!(error.to_string(), "somebody listens there");
    drop(other);
    Listener::bind(&settings).unwrap();
}

#[tokio::test]
async fn a_file_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (path, settings) = socket(&folder);
    fs::write(&path, "mine").unwrap();
    let error = Listener::bind(&settings).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    assert_eq!(error.to_string(), "there is a file that is no socket");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
}

#[tokio::test]
async fn what_another_server_put_there_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (path, settings) = socket(&folder);
    let listener = Listener::bind(&settings).unwrap();
    fs::remove_file(&path).unwrap();
    let _other = UnixListener::bind(&path).unwrap();
    drop(listener);
    assert!(path.exists());
}
