-- Terms after the first one, notice in months, the order to which a contract belongs, and its reminders. A
-- contract without them renews for as long as its first term and has its notice in days, as before.
ALTER TABLE contracts ADD COLUMN renewal_months BIGINT;
ALTER TABLE contracts ADD COLUMN renewal_days BIGINT;
ALTER TABLE contracts ADD COLUMN renews_by_quarter BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contracts ADD COLUMN notice_months BIGINT;
ALTER TABLE contracts ADD COLUMN order_name TEXT NOT NULL DEFAULT '';
ALTER TABLE contracts ADD COLUMN reminder_days TEXT NOT NULL DEFAULT '60, 30, 7';
