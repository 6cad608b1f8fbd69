//! Document storage: a folder or S3.
