//! SQLite and PostgreSQL: migrations, every SQL text, leases, sealed secrets, audit
