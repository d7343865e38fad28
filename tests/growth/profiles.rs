//! Files of profiles.

use crate::shape::{Shape, filled, numbered};
use sigv4::sources::ProfileFiles;

const SIZE: usize = 4_096;

type Text = fn(usize) -> String;

const FILES: [(&str, Text); 9] = [
    ("sections", |size| {
        numbered(size, |number| format!("[profile a{number:06}]\n"))
    }),
    ("one section again and again", |size| {
        filled("[profile p]\na = b\n", size)
    }),
    ("properties", |size| {
        "[profile p]\n".to_owned() + &numbered(size, |number| format!("a{number:06} = b\n"))
    }),
    ("one property again and again", |size| {
        "[profile p]\n".to_owned() + &filled("a = b\n", size)
    }),
    ("a value of many lines", |size| {
        "[profile p]\na = b\n".to_owned() + &filled(" c\n", size)
    }),
    ("a long value", |size| {
        "[profile p]\na = ".to_owned() + &filled("b", size)
    }),
    ("what could be comments", |size| {
        "[profile p]\na = ".to_owned() + &filled("b#", size)
    }),
    ("white space", |size| {
        "[profile p]\na = b".to_owned() + &filled(" \t", size)
    }),
    ("blank lines", |size| filled("\n", size)),
];

/// Each profile assumes a role with the one before it.
fn chained(size: usize) -> String {
    let link = |number: usize| {
        format!(
            "[profile a{number:06}]\nrole_arn = arn:a\nsource_profile = a{:06}\n",
            number + 1
        )
    };
    let count = size / link(0).len();
    let mut text: String = (0..count).map(link).collect();
    text += &format!("[profile a{count:06}]\naws_access_key_id = A\naws_secret_access_key = s\n");
    text
}

pub fn shapes() -> Vec<Shape> {
    let files = FILES.iter().map(|(name, text)| {
        Shape::new(format!("profiles: {name}"), SIZE, move |size| {
            let text = text(size);
            move || {
                ProfileFiles::from_texts(&text, &text.replace("[profile ", "[")).unwrap();
            }
        })
    });
    let chain = Shape::new("profiles: a chain of roles", SIZE, |size| {
        let text = chained(size);
        move || {
            match ProfileFiles::from_texts(&text, "").unwrap().plan("a000000") {
                Ok(plan) => assert!(!plan.roles.is_empty()),
                // As soon as there are more than a chain may have.
                Err(error) => assert!(error.to_string().ends_with("over 64 profiles"), "{error}"),
            }
        }
    });
    files.chain([chain]).collect()
}
