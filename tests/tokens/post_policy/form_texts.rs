//! A form as JSON and as a page, and where it goes.

use serde_json::Value;
use sigv4::post_policy::{PostForm, PostPolicy};
use sigv4::{Credentials, Signer, Timestamp};
use std::time::Duration;

fn policy(bucket: &str) -> PostPolicy {
    PostPolicy::new(bucket, "a/${filename}", Duration::from_secs(60))
        .field("x-amz-meta-note", r#""><script>alert('&')</script>"#)
        .eq("acl", "private")
        .starts_with("Content-Type", "image/")
}

fn form() -> PostForm {
    let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "eu-west-1", "s3");
    let at = Timestamp::parse("20240102T030405Z").unwrap();
    signer
        .sign_post_policy(&policy("examplebucket"), at)
        .unwrap()
}

#[test]
fn json_is_what_boto3_returns() {
    let form = form();
    let url = "https://examplebucket.s3.eu-west-1.amazonaws.com/";
    let json: Value = serde_json::from_str(&form.to_json(url)).unwrap();
    assert_eq!(json["url"], url);
    let fields = json["fields"].as_object().unwrap().iter();
    let fields: Vec<_> = fields
        .map(|(name, value)| (&**name, value.as_str().unwrap()))
        .collect();
    assert_eq!(fields, form.fields().collect::<Vec<_>>());
    assert_eq!(json.as_object().unwrap().len(), 2);
}

/// The value of an attribute of the tags that have it.
fn attributes<'t>(page: &'t str, name: &str) -> Vec<&'t str> {
    let begin = format!(" {name}=\"");
    let found = page.split(&*begin).skip(1);
    found.map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn the_page_has_every_field_and_the_file_last() {
    let form = form();
    let page = form.to_html("https://a.example/?a=b&\"c");
    assert_eq!(
        attributes(&page, "action"),
        ["https://a.example/?a=b&amp;&quot;c"]
    );
    assert_eq!(attributes(&page, "enctype"), ["multipart/form-data"]);
    assert_eq!(attributes(&page, "method"), ["post"]);
    let names: Vec<_> = form.fields().map(|(name, _)| name).collect();
    let all = [&names[..], &["acl", "Content-Type", "file"]].concat();
    assert_eq!(attributes(&page, "name"), all);
    assert!(!page.contains("<script"), "{page}");
    assert!(
        page.contains("value=\"&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;\"")
    );
    // What the sender may not change, and what they have to.
    assert!(page.contains("<input type=\"hidden\" name=\"acl\" value=\"private\">"));
    assert!(page.contains("<input type=\"text\" name=\"Content-Type\" value=\"image/\">"));
    // Nothing that is sent is behind the file.
    let behind = page.split_once("name=\"file\"").unwrap().1;
    assert!(!behind.contains("name="), "{behind}");
}

#[test]
fn where_the_form_goes() {
    for (bucket, region, url) in [
        (
            "examplebucket",
            "us-east-1",
            Some("https://examplebucket.s3.us-east-1.amazonaws.com/"),
        ),
        (
            "a-b",
            "cn-north-1",
            Some("https://a-b.s3.cn-north-1.amazonaws.com.cn/"),
        ),
        (
            "a.b",
            "eu-west-1",
            Some("https://s3.eu-west-1.amazonaws.com/a.b"),
        ),
        (
            "A_b",
            "eu-west-1",
            Some("https://s3.eu-west-1.amazonaws.com/A_b"),
        ),
        (
            "-ab",
            "eu-west-1",
            Some("https://s3.eu-west-1.amazonaws.com/-ab"),
        ),
        (
            "ab",
            "eu-west-1",
            Some("https://s3.eu-west-1.amazonaws.com/ab"),
        ),
        ("examplebucket", "nowhere", None),
        ("examplebucket", "", None),
    ] {
        assert_eq!(
            policy(bucket).url(region).as_deref(),
            url,
            "{bucket} {region}"
        );
    }
}
