//! The walls between the crates, each with its reason.

use super::{
    Breach,
    graph::{Graph, Kind},
};

/// Who may name what. A name that ends in `*` stands for everything that begins so.
const OWNERS: [(&str, &[&str], &str); 13] = [
    ("ocr", &["worker"], "only the worker reads pages: the API and the scheduler must not link Tesseract"),
    ("leptess", &["ocr"], "C libraries live in ocr alone"),
    ("leptonica*", &["ocr"], "C libraries live in ocr alone"),
    ("tesseract*", &["ocr"], "C libraries live in ocr alone"),
    (
        "apalis*",
        &["queue"],
        "Redis carries tickets only; nothing else may come to rely on apalis' guarantees",
    ),
    (
        "redis",
        &["queue", "operations", "api", "testkit"],
        "tickets go through queue; the others count and probe",
    ),
    (
        "minijinja",
        &["mail", "api", "mailsink", "specimens"],
        "letters are written in mail, pages in api and in the mail sink; specimens are printed; nothing else writes HTML",
    ),
    ("lettre", &["mail"], "one place knows how a letter is sent"),
    ("poem*", &["api"], "HTTP is an edge: what the product does must not depend on it"),
    ("object_store", &["files"], "one place knows where documents lie"),
    ("async-stripe*", &["partners"], "an outside service is met behind a trait, with a fake beside it"),
    ("api", &["testkit"], "a binary is wiring and edges; nothing is built upon it"),
    ("worker", &[], "a binary is wiring and edges; nothing is built upon it"),
];

/// The floors, from the ground up: a crate may name only crates of a lower floor, so there are no circles.
const FLOORS: [&[&str]; 6] = [
    &["domain"],
    &["config"],
    &["telemetry", "extraction", "mailsink"],
    &["database", "queue", "files", "partners", "ocr", "mail"],
    &["operations"],
    &["api", "worker", "scheduler", "testkit", "xtask", "specimens"],
];

/// Fakes and builders.
const FOR_TESTS: [&str; 3] = ["testkit", "mailsink", "specimens"];

/// What must not be in anything below a crate.
const NEVER_BELOW: [(&str, &[&str], &str); 5] = [
    ("domain", &["tokio", "poem", "hyper", "sqlx-postgres", "reqwest"], "words and rules do no I/O"),
    (
        "extraction",
        &["tokio", "hyper", "leptess", "image"],
        "extraction is pure, so that its rules are tested without OCR",
    ),
    (
        "api",
        &["ocr", "leptess", "tesseract-sys", "leptonica-sys"],
        "the API must not link Tesseract or Leptonica",
    ),
    (
        "scheduler",
        &["ocr", "leptess", "tesseract-sys", "leptonica-sys"],
        "the scheduler must not link Tesseract",
    ),
    (
        "xtask",
        &["sqlx", "poem", "ocr", "database"],
        "the first thing a newcomer's machine builds must be small",
    ),
];

/// One version each: two of them do not share connections, contexts or types.
const ONCE: [&str; 9] = [
    "redis",
    "http",
    "hyper",
    "opentelemetry",
    "opentelemetry_sdk",
    "rustls",
    "sqlx-core",
    "tokio",
    "chrono",
];

/// One TLS stack: with two providers rustls stops the program at its start.
const ABSENT: [&str; 5] = ["openssl", "openssl-sys", "native-tls", "aws-lc-rs", "aws-lc-sys"];

/// Every wall that `graph` breaks.
pub fn breaches(graph: &Graph) -> Vec<Breach> {
    [owners(graph), floors(graph), for_tests(graph), never_below(graph), versions(graph)].concat()
}

