//! axum's handlers.

use crate::bodies::signed;
use crate::served::{layer, run, under};
use axum::Router;
use axum::body::Body;
use axum::routing::{get, post};
use http::Request;
use http_body_util::BodyExt;
use sigv4::axum::Caller;
use sigv4::tower::Refused;
use sigv4::{Error, Payload, Policy};
use tower::ServiceExt;

type Alice = Caller<&'static str>;

fn app() -> Router {
    async fn strict(caller: Alice) -> String {
        format!("{} {}", caller.principal(), caller.path())
    }
    async fn optional(caller: Option<Alice>, body: String) -> String {
        let name = caller
            .as_ref()
            .map_or("nobody", |caller| caller.principal());
        format!("{name} {body}")
    }
    Router::new()
        .route("/prod/items", post(strict))
        .route("/", get(optional))
        .route(
            "/other",
            get(|caller: Caller<u8>| async move { caller.principal().to_string() }),
        )
}

fn answer(app: Router, request: Request<Body>) -> (u16, String) {
    run(async {
        let response = app.oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    })
}

fn unsigned(path: &str) -> Request<Body> {
    let uri = format!("https://example.com{path}");
    Request::get(uri).body(Body::from("body")).unwrap()
}

#[test]
fn a_caller_where_a_layer_ran() {
    let signed = || signed("execute-api", Payload::Bytes(b"hello"), Body::from("hello"));
    let (status, body) = answer(app().layer(layer()), signed());
    assert_eq!((status, body.as_str()), (200, "alice /prod/items"));
    // No layer: neither somebody nor nobody.
    assert_eq!(answer(app(), signed()).0, 500);
    assert_eq!(answer(app(), unsigned("/")).0, 500);
}

#[test]
fn an_optional_caller() {
    let (status, body) = answer(app().layer(layer().or_anonymous()), unsigned("/"));
    assert_eq!((status, body.as_str()), (200, "nobody body"));
    assert_eq!(answer(app().layer(layer()), unsigned("/")).0, 403);
}

#[test]
fn a_caller_is_needed() {
    for (service, content_type, body) in [
        (
            "execute-api",
            "application/json",
            r#"{"message":"Missing Authentication Token"}"#,
        ),
        (
            "s3",
            "application/xml",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
        ),
    ] {
        let mut request = unsigned("/prod/items");
        *request.method_mut() = http::Method::POST;
        let layer = under(&Policy::new(&["us-east-1"], service)).or_anonymous();
        let response = run(app().layer(layer).oneshot(request)).unwrap();
        assert_eq!(response.status(), 403);
        assert_eq!(response.headers()["content-type"], content_type);
        let error_type = response.headers().get("x-amzn-errortype");
        let wanted = (service != "s3").then_some("MissingAuthenticationTokenException");
        assert_eq!(error_type.map(|value| value.to_str().unwrap()), wanted);
        // As of what the layer answers, for those who log.
        let refused = response.extensions().get::<Refused>().unwrap();
        assert_eq!(refused.refusal().reason(), Error::NotSigned.into());
        let answered = run(response.into_body().collect()).unwrap().to_bytes();
        assert_eq!(answered, body);
    }
}

#[test]
fn a_principal_of_another_type_is_a_mistake_of_the_service() {
    let mut request = unsigned("/other");
    *request.body_mut() = Body::empty();
    let signer = sigv4::Signer::new(
        sigv4::Credentials::new(
            crate::support::example::ACCESS_KEY_ID,
            crate::support::example::SECRET,
        ),
        "us-east-1",
        "execute-api",
    );
    let at = crate::support::example::at();
    signer.sign_http(&mut request, Payload::EMPTY, at).unwrap();
    assert_eq!(answer(app().layer(layer()), request).0, 500);
}
