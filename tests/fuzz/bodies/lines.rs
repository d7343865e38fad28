//! Headers from lines of bytes.

use sigv4::Header;

/// Header lines, `name:value`.
pub fn header_lines(data: &[u8]) -> Vec<(String, Vec<u8>)> {
    data.split(|byte| *byte == b'\n')
        .filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let (name, value) = line.split_at(colon);
            Some((
                String::from_utf8_lossy(name).into_owned(),
                value[1..].to_vec(),
            ))
        })
        .collect()
}

pub fn borrowed(headers: &[(String, Vec<u8>)]) -> Vec<Header<'_>> {
    headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_slice()))
        .collect()
}
