//! An explanation as a page for a browser.

use crate::arguments::{Needs, Prepared, RequestArguments};
use crate::failure::{Failure, print};
use crate::secret::Secret;
use crate::sent_in_chunks::Upload;
use sigv4::explain::Answer;
use sigv4::{Payload, Request};
use zeroize::Zeroizing;

/// To a file, or to stdout. `no_region` stands in for a region that nobody knows.
pub(crate) fn write(
    file: &str,
    came: &[u8],
    request: Option<RequestArguments>,
    no_region: &'static str,
) -> Result<(), Failure> {
    let came = String::from_utf8_lossy(came);
    let page = match request {
        None => sigv4::inspect::page("", &came, None, None),
        Some(request) => {
            let answer = Answer {
                status: 0,
                headers: &[],
                body: came.as_bytes(),
            };
            let prepared = request.with_stand_in_region(no_region).prepare(Needs {
                upload: Upload::default(),
                secret: Secret::shown(false),
                body_headers: true,
                time: answer.signed_at(),
            })?;
            let text = text(&prepared)?;
            let region = Some(prepared.signer.region()).filter(|region| *region != no_region);
            let service = Some(prepared.signer.service());
            sigv4::inspect::page(&text, &came, region, service)
        }
    };
    let page = page.map_err(Failure::usage)?;
    if file == "-" {
        return print(page);
    }
    std::fs::write(file, page).map_err(|error| Failure::failed(format_args!("{file}: {error}")))
}

/// As it would go over the wire, but for its signature.
fn text(prepared: &Prepared) -> Result<Zeroizing<String>, Failure> {
    let token = prepared.signer.credentials().session_token();
    prepared.with_request(|request: &Request<'_>| {
        let mut text = Zeroizing::new(format!("{} {} HTTP/1.1\n", request.method, request.target));
        for (name, value) in request.headers {
            text.push_str(&format!("{name}: {}\n", String::from_utf8_lossy(value)));
        }
        if let Some(token) = token {
            let name = prepared.signer.profile().session_token_header;
            text.push_str(&format!("{name}: {token}\n"));
        }
        text.push('\n');
        if let Payload::Bytes(body) = request.payload {
            let no_text = |_| Failure::usage("--page: the body is no text");
            text.push_str(std::str::from_utf8(body).map_err(no_text)?);
        }
        Ok(text)
    })
}
