//! The proxy between real clients and real upstreams, in one process over loopback.
