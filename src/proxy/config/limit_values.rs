//! Limits and times, and between what they may be.

use super::amount::{parse_bytes, parse_time};
use super::config_fault::ConfigFault;
use super::document::{Amount, LimitsTable, RouteLimitsTable, Time, TimesTable};
use super::named_file::{about, words};
use super::written::{Written, Wrong};
use crate::proxy::settings::{Limits, RouteLimits, Times};
use core::time::Duration;
use std::format;
use std::path::Path;
use std::prelude::rust_2024::*;

const SIZE: &str = "expected a size such as 65536, \"64K\", \"10M\" or \"5G\"";
const COUNT: &str = "expected a number";
const TIME: &str = "expected a time such as \"500ms\", \"30s\" or \"5m\"";
/// From the least to the most, in bytes.
const MEMORY: (u64, u64) = (1 << 20, u32::MAX as u64);
const LENGTH: (u64, u64) = (1, 1 << 50);
const SHORTEST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_secs(86_400);

/// The limits, of which those that are not given stay as they are by default. Where callers sign, part of
/// the room for bodies is for those who are not known yet.
pub(super) fn limits(table: &LimitsTable, resigns: bool, folder: &Path) -> Result<Limits, Wrong> {
    let mut limits = Limits::default();
    let setting = "limits.connections";
    count(
        &mut limits.connections,
        table.connections.as_ref(),
        setting,
        1_000_000,
    )?;
    let setting = "limits.headers";
    count(&mut limits.headers, table.headers.as_ref(), setting, 10_000)?;
    let setting = "limits.requests";
    let written = table.requests.as_ref();
    count(&mut limits.requests, written, setting, 1_000_000)?;
    let setting = "limits.memory";
    let written = table.memory.as_ref();
    size(&mut limits.memory, written, setting, MEMORY)?;
    of_bodies(
        &mut limits,
        [&table.in_memory, &table.body, &table.upstream_connections],
    )?;
    // What reads heads needs this much.
    size(
        &mut limits.head,
        table.head.as_ref(),
        "limits.head",
        (8 << 10, 16 << 20),
    )?;
    size(
        &mut limits.spooled,
        table.spooled.as_ref(),
        "limits.spooled",
        LENGTH,
    )?;
    let (of_known, beside) = in_files(&limits, resigns);
    let too_small = of_known < limits.body && limits.body > in_memory(&limits);
    if let Some(written) = table
        .spooled
        .as_ref()
        .or(table.body.as_ref())
        .filter(|_| too_small)
    {
        let limits = format!(
            "a body may be {} bytes, and all of them together no more than {of_known}{beside}",
            limits.body
        );
        return Err(written.wrong("limits.spooled", ConfigFault::OutOfRange { limits }));
    }
    time(&mut limits.read, table.read.as_ref(), "limits.read")?;
    time(
        &mut limits.keep_alive,
        table.keep_alive.as_ref(),
        "limits.keep_alive",
    )?;
    time(&mut limits.drain, table.drain.as_ref(), "limits.drain")?;
    if let Some(written) = &table.spool {
        let path = folder.join(&written.value);
        if let Err(error) = tempfile::tempfile_in(&path) {
            let problem = format!("no file can be made there: {}", words(&error));
            return Err(written.wrong("limits.spool", about(&path, problem)));
        }
        limits.spool = Some(path);
    }
    Ok(limits)
}

/// What a route may cost, where it says so itself.
pub(super) fn route_limits(
    table: &RouteLimitsTable,
    all: &Limits,
    resigns: bool,
) -> Result<RouteLimits, Wrong> {
    let mut limits = all.clone();
    of_bodies(
        &mut limits,
        [&table.in_memory, &table.body, &table.upstream_connections],
    )?;
    let (most, beside) = in_files(&limits, resigns);
    if let Some(written) = &table.body
        && most < limits.body
        && limits.body > in_memory(&limits)
    {
        let limits = format!("all bodies in files together are no more than {most} bytes{beside}");
        return Err(written.wrong("limits.body", ConfigFault::OutOfRange { limits }));
    }
    Ok(RouteLimits {
        in_memory: table.in_memory.as_ref().map(|_| limits.in_memory),
        body: table.body.as_ref().map(|_| limits.body),
        upstream_connections: (table.upstream_connections.as_ref())
            .map(|_| limits.upstream_connections),
    })
}

