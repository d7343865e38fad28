//! What IAM policies decide, and how a file of principals is read.

mod documents;
mod evaluation;
mod patterns;
mod policy_faults;
mod principals;
mod principals_faults;
mod secrets;
mod statement_faults;
