//! How an explanation is printed.

use crate::failure::harmless;
use crate::json::Object;
use sigv4::explain::{Cause, Denial, Difference, Evidence, Explanation, Reason};
use std::fmt::Write;

/// Each cause with its remedy, advice, then each line that differs.
pub(crate) fn text(explanation: &Explanation) -> String {
    let mut text = String::new();
    if explanation.is_ambiguous() && explanation.causes.len() > 1 {
        text += "It is one of these, the answer does not tell which:\n";
    }
    for (number, reason) in explanation.causes.iter().enumerate() {
        let gap = if number == 0 { "" } else { "\n" };
        // Writing to a String does not fail.
        let _ = write!(
            text,
            "{gap}cause:  {}\nremedy: {}\n",
            reason.cause, reason.remedy
        );
    }
    if let Some(advice) = explanation.advice {
        let _ = write!(text, "\nnote:   {advice}\n");
    }
    for difference in &explanation.differences {
        text += &lines(difference);
    }
    harmless(&text)
}

fn lines(difference: &Difference) -> String {
    let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "(not there)".into());
    let mut text = format!(
        "\n{}\n  signed:   {}\n  computed: {}\n",
        difference.part,
        side(&difference.signed),
        side(&difference.computed)
    );
    if let (Some(signed), Some(computed)) = (&difference.signed, &difference.computed) {
        text += &mark(signed, computed);
    }
    text
}

/// Under the first character that is not the same.
fn mark(signed: &str, computed: &str) -> String {
    let same = signed.chars().zip(computed.chars());
    let same = same.take_while(|(left, right)| left == right).count();
    if signed == computed {
        return String::new();
    }
    format!(
        "  {}^\n",
        " ".repeat("computed: ".len().saturating_add(same))
    )
}

pub(crate) fn json(explanation: &Explanation) -> String {
    let mut object = Object::default();
    object.list("causes", &explanation.causes, reason);
    object.list(
        "differences",
        &explanation.differences,
        |object, difference| {
            object.text("part", &difference.part.to_string());
            object.some("signed", difference.signed.as_deref());
            object.some("computed", difference.computed.as_deref());
        },
    );
    object.some("advice", explanation.advice);
    object.some("known", explanation.known);
    format!("{}\n", object.finish())
}

fn reason(object: &mut Object, reason: &Reason) {
    object.text("name", reason.cause.name());
    object.text("text", &reason.cause.to_string());
    let evidence = match reason.evidence {
        Evidence::Shown => Some("shown"),
        Evidence::Said => Some("said"),
        Evidence::Possible => Some("possible"),
        _ => None,
    };
    object.some("evidence", evidence);
    object.text("remedy", &reason.remedy);
    match &reason.cause {
        Cause::HeaderAdded { name }
        | Cause::HeaderRemoved { name }
        | Cause::HeaderAltered { name }
        | Cause::HeaderMissing { name } => object.text("header", name),
        Cause::WrongRegion { expected } | Cause::WrongService { expected } => {
            object.some("expected", expected.as_deref());
        }
        Cause::Clock { signed, server } => {
            object.text("signed", &signed.to_string());
            object.text("server", &server.to_string());
        }
        Cause::OtherScheme { scheme } => object.text("scheme", scheme),
        Cause::NotAuthorized(denied) => denial(object, denied),
        _ => {}
    }
}

fn denial(object: &mut Object, denial: &Denial) {
    object.some("principal", denial.principal.as_deref());
    object.some("action", denial.action.as_deref());
    object.some("resource", denial.resource.as_deref());
    let policy = denial.policy.map(|kind| kind.to_string());
    object.some("policy", policy.as_deref());
    object.flag("explicit", denial.explicit);
    object.some("statement", denial.statement().as_deref());
}
