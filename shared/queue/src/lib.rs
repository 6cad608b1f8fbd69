//! Job payloads, the ledger, tickets over apalis-redis, and the runner.
