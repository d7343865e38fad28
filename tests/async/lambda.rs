//! Callers of Lambda functions, by the events in `test-vectors/lambda-events`.

use crate::served::{OneKey, layer, run};
use crate::support::example::{ACCESS_KEY_ID, SECRET, at};
use crate::support::{json_files, vectors};
use axum::Router;
use axum::body::Body;
use axum::middleware::map_request;
use axum::routing::get;
use http::Request;
use lambda_http::RequestExt;
use serde_json::{Value, json};
use sigv4::tower::{ApiGatewayCaller, IamCaller, SignLayer, VerifyLayer};
use sigv4::{Credentials, Policy};
use tower::{Layer, ServiceExt};

fn caller(context: &Value) -> Option<ApiGatewayCaller> {
    ApiGatewayCaller::from_request_context(|pointer| context.pointer(pointer)?.as_str())
}

fn in_json(caller: &ApiGatewayCaller) -> Value {
    json!({
        "access_key_id": caller.access_key_id(),
        "user_arn": caller.user_arn(),
        "account_id": caller.account_id(),
        "caller_id": caller.caller_id(),
    })
}

/// As the example does it.
async fn with_caller(mut request: axum::extract::Request) -> axum::extract::Request {
    let context = serde_json::to_value(request.request_context_ref()).unwrap();
    caller(&context).map(|caller| request.extensions_mut().insert(caller));
    request
}

async fn whoami(caller: IamCaller<&'static str>) -> String {
    let kind = match &caller {
        IamCaller::Verified(_) => "here",
        IamCaller::ApiGateway(_) => "API Gateway",
    };
    format!("{kind} {} {}", caller.access_key_id(), caller.user_arn())
}

fn app() -> Router {
    Router::new().route("/prod/whoami", get(whoami))
}

async fn answer<B>(app: Router, request: Request<B>) -> (u16, String)
where
    B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<sigv4::tower::BoxError>,
{
    let response = app.oneshot(request.map(Body::new)).await.unwrap();
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), 65_536).await;
    (status, String::from_utf8(body.unwrap().to_vec()).unwrap())
}

#[test]
fn who_calls_by_an_event() {
    let mut callers = 0;
    let files = json_files(&vectors().join("lambda-events"));
    for (_, file) in &files {
        let text = std::fs::read_to_string(file).unwrap();
        let case: Value = serde_json::from_str(&text).unwrap();
        let (name, event) = (&case["case"], &case["event"]);
        let found = caller(&event["requestContext"]);
        let found = found.as_ref().map(in_json).unwrap_or_default();
        assert_eq!(found, case["caller"], "{name}");

        // The same through what Lambda's runtime makes of it.
        let request = lambda_http::request::from_str(&event.to_string()).unwrap();
        let app = app().layer(map_request(with_caller));
        let (status, body) = run(answer(app, request));
        match case["caller"].as_object() {
            Some(caller) => {
                let text = |field: &str| caller[field].as_str().unwrap();
                let expected =
                    format!("API Gateway {} {}", text("access_key_id"), text("user_arn"));
                assert_eq!((status, body), (200, expected), "{name}");
                callers += 1;
            }
            None => assert_eq!(status, 500, "{name}"),
        }
    }
    assert_eq!((files.len(), callers), (10, 5));
}

#[test]
fn contexts_that_name_nobody() {
    let rest = json!({ "accessKey": "AKIDEXAMPLE", "userArn": "arn:aws:iam::1:user/alice" });
    let whole = json!({ "identity": rest });
    assert!(caller(&whole).is_some());
    for field in ["accessKey", "userArn"] {
        for value in [Value::Null, json!(""), json!(1), json!({})] {
            let mut half = whole.clone();
            half["identity"][field] = value;
            assert_eq!(caller(&half), None, "{half}");
        }
    }
    let both = json!({ "identity": rest, "authorizer": { "iam": rest } });
    for context in [both, json!(null), json!([]), json!("identity")] {
        assert_eq!(caller(&context), None, "{context}");
    }
}

/// What is verified here counts, whatever somebody else says.
#[test]
fn verified_here() {
    let insert = |mut request: axum::extract::Request| async {
        let context = json!({ "identity": { "accessKey": "AKIDOTHER", "userArn": "other" } });
        request.extensions_mut().insert(caller(&context).unwrap());
        request
    };
    let request = || Request::get("https://example.com/prod/whoami").body(Body::empty());
    let credentials = Credentials::new(ACCESS_KEY_ID, SECRET);
    for app in [
        app().layer(layer()),
        app().layer(layer()).layer(map_request(insert)),
        app().layer(map_request(insert)).layer(layer()),
    ] {
        let signing = SignLayer::new(credentials.clone(), "us-east-1", "execute-api");
        let signing = signing.clock(at);
        let response = run(signing.layer(app).oneshot(request().unwrap())).unwrap();
        let body = run(axum::body::to_bytes(response.into_body(), 65_536)).unwrap();
        assert_eq!(body, "here AKIDEXAMPLE alice");
    }
    let policy = Policy::new(&["us-east-1"], "execute-api");
    let layer = VerifyLayer::new(&policy, OneKey, tokio::time::sleep).or_anonymous();
    for app in [
        app().layer(layer.clone()),
        app().layer(layer).layer(map_request(insert)),
    ] {
        assert_eq!(run(answer(app, request().unwrap())).0, 403);
    }
    assert_eq!(run(answer(app(), request().unwrap())).0, 500);
}
