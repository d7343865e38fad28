//! What a token of EKS is made of, for those that make and those that look at one.
//! [aws-iam-authenticator](https://github.com/kubernetes-sigs/aws-iam-authenticator)

/// What it begins with.
pub(super) const PREFIX: &str = "k8s-aws-v1.";

/// Under which the name of a cluster is signed.
pub(super) const CLUSTER_HEADER: &str = "x-k8s-aws-id";

/// How long one may be, in bytes.
pub(super) const LONGEST: usize = 4_096;
