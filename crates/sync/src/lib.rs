//! When to pull what: schedules, leases, plans, checkpoints, coverage; maps Zoom's records to ours
