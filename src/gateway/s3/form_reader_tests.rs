//! Forms in pieces of any length.

use super::form_reader::{FormFault, FormReader, MOST, Step};
use hyper::body::Bytes;
use proptest::prelude::*;
use std::format;
use std::string::String;
use std::vec::Vec;

const BOUNDARY: &str = "----b";

fn part(disposition: &str, value: &str) -> String {
    format!("--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n{value}\r\n")
}

fn field(name: &str, value: &str) -> String {
    part(&format!("form-data; name=\"{name}\""), value)
}

fn file(value: &str) -> String {
    part("form-data; name=\"file\"; filename=\"saw.png\"", value)
}

/// Fields, name of the file, and the file.
type Form = (Vec<(String, Vec<u8>)>, Option<String>, Vec<u8>);

fn read(body: &[u8], piece: usize) -> Result<Option<Form>, FormFault> {
    let mut reader = FormReader::new(BOUNDARY.into());
    let mut pieces = body.chunks(piece);
    let (mut fields, mut file_name, mut data) = (Vec::new(), None, Vec::new());
    loop {
        match reader.step()? {
            Step::Hungry => reader.put(pieces.next().map(Bytes::copy_from_slice)),
            Step::Field(name, value) => fields.push((name, value)),
            Step::File(name) => file_name = name,
            Step::Data(more) => data.extend_from_slice(&more),
            Step::FileEnd => return Ok(Some((fields, file_name, data))),
            Step::End => return Ok(None),
        }
    }
}

proptest! {
    /// Whatever is in them, what looks like a boundary as well.
    #[test]
    fn read_alike_in_pieces_of_any_length(
        values in proptest::collection::vec("[a\r\n-]{0,20}|.{0,30}", 0..4),
        data in "[-\r\nb]{0,200}|.{0,300}",
        piece in 1_usize..80,
    ) {
        prop_assume!(values.iter().chain([&data]).all(|text| !text.contains("--b")));
        let mut body = String::new();
        for (index, value) in values.iter().enumerate() {
            body += &field(&format!("f{index}"), value);
        }
        body += &file(&data);
        body += &field("later", "ignored");
        body += "------b--\r\n";
        let expected: Vec<_> = values.iter().enumerate()
            .map(|(index, value)| (format!("f{index}"), value.clone().into_bytes()))
            .collect();
        let form = read(body.as_bytes(), piece).unwrap().unwrap();
        prop_assert_eq!(form, (expected, Some("saw.png".into()), data.into_bytes()));
    }

    #[test]
    fn any_bytes_end(body in "(?s)(------b|\r\n|--|[a-z:;=\" ]{1,12}|.){0,60}", piece in 1_usize..40) {
        let whole = read(body.as_bytes(), usize::MAX);
        prop_assert_eq!(whole, read(body.as_bytes(), piece));
    }
}

#[test]
fn what_is_no_form_is_malformed() {
    let end = "------b--\r\n";
    let whole = format!("{}{}{end}", field("key", "a"), file("hello"));
    assert!(read(whole.as_bytes(), 7).unwrap().is_some());
    // Cut off anywhere before the end of the file's delimiter line.
    let last = whole.len() - 2;
    for length in 0..last {
        let cut = read(&whole.as_bytes()[..length], 11);
        assert_eq!(cut, Err(FormFault::Malformed), "{length}");
    }
    for body in [
        // In the file, what begins as the boundary does not end it in silence.
        format!("{}{end}", file("a\r\n------bc\r\nd")),
        format!("{}{end}", part("form-data", "a")),
        format!("{}{end}", part("form-data; name=\"\"", "a")),
        format!("{}{end}", part("attachment; name=\"key\"", "a")),
        format!("{}{end}", part("file; name=\"file\"; filename=\"a\"", "a")),
        format!("--{BOUNDARY}\r\nContent-Type: a/b\r\n\r\na\r\n{end}"),
        format!("--{BOUNDARY}\r\nno header\r\n\r\na\r\n{end}"),
        format!("--{BOUNDARY}x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\na\r\n{end}"),
        "no boundary".into(),
        String::new(),
    ] {
        assert_eq!(
            read(body.as_bytes(), 5),
            Err(FormFault::Malformed),
            "{body}"
        );
    }
    let none = format!("{}{end}", field("key", "a"));
    assert_eq!(read(none.as_bytes(), 5), Ok(None));
}

#[test]
fn what_is_before_the_file_is_bounded_and_the_file_is_not() {
    let end = "------b--\r\n";
    let long = "x".repeat(MOST * 4);
    for piece in [1, 1_000, usize::MAX] {
        let body = format!("{}{end}", file(&long));
        let form = read(body.as_bytes(), piece).unwrap().unwrap();
        assert_eq!(form.2.len(), long.len());
        // A field, a preamble, a header, and what is behind the file.
        for body in [
            format!("{}{}{end}", field("key", &long), file("a")),
            format!("{long}\r\n{}{end}", file("a")),
            format!("--{BOUNDARY}\r\nx: {long}\r\n\r\n{end}"),
            format!("{}--{BOUNDARY}\r\nx: {long}\r\n\r\n{end}", file("a")),
        ] {
            assert_eq!(read(body.as_bytes(), piece), Err(FormFault::TooLong));
        }
        // To the byte.
        let around = field("key", "").len() + file("").len() - "\r\n".len();
        for (more, fits) in [(0, true), (1, true), (2, false)] {
            let value = "x".repeat(MOST - around + more);
            let body = format!("{}{}{end}", field("key", &value), file(""));
            assert_eq!(read(body.as_bytes(), piece).is_ok(), fits, "{piece} {more}");
        }
    }
}