fn owners(graph: &Graph) -> Vec<Breach> {
    let named =
        graph.members.iter().flat_map(|(member, named)| named.iter().map(move |(name, _)| (member, name)));
    named
        .flat_map(|(member, name)| {
            OWNERS
                .iter()
                .filter(move |(pattern, owners, _)| {
                    matches(pattern, name) && !owners.contains(&member.as_str())
                })
                .map(move |(_, _, reason)| Breach::new(format!("{member} depends on {name}"), reason))
        })
        .collect()
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

fn floors(graph: &Graph) -> Vec<Breach> {
    const REASON: &str = "arrows between the floors point downward only";
    let mut found = Vec::new();
    for (member, named) in &graph.members {
        let Some(own) = floor(member) else {
            found.push(Breach::new(
                format!("{member} is on no floor"),
                "each crate has its place in the house",
            ));
            continue;
        };
        for (name, kind) in named {
            let up = floor(name).is_some_and(|other| other >= own);
            if up && *kind == Kind::Normal && !(member == "testkit" && name == "api") {
                found.push(Breach::new(format!("{member} depends on {name}"), REASON));
            }
        }
    }
    found
}

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&name))
}

fn for_tests(graph: &Graph) -> Vec<Breach> {
    const REASON: &str = "what stands in for the real thing is for development and tests only";
    let product = graph.members.iter().filter(|(member, _)| !["testkit", "xtask"].contains(&member.as_str()));
    let named =
        product.flat_map(|(member, named)| named.iter().map(move |(name, kind)| (member, name, kind)));
    named
        .filter(|(_, name, kind)| FOR_TESTS.contains(&name.as_str()) && **kind != Kind::Dev)
        .map(|(member, name, _)| Breach::new(format!("{member} ships {name}"), REASON))
        .collect()
}

fn never_below(graph: &Graph) -> Vec<Breach> {
    let mut found = Vec::new();
    for (member, unwanted, reason) in NEVER_BELOW {
        let below = graph.below(member);
        for name in unwanted.iter().filter(|name| below.contains(*name)) {
            found.push(Breach::new(format!("{name} is below {member}"), reason));
        }
    }
    found
}

