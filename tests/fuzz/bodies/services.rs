//! Services that differ in their rules.

pub const SERVICES: [&str; 5] = [
    "execute-api",
    "s3",
    "s3express",
    "vpc-lattice-svcs",
    "iotdevicegateway",
];
