//! Every line of SQL that is not the job ledger's, as plain functions.
