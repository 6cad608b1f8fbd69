//! A real SMTP server that delivers nowhere, with a page of what it received.
