//! `deploy/env.example` explains exactly the settings that the code reads.

use std::{cell::RefCell, collections::BTreeSet};

use config::Settings;

const EXAMPLE: &str = include_str!("../../../../deploy/env.example");

/// Lines such as `NAME=value`, or `# NAME=value` where the setting is optional.
fn explained() -> BTreeSet<String> {
    let line_name = |line: &str| {
        let name = line.trim_start_matches("# ").split_once('=')?.0.to_owned();
        name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_').then_some(name)
    };
    EXAMPLE.lines().filter_map(line_name).collect()
}

#[test]
fn every_setting_is_explained_and_nothing_else() {
    let asked = RefCell::new(BTreeSet::new());
    drop(Settings::from_lookup(|name| {
        asked.borrow_mut().insert(name.to_owned());
        None
    }));
    assert_eq!(explained(), asked.into_inner());
}

#[test]
fn the_example_starts_in_development() {
    let set = |name: &str| {
        EXAMPLE.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
    };
    assert_eq!(Settings::from_lookup(set).unwrap().environment, config::Environment::Development);
}

#[test]
fn every_value_in_the_example_can_be_used() {
    let set = |name: &str| {
        let lines = EXAMPLE.lines().map(|line| line.trim_start_matches("# "));
        lines
            .filter_map(|line| line.split_once('='))
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.to_owned())
    };
    let settings = Settings::from_lookup(set).unwrap();
    assert!(settings.telemetry.otlp_endpoint.is_some() && settings.stripe.key.is_some());
}
