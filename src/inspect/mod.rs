//! What arrived, who called, what was signed, and why it was refused: to look at in a browser.
//!
//! Gateway and proxy leave what they have at hand when a request is over (`record`, `ring`); what
//! it means is found out when somebody looks: `judged` asks the gateway once more, `given` reads
//! another service's answer. `detail` writes it down, without what is never shown (`redact`).
//!
//! A room of its own, beside gateway and proxy: both fill it, and it asks the gateway, which must not
//! know of it.

mod answer;
mod base64_names;
mod borrowed;
pub(crate) mod browser;
mod chain_of_answer;
mod clip;
mod compared;
mod cut;
mod decided;
mod detail;
mod events;
mod export;
mod filter;
mod findings;
mod first_call;
mod given;
mod guard;
pub(crate) mod head;
mod headers;
mod html;
pub(crate) mod inspector;
mod judged;
mod kept;
mod lines;
mod named;
mod paste;
mod pasted;
mod patient;
mod place;
mod posted;
mod proxied;
mod reasons;
pub(crate) mod record;
mod redact;
mod replay;
pub(crate) mod ring;
mod routes;
mod secret_names;
pub(crate) mod server;
mod should_be;
mod signed_names;
mod strings;
pub(crate) mod verdict;

use std::prelude::rust_2024::*;

/// A page that explains an answer, with all that it needs in it: for those who run no server.
///
/// `answer` is what the service sent back, as `curl -i` or `curl -v` prints it, or its body alone;
/// `request` is the request, as raw HTTP, a curl line, a HAR or the output of `curl -v`; either can be
/// empty. Region and service are for a request that does not tell them. Neither a secret nor a session
/// token is in it.
///
/// ```
/// let page = sigv4::inspect::page(
///     "",
///     r#"{"message":"The security token included in the request is expired"}"#,
///     None,
///     None,
/// )?;
/// assert!(page.contains("the session token has expired"));
/// # Ok::<(), &'static str>(())
/// ```
///
/// # Errors
/// What cannot be read of it, in a sentence.
pub fn page(
    request: &str,
    answer: &str,
    region: Option<&str>,
    service: Option<&str>,
) -> Result<String, &'static str> {
    let detail = pasted::explained(request, answer, region, service)?;
    Ok(html::with(&serde_json::json!({ "explain": detail })))
}
