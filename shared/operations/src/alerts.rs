//! Looking at the parts, and telling the operators: by log and metric at each look, by letter at most once an hour.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use database::DatabaseError;
use database::operator_alerts::{self, NewAlert};
use domain::letter::{Letter, OperatorsAlert};
use domain::locale::Locale;
use queue::Work;
use queue::ledger::{self, Deaths};
use serde_json::json;
use telemetry::metrics;
use tracing::error;

use crate::Context;
use crate::health::{self, Check, State};
use crate::letters::{self, NewLetter};

/// How far back the first alert of all looks for jobs that were given up.
const FIRST_LOOK: TimeDelta = TimeDelta::days(1);
/// Jobs that are being given up while somebody looks are told about the next time, not missed.
const SETTLED: TimeDelta = TimeDelta::seconds(30);
/// Most kinds of given up jobs in one letter.
const MOST_KINDS: usize = 20;

/// A part that is not well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwell {
    /// Which part.
    pub part: &'static str,
    /// In a word or two, without addresses or secrets.
    pub says: String,
}

/// Looks at database, Redis and Stripe. What is not well goes to the log and the metrics, and is answered.
pub async fn look(context: &Context) -> Vec<Unwell> {
    let (database, redis, stripe) =
        tokio::join!(health::database(context), health::redis(context), health::stripe(context));
    let all = [report("database", &database), report("redis", &redis), report("stripe", &stripe)];
    all.into_iter().flatten().collect()
}

fn report<D>(part: &'static str, check: &Check<D>) -> Option<Unwell> {
    if check.state == State::Disabled {
        return None;
    }
    let is_well = check.state == State::Healthy;
    metrics::health(part, is_well);
    if is_well {
        return None;
    }
    error!(
        health.part = part,
        health.says = check.says,
        alert = true,
        "a part of the product is not healthy"
    );
    Some(Unwell { part, says: check.says.clone() })
}

/// Writes to the operators what is not well and which jobs were given up since they were told last. Says whether it did.
///
/// One letter an hour at most, whoever looks and however often: the hour is a key in the database. What happens after
/// the letter is in the next one.
///
/// # Errors
/// When the database does not answer: then nobody can be written to, and the log has to do.
pub async fn tell(context: &Context, unwell: &[Unwell]) -> Result<bool, DatabaseError> {
    let operators = &context.settings.mail.operators;
    if operators.is_empty() {
        return Ok(false);
    }
    let now = context.clock.now();
    let mut work = context.begin().await?;
    let deaths = deaths(&mut work).await?;
    let lines = lines(unwell, &deaths);
    if lines.is_empty() {
        return Ok(false);
    }
    let alert = NewAlert { hour: hour(now), told_until: deaths.until, lines: &json!(lines) };
    if !operator_alerts::insert(&mut work, &alert, now).await? {
        return Ok(false);
    }
    let letter = Letter::OperatorsAlert(OperatorsAlert { at: now, lines });
    for address in operators {
        let new =
            NewLetter { user: None, address, locale: Locale::default(), letter: &letter, challenge: None };
        letters::post(&mut work, &new, now).await?;
    }
    work.commit().await?;
    Ok(true)
}

/// What was given up since the operators were told last.
async fn deaths(work: &mut Work) -> Result<Deaths, DatabaseError> {
    let told_until = operator_alerts::told_until(work).await?;
    Ok(ledger::deaths(work, told_until, FIRST_LOOK, SETTLED).await?)
}

fn hour(now: DateTime<Utc>) -> DateTime<Utc> {
    now.duration_trunc(TimeDelta::hours(1)).expect("every instant that a clock shows has an hour")
}

/// In French, as the product speaks; kinds and parts by the names that the logs give them.
fn lines(unwell: &[Unwell], deaths: &Deaths) -> Vec<String> {
    let parts = unwell.iter().map(|unwell| format!("{} : {}", unwell.part, in_french(&unwell.says)));
    let jobs = deaths.by_kind.iter().take(MOST_KINDS).map(|of| match of.count {
        1 => format!("{} : une tâche abandonnée ({})", of.kind, why(&of.reason)),
        count => format!("{} : {count} tâches abandonnées ({})", of.kind, why(&of.reason)),
    });
    parts.chain(jobs).collect()
}

fn why(reason: &str) -> &str {
    match reason {
        "failed" => "échec",
        "undecodable" => "illisible",
        "poison" => "fait tomber son worker",
        other => other,
    }
}

fn in_french(says: &str) -> &str {
    match says {
        "not reachable" => "injoignable",
        "no answer in time" => "pas de réponse à temps",
        "schema too old" => "schéma trop ancien",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use queue::ledger::DeathsOfKind;

    use super::*;

    #[test]
    fn a_line_names_the_part_or_the_kind_of_job_and_nothing_personal() {
        let unwell = [Unwell { part: "redis", says: "not reachable".to_owned() }];
        let of =
            |kind: &str, count| DeathsOfKind { kind: kind.to_owned(), reason: "failed".to_owned(), count };
        let by_kind = vec![of("send_letter", 3), of("analyze_document", 1)];
        let lines = lines(&unwell, &Deaths { by_kind, until: DateTime::UNIX_EPOCH });
        assert_eq!(
            lines,
            [
                "redis : injoignable",
                "send_letter : 3 tâches abandonnées (échec)",
                "analyze_document : une tâche abandonnée (échec)"
            ]
        );
    }
}
