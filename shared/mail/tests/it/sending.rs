//! Every scripted fault, and what is made of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use mail::{SendError, Transport};
use mailsink::{Fault, Sink, Step};

use crate::{note, transport};

const SHORT: Duration = Duration::from_millis(300);

/// What one letter to `a@b.fr` meets with when the sink misbehaves like this.
async fn met(fault: Fault) -> (SendError, Sink) {
    let sink = Sink::start_local().await.unwrap();
    sink.script([fault]);
    let url = format!("smtp://user:secret@{}", sink.smtp_addr());
    let transport = Transport::from_url(&url.into()).unwrap().with_timeout(SHORT);
    let error = transport.send(&note("a@b.fr")).await.unwrap_err();
    (error, sink)
}

#[tokio::test]
async fn an_accepted_letter_tells_the_servers_answer() {
    let sink = Sink::start_local().await.unwrap();
    let accepted = transport(&sink).send(&note("a@b.fr")).await.unwrap();
    assert_eq!(accepted.answer, "250 2.0.0 kept as 1");
}

#[tokio::test]
async fn what_is_temporary_is_tried_again_and_was_not_delivered() {
    for (step, line) in [
        (Step::Connect, "421 4.3.2 too busy"),
        (Step::Hello, "421 4.3.2 too busy"),
        (Step::Auth, "454 4.7.0 directory is away"),
        (Step::Mail, "451 4.3.0 try later"),
        (Step::Rcpt, "450 4.2.1 greylisted"),
        (Step::Data, "452 4.3.1 no room"),
        (Step::Dot, "451 4.3.0 try later"),
    ] {
        let (error, sink) = met(Fault::reply(step, line)).await;
        assert!(
            matches!(error, SendError::Temporary { maybe_delivered: false, .. }),
            "{line} at {step:?} became {error:?}"
        );
        assert_eq!(error.answer(), line);
        assert!(sink.messages().is_empty());
    }
}

#[tokio::test]
async fn an_unknown_recipient_is_a_bad_address_and_only_there() {
    let (error, _sink) = met(Fault::reply(Step::Rcpt, "550 5.1.1 <a@b.fr>: no such user")).await;
    assert_eq!(error, SendError::BadAddress { answer: "550 5.1.1 <a@b.fr>: no such user".into() });
    assert!(!error.to_string().contains("a@b.fr"), "Display is for logs");
    for (step, line) in [(Step::Rcpt, "550 5.7.1 policy"), (Step::Dot, "550 5.1.1 no such user")] {
        let (error, _sink) = met(Fault::reply(step, line)).await;
        assert!(matches!(error, SendError::Refused { .. }), "{line} at {step:?} became {error:?}");
    }
}

#[tokio::test]
async fn refused_credentials_and_policy_are_our_own_fault() {
    for (step, line) in [
        (Step::Auth, "535 5.7.8 bad credentials"),
        (Step::Mail, "530 5.7.0 sign in first"),
        (Step::Rcpt, "530 5.7.0 sign in first"),
        (Step::Connect, "554 5.7.1 go away"),
    ] {
        let (error, _sink) = met(Fault::reply(step, line)).await;
        assert!(matches!(error, SendError::OwnFault { .. }), "{line} at {step:?} became {error:?}");
        assert!(!format!("{error:?}{error}").contains("secret"));
    }
}

#[tokio::test]
async fn other_refusals_fail_this_letter_only() {
    for (step, line) in [
        (Step::Rcpt, "552 5.2.2 mailbox full"),
        (Step::Data, "554 5.6.0 no"),
        (Step::Dot, "554 5.7.1 looks like spam"),
        (Step::Mail, "552 5.3.4 too large"),
    ] {
        let (error, _sink) = met(Fault::reply(step, line)).await;
        assert!(matches!(error, SendError::Refused { .. }), "{line} at {step:?} became {error:?}");
    }
}

#[tokio::test]
async fn a_cut_after_the_final_dot_may_have_delivered_the_letter() {
    let (error, sink) = met(Fault::cut(Step::Dot)).await;
    assert!(error.maybe_delivered(), "{error:?}");
    assert_eq!(sink.messages().len(), 1, "and so it was");
    let (error, sink) = met(Fault::cut_and_forget()).await;
    assert!(error.maybe_delivered(), "{error:?}");
    assert!(sink.messages().is_empty(), "and so it was not");
}

