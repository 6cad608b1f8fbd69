//! Decides only when: cron ticks, due jobs, rescues.

fn main() {}