/// What all routes, and each of them, can have limits for.
fn of_bodies(
    limits: &mut Limits,
    [short, long, connections]: [&Option<Written<Amount>>; 3],
) -> Result<(), Wrong> {
    let setting = "limits.in_memory";
    let range = (0, 1 << 30);
    size(&mut limits.in_memory, short.as_ref(), setting, range)?;
    size(&mut limits.body, long.as_ref(), "limits.body", LENGTH)?;
    let setting = "limits.upstream_connections";
    let to = &mut limits.upstream_connections;
    count(to, connections.as_ref(), setting, 1_000_000)?;
    if let Some(written) = short.as_ref().filter(|_| limits.in_memory > limits.memory) {
        let limits = format!(
            "all bodies together have no more memory than limits.memory, which is {} bytes",
            limits.memory
        );
        return Err(written.wrong("limits.in_memory", ConfigFault::OutOfRange { limits }));
    }
    Ok(())
}

/// The times of a route.
pub(super) fn times(table: &TimesTable) -> Result<Times, Wrong> {
    let mut times = Times::default();
    time(&mut times.connect, table.connect.as_ref(), "times.connect")?;
    time(&mut times.answer, table.answer.as_ref(), "times.answer")?;
    time(&mut times.idle, table.idle.as_ref(), "times.idle")?;
    time(&mut times.tunnel, table.tunnel.as_ref(), "times.tunnel")?;
    Ok(times)
}

/// How much of bodies there may be in files, and beside what.
fn in_files(limits: &Limits, resigns: bool) -> (u64, &'static str) {
    if resigns {
        let beside = ", beside those of unknown callers";
        (limits.of_known_callers(), beside)
    } else {
        (limits.spooled, "")
    }
}

fn in_memory(limits: &Limits) -> u64 {
    u64::try_from(limits.in_memory).unwrap_or(u64::MAX)
}

fn size<N: TryFrom<u64>>(
    to: &mut N,
    written: Option<&Written<Amount>>,
    setting: &'static str,
    (least, most): (u64, u64),
) -> Result<(), Wrong> {
    let Some(written) = written else {
        return Ok(());
    };
    let Some(size) = parse_bytes(&written.value.0) else {
        return Err(written.wrong(setting, ConfigFault::Malformed { expected: SIZE }));
    };
    let fits = (least..=most).contains(&size);
    *to = match N::try_from(size) {
        Ok(size) if fits => size,
        _ => {
            let limits = format!("from {least} to {most} bytes");
            return Err(written.wrong(setting, ConfigFault::OutOfRange { limits }));
        }
    };
    Ok(())
}

fn count(
    to: &mut usize,
    written: Option<&Written<Amount>>,
    setting: &'static str,
    most: usize,
) -> Result<(), Wrong> {
    let Some(written) = written else {
        return Ok(());
    };
    let digits = written.value.0.bytes().all(|byte| byte.is_ascii_digit());
    if !digits {
        return Err(written.wrong(setting, ConfigFault::Malformed { expected: COUNT }));
    }
    let count = written.value.0.parse().ok();
    let Some(count) = count.filter(|count| (1..=most).contains(count)) else {
        let limits = format!("from 1 to {most}");
        return Err(written.wrong(setting, ConfigFault::OutOfRange { limits }));
    };
    *to = count;
    Ok(())
}

fn time(
    to: &mut Duration,
    written: Option<&Written<Time>>,
    setting: &'static str,
) -> Result<(), Wrong> {
    let Some(written) = written else {
        return Ok(());
    };
    let text = &written.value.0;
    let has_unit = !text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(time) = parse_time(text).filter(|_| has_unit) else {
        return Err(written.wrong(setting, ConfigFault::Malformed { expected: TIME }));
    };
    if !(SHORTEST..=LONGEST).contains(&time) {
        let limits = "from 1ms to 1d".into();
        return Err(written.wrong(setting, ConfigFault::OutOfRange { limits }));
    }
    *to = time;
    Ok(())
}
