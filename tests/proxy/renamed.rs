//! A file's header rules, on the wire.

use crate::config_files::keys;
use crate::harness::exchange;
use crate::server::{Act, Server, response};
use sigv4::proxy::{Config, Proxy};

/// What a caller shows the upstream goes there by another name; what signs is the proxy's own.
#[test]
fn authorization_goes_on_by_another_name() {
    let upstream = Server::script(vec![vec![response("200 OK", "", ""), Act::Close]]);
    let text = format!(
        r#"
        listen = "0"

        [[route]]
        upstream = "http://127.0.0.1:{}/prod/"
        service = "execute-api"
        region = "eu-west-1"
        profile = "dev"

        [route.headers]
        remove = ["Cookie"]
        rename = {{ Authorization = "X-Caller" }}
        set = {{ x-key = "one" }}
        "#,
        upstream.port
    );
    let config = Config::from_toml(&text).unwrap();
    let settings = config.settings(&mut keys()).unwrap();
    let proxy = Proxy::new(settings).start().unwrap();
    let answer = exchange(
        &proxy,
        b"GET /items HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer of-the-caller\r\ncookie: a=b\r\n\
          x-key: two\r\nconnection: close\r\n\r\n",
    );
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let seen = upstream.seen().remove(0);
    assert_eq!(seen.target, "/prod/items");
    let values = |name: &str| {
        let all = seen.headers.iter().filter(|(other, _)| other == name);
        let all = all.map(|(_, value)| String::from_utf8_lossy(value).into_owned());
        all.collect::<Vec<_>>()
    };
    assert_eq!(values("x-caller"), ["Bearer of-the-caller"]);
    assert_eq!(values("x-key"), ["one"]);
    assert!(values("cookie").is_empty());
    let [signature] = &values("authorization")[..] else {
        panic!("{seen:?}");
    };
    assert!(
        signature.starts_with("AWS4-HMAC-SHA256 Credential=AKIDDEV/"),
        "{signature}"
    );
}
