//! Health and probes.

use testkit::TestApp;

#[tokio::test]
async fn everything_is_healthy_and_stripe_is_disabled_without_a_key() {
    let app = TestApp::start().await;
    let health = app.nobody().get("/api/health/").await.ok();
    assert_eq!(health["status"], "healthy");
    assert_eq!(health["checks"]["database"], "healthy");
    assert_eq!(health["checks"]["redis"], "healthy");
    assert_eq!(health["checks"]["stripe"], "disabled");
    assert_eq!(health["queue"]["depth"], 0);
    let database = app.nobody().get("/api/health/db/").await.ok();
    assert!(database["latency_ms"].as_f64().is_some());
    assert_eq!(database["stats"]["schema"], database["stats"]["needed_schema"]);
    assert_eq!(app.nobody().get("/api/health/stripe/").await.ok()["status"], "disabled");
    assert_eq!(app.nobody().get("/api/health/redis/").await.ok()["redis"], "connected");
    for probe in ["live", "ready"] {
        app.nobody().get(&format!("/api/health/{probe}/")).await.ok();
        app.nobody().get(&format!("/api/health/{probe}")).await.ok();
    }
}

#[tokio::test]
async fn without_a_database_health_is_503_and_the_server_still_lives() {
    let app = TestApp::start().await;
    app.context.db.close().await;
    assert_eq!(app.nobody().get("/api/health/").await.expect(503).json()["status"], "unhealthy");
    assert_eq!(app.nobody().get("/api/health/db/").await.expect(503).json()["status"], "unhealthy");
    app.nobody().get("/api/health/ready/").await.expect(503);
    app.nobody().get("/api/health/live/").await.ok();
}

#[tokio::test]
async fn without_redis_the_service_is_degraded_and_goes_on() {
    let app =
        TestApp::start_with(&[("REDIS_URL", "redis://127.0.0.1:1")], domain::clock::Clock::system()).await;
    let health = app.nobody().get("/api/health/").await.ok();
    assert_eq!(
        (health["status"].as_str(), health["checks"]["redis"].as_str()),
        (Some("degraded"), Some("unhealthy"))
    );
    app.nobody().get("/api/health/ready/").await.ok();
    let alice = app.alice().await;
    alice.get("/api/auth/me/").await.ok();
}

#[tokio::test]
async fn the_public_port_has_no_metrics() {
    let app = TestApp::start().await;
    app.nobody().get("/metrics").await.assert_problem(404, "not_found");
}
