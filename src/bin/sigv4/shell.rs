//! Words for sh.

pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    push_quoted(&mut quoted, text);
    quoted
}

/// In single quotes nothing has a meaning but the single quote. At most four times as long, and two
/// bytes more.
pub(crate) fn push_quoted(into: &mut String, text: &str) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@%+=,".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        into.push_str(text);
        return;
    }
    into.push('\'');
    for (index, piece) in text.split('\'').enumerate() {
        if index > 0 {
            into.push_str(r"'\''");
        }
        into.push_str(piece);
    }
    into.push('\'');
}
