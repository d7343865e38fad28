//! Signs the published request `get-vanilla` with no standard library but C's start-up
//! code, and exits with 0 if the published signature comes out; and signs and verifies it by
//! Version 4A.
#![no_std]
#![no_main]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ffi::c_int;
use core::fmt::Write;
use core::sync::atomic::{AtomicUsize, Ordering};
use sigv4::{Claim, Credentials, Payload, Policy, Profile, Request, Signer, Timestamp};

// For start-up, `memcpy` and the like; without `std` nothing else asks for it.
#[link(name = "c")]
unsafe extern "C" {
    safe fn abort() -> !;
}

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const PUBLISHED: &str = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";

#[unsafe(no_mangle)]
extern "C" fn main() -> c_int {
    match sign_and_verify() {
        Some(true) => 0,
        Some(false) => 1,
        None => 2,
    }
}

fn sign_and_verify() -> Option<bool> {
    let at = Timestamp::parse("20150830T123600Z").ok()?;
    let signer = Signer::new(
        Credentials::new("AKIDEXAMPLE", SECRET),
        "us-east-1",
        "service",
    );
    let request = Request {
        method: "GET",
        target: "/",
        headers: &[("Host", b"example.amazonaws.com")],
        payload: Payload::EMPTY,
    };
    let signed = signer.sign(&request, at).ok()?;
    let mut text = Text([0; 64], 0);
    write!(text, "{}", signed.signature()).ok()?;

    let headers = [
        ("host", &b"example.amazonaws.com"[..]),
        ("authorization", signed.authorization().as_bytes()),
        ("x-amz-date", at.as_str().as_bytes()),
    ];
    let arrived = Request {
        headers: &headers,
        ..request
    };
    let claim = Claim::from_request(&arrived).ok()?;
    let key = claim.signing_key(SECRET);
    let policy = Policy::new(&["us-east-1"], "service");
    let verified = claim.verify(&key, &arrived, &policy, at).is_ok();
    Some(verified && text.0 == PUBLISHED.as_bytes() && sign_and_verify_4a(&request, at)?)
}

fn sign_and_verify_4a(request: &Request<'_>, at: Timestamp) -> Option<bool> {
    let signer = Signer::new(Credentials::new("AKIDEXAMPLE", SECRET), "*", "service")
        .with_profile(Profile::DEFAULT.with_sigv4a());
    let signed = signer.sign(request, at).ok()?;
    let headers = [
        ("host", &b"example.amazonaws.com"[..]),
        ("authorization", signed.authorization().as_bytes()),
        ("x-amz-date", at.as_str().as_bytes()),
        ("x-amz-region-set", b"*"),
    ];
    let arrived = Request {
        headers: &headers,
        ..*request
    };
    let claim = Claim::from_request(&arrived).ok()?;
    let key = claim.signing_key(SECRET);
    let mut policy = Policy::new(&["us-east-1"], "service");
    let refused = claim.verify(&key, &arrived, &policy, at).is_err();
    policy.profile = policy.profile.with_sigv4a();
    let by_secret = claim.verify(&key, &arrived, &policy, at).is_ok();
    let public = key.public_key()?;
    let alone = claim.verify_with_public_key(&public, &arrived, &policy, at);
    Some(refused && by_secret && alone.is_ok())
}

struct Text([u8; 64], usize);

impl Write for Text {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        for byte in text.bytes() {
            *self.0.get_mut(self.1).ok_or(core::fmt::Error)? = byte;
            self.1 += 1;
        }
        Ok(())
    }
}

/// Gives memory out and never takes it back.
struct Bump {
    memory: UnsafeCell<[u8; SIZE]>,
    used: AtomicUsize,
}

const SIZE: usize = 1 << 16;

#[global_allocator]
static MEMORY: Bump = Bump {
    memory: UnsafeCell::new([0; SIZE]),
    used: AtomicUsize::new(0),
};

// SAFETY: each byte is given out once, as `used` only grows.
unsafe impl Sync for Bump {}

// SAFETY: pieces are aligned, within the memory, and do not overlap.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let start = self.memory.get() as usize;
        let mut place = 0;
        let taken = self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
                place = (start + used).next_multiple_of(layout.align()) - start;
                let end = place.checked_add(layout.size())?;
                (end <= SIZE).then_some(end)
            });
        match taken {
            Ok(_) => self.memory.get().cast::<u8>().wrapping_add(place),
            Err(_) => core::ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    abort()
}
