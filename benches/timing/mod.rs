//! What the benches share: medians with their spread, by the clock on the wall and by processor time, which other work on
//! the machine disturbs less; and the greatest memory.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench stops at the first failure and prints")]

use std::time::{Duration, Instant};

/// Ticks of processor time a second, as the kernel tells them.
const TICKS: f64 = 100.0;

/// Runs it so many times after one warm-up and prints median and spread; what the last run gave.
pub fn report<T>(what: &str, runs: usize, mut work: impl FnMut() -> T) -> T {
    let mut last = work();
    let mut times: Vec<Duration> = Vec::with_capacity(runs);
    let begun = processor_s();
    for _ in 0..runs {
        let begun = Instant::now();
        last = work();
        times.push(begun.elapsed());
    }
    let processor_s = (processor_s() - begun) / runs as f64;
    times.sort_unstable();
    let (median, least, most) = (times[runs / 2], times[0], times[runs - 1]);
    println!("{what}: {median:.1?} ({least:.1?} to {most:.1?}), processor {processor_s:.2} s");
    last
}

/// Processor time of this process so far, user and system, seconds.
fn processor_s() -> f64 {
    let status = std::fs::read_to_string("/proc/self/stat").unwrap();
    // The name, which may hold spaces, ends with the last bracket; user and system time are the 14th and 15th fields.
    let mut fields = status.rsplit_once(')').unwrap().1.split_whitespace().skip(11);
    let mut ticks = || fields.next().unwrap().parse::<f64>().unwrap();
    (ticks() + ticks()) / TICKS
}

/// This process's greatest memory so far, MiB.
pub fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}