fn versions(graph: &Graph) -> Vec<Breach> {
    let twice = ONCE.iter().filter_map(|name| {
        let versions = graph.versions.get(*name).filter(|versions| versions.len() > 1)?;
        let list = versions.iter().cloned().collect::<Vec<_>>().join(" and ");
        Some(Breach::new(
            format!("{name} is there as {list}"),
            "two versions do not share connections, contexts or types",
        ))
    });
    let unwanted = ABSENT.iter().filter(|name| graph.versions.contains_key(**name)).map(|name| {
        Breach::new(format!("{name} is in the build"), "there is one TLS stack: rustls with ring")
    });
    twice.chain(unwanted).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// `cargo metadata` of a house where `edges` names who depends on what, and how.
    fn house(edges: &[(&str, &str, Kind)]) -> Graph {
        house_with(edges, &[])
    }

    fn house_with(edges: &[(&str, &str, Kind)], more: &[(&str, &str)]) -> Graph {
        let mut names: Vec<(&str, &str)> =
            edges.iter().flat_map(|(from, to, _)| [(*from, "1.0.0"), (*to, "1.0.0")]).collect();
        names.extend(more);
        names.sort_unstable();
        names.dedup();
        let word = |kind: Kind| match kind {
            Kind::Normal => Value::Null,
            Kind::Dev => json!("dev"),
            Kind::Build => json!("build"),
        };
        let of =
            |name: &str| edges.iter().filter(move |(from, ..)| *from == name).copied().collect::<Vec<_>>();
        let packages: Vec<Value> = names
            .iter()
            .map(|(name, version)| {
                let named: Vec<Value> = of(name).iter().map(|(_, to, kind)| json!({"name": to, "kind": word(*kind)})).collect();
                json!({"id": format!("{name} {version}"), "name": name, "version": version, "dependencies": named})
            })
            .collect();
        let nodes: Vec<Value> = names
            .iter()
            .map(|(name, version)| {
                let deps: Vec<Value> = of(name)
                    .iter()
                    .map(|(_, to, kind)| json!({"pkg": format!("{to} 1.0.0"), "dep_kinds": [{"kind": word(*kind)}]}))
                    .collect();
                json!({"id": format!("{name} {version}"), "deps": deps})
            })
            .collect();
        let members: Vec<String> = names
            .iter()
            .filter(|(name, _)| floor(name).is_some())
            .map(|(name, _)| format!("{name} 1.0.0"))
            .collect();
        let metadata =
            json!({"packages": packages, "workspace_members": members, "resolve": {"nodes": nodes}});
        Graph::parse(metadata.to_string().as_bytes()).unwrap()
    }

    fn found(graph: &Graph) -> Vec<String> {
        breaches(graph).into_iter().map(|breach| breach.found).collect()
    }

    #[test]
    fn a_house_in_order_breaks_no_wall() {
        let graph = house(&[
            ("api", "operations", Kind::Normal),
            ("api", "poem-openapi", Kind::Normal),
            ("api", "testkit", Kind::Dev),
            ("worker", "ocr", Kind::Normal),
            ("ocr", "leptess", Kind::Normal),
            ("queue", "apalis-redis", Kind::Normal),
            ("operations", "database", Kind::Normal),
            ("database", "domain", Kind::Normal),
            ("database", "testkit", Kind::Dev),
            ("testkit", "database", Kind::Normal),
        ]);
        assert_eq!(found(&graph), Vec::<String>::new());
    }

    #[test]
    fn each_owned_crate_named_by_another_is_a_breach() {
        for (pattern, owners, _) in OWNERS {
            let name = pattern.replace('*', "-x");
            let stranger = ["files", "domain"].into_iter().find(|it| !owners.contains(it)).unwrap();
            let graph = house(&[(stranger, &name, Kind::Normal)]);
            assert!(found(&graph).contains(&format!("{stranger} depends on {name}")), "{name} has no wall");
        }
    }

    #[test]
    fn an_owned_crate_is_refused_in_tests_too() {
        assert_eq!(found(&house(&[("operations", "lettre", Kind::Dev)])), ["operations depends on lettre"]);
    }

    #[test]
    fn an_arrow_upward_or_sideways_is_a_breach() {
        assert_eq!(
            found(&house(&[("database", "operations", Kind::Normal)])),
            ["database depends on operations"]
        );
        assert_eq!(found(&house(&[("queue", "database", Kind::Normal)])), ["queue depends on database"]);
    }

    #[test]
    fn a_crate_without_a_floor_is_a_breach() {
        let mut graph = house(&[]);
        graph.members.insert("attic".to_owned(), Vec::new());
        assert_eq!(found(&graph), ["attic is on no floor"]);
    }

    #[test]
    fn a_shipped_testkit_is_a_breach() {
        assert!(
            found(&house(&[("worker", "testkit", Kind::Normal)]))
                .contains(&"worker ships testkit".to_owned())
        );
        assert_eq!(found(&house(&[("mail", "mailsink", Kind::Normal)])), ["mail ships mailsink"]);
        assert_eq!(found(&house(&[("mail", "mailsink", Kind::Dev)])), Vec::<String>::new());
    }

    #[test]
    fn what_must_not_be_below_is_found_at_any_depth_but_not_through_tests() {
        let deep = [
            ("api", "operations", Kind::Normal),
            ("operations", "x", Kind::Normal),
            ("x", "leptess", Kind::Normal),
        ];
        assert!(found(&house(&deep)).contains(&"leptess is below api".to_owned()));
        let tests = [("domain", "x", Kind::Dev), ("x", "tokio", Kind::Normal)];
        assert_eq!(found(&house(&tests)), Vec::<String>::new());
        let shipped = [("domain", "x", Kind::Normal), ("x", "tokio", Kind::Normal)];
        assert_eq!(found(&house(&shipped)), ["tokio is below domain"]);
    }

    #[test]
    fn a_second_version_and_a_second_tls_stack_are_breaches() {
        let graph =
            house_with(&[], &[("http", "0.2.12"), ("http", "1.5.0"), ("serde", "1.0.0"), ("serde", "2.0.0")]);
        assert_eq!(found(&graph), ["http is there as 0.2.12 and 1.5.0"]);
        assert_eq!(found(&house_with(&[], &[("aws-lc-rs", "1.0.0")])), ["aws-lc-rs is in the build"]);
    }
}