#[tokio::test]
async fn a_cut_before_the_letter_was_on_its_way_delivered_nothing() {
    for step in [Step::Connect, Step::Hello, Step::Auth, Step::Mail, Step::Rcpt, Step::Data] {
        let (error, _sink) = met(Fault::cut(step)).await;
        assert!(
            matches!(error, SendError::Temporary { maybe_delivered: false, .. }),
            "a cut at {step:?} became {error:?}"
        );
    }
}

#[tokio::test]
async fn a_stalled_server_is_given_up_in_time() {
    for (step, maybe_delivered) in [
        (Step::Connect, false),
        (Step::Hello, false),
        (Step::Auth, false),
        (Step::Mail, false),
        (Step::Rcpt, false),
        (Step::Data, false),
        (Step::Dot, true),
    ] {
        let start = Instant::now();
        let (error, _sink) = met(Fault::stall(step)).await;
        assert!(matches!(error, SendError::Temporary { .. }), "a stall at {step:?} became {error:?}");
        assert_eq!(error.maybe_delivered(), maybe_delivered, "{step:?}");
        assert!(start.elapsed() < SHORT + Duration::from_secs(5), "{step:?} took {:?}", start.elapsed());
    }
}

#[tokio::test]
async fn nobody_listening_is_temporary() {
    let sink = Sink::start_local().await.unwrap();
    let transport = transport(&sink);
    sink.shutdown().await;
    let error = transport.send(&note("a@b.fr")).await.unwrap_err();
    assert!(matches!(error, SendError::Temporary { maybe_delivered: false, .. }), "{error:?}");
}

#[tokio::test]
async fn a_server_without_the_encryption_asked_for_gets_no_letter() {
    let sink = Sink::start_local().await.unwrap();
    let port = sink.smtp_addr().port();
    for url in [format!("smtp://u:p@localhost:{port}?tls=required"), format!("smtps://u:p@localhost:{port}")]
    {
        let transport =
            Transport::from_url(&url.clone().into()).unwrap().with_timeout(Duration::from_secs(5));
        let error = transport.send(&note("a@b.fr")).await.unwrap_err();
        assert!(matches!(error, SendError::OwnFault { .. }), "{url} became {error:?}");
    }
    assert!(sink.messages().is_empty());
}

#[tokio::test]
async fn the_next_letter_is_sent_after_any_fault() {
    let sink = Sink::start_local().await.unwrap();
    let transport = transport(&sink).with_timeout(SHORT);
    transport.send(&note("a@b.fr")).await.unwrap();
    for fault in [
        Fault::reply(Step::Rcpt, "550 5.1.1 no such user"),
        Fault::reply(Step::Mail, "421 4.3.2 too busy"),
        Fault::cut(Step::Rcpt),
        Fault::cut_and_forget(),
        Fault::stall(Step::Dot),
    ] {
        let before = sink.messages().len();
        sink.script([fault.clone().times(1)]);
        transport.send(&note("a@b.fr")).await.unwrap_err();
        transport.send(&note("a@b.fr")).await.unwrap_or_else(|error| panic!("after {fault:?}: {error:?}"));
        assert_eq!(sink.messages().len(), before + 1);
    }
}

#[tokio::test]
async fn a_connection_that_the_server_closed_meanwhile_costs_no_letter() {
    let sink = Sink::start_local().await.unwrap();
    let transport = transport(&sink);
    transport.send(&note("a@b.fr")).await.unwrap();
    let address = sink.smtp_addr();
    sink.shutdown().await;
    let sink = Sink::start(address, None).await.unwrap();
    transport.send(&note("a@b.fr")).await.unwrap();
    assert_eq!(sink.messages().len(), 1);
}

#[tokio::test]
async fn five_hundred_letters_from_twenty_senders_all_arrive_once() {
    let sink = Sink::start_local().await.unwrap();
    let transport = Arc::new(transport(&sink));
    let mut senders = tokio::task::JoinSet::new();
    for sender in 0..20 {
        let transport = Arc::clone(&transport);
        senders.spawn(async move {
            for letter in 0..25 {
                transport.send(&note(&format!("n{sender}-{letter}@b.fr"))).await.unwrap();
            }
        });
    }
    senders.join_all().await;
    let mut recipients: Vec<_> = sink.messages().into_iter().map(|message| message.to).collect();
    recipients.sort();
    recipients.dedup();
    assert_eq!((sink.messages().len(), recipients.len()), (500, 500));
}
