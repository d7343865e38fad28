//! The names of the inputs on which a class of difference is allowed. What they are, `line_inputs.rs`
//! and `profile_inputs.rs` say.

use serde::Deserialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Input {
    BlankCharacter,
    ByteOrderMark,
    HeadingSpaced,
    HeadingNotClosed,
    HeadingIndented,
    HeadingRespelled,
    DefaultTwice,
    NameInvalid,
    ValueComment,
    ValueEmpty,
    PropertyColon,
    PropertyIndented,
    PropertyContinued,
    SubPropertyBroken,
    Repeated,
    KeysAcrossFiles,
    TokenAcrossFiles,
    SourceIsItself,
    SourceKeysBesideOthers,
    KeysBesideOthers,
    SessionWithoutRole,
    MeantAndMissing,
    RoleSettings,
    RegionInvalid,
    KeyUnsignable,
    RoleRegion,
    NoRegion,
    NamedWithoutCredentials,
    UnneededFiles,
    WebIdentityOfEnvironment,
    WebIdentityOfBoth,
    VariableBlank,
    SecretVariableAlone,
    RegionVariable,
    ProfileVariables,
}
