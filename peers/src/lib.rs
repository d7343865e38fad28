//! sigv4-kit side by side with what AWS publishes: `aws-sigv4` in this process, botocore and
//! AWS's C signer through `official.py`.

pub mod case;
pub mod classes;
pub mod credentials;
pub mod generate;
pub mod outcome;
pub mod pieces;
pub mod report;
pub mod signers;
pub mod sigv4a;
pub mod speed;
pub mod streams;

/// The implementations that AWS publishes, in the order of all tables.
pub const OFFICIAL: [&str; 3] = ["awscrt", "botocore", "aws-sigv4"];
