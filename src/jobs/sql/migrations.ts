/**
 * Forward-only: an entry that has been released never changes; a new shape is a new entry. The version of a database is
 * the number of entries applied, kept in `PRAGMA user_version`.
 *
 * `jobs.number` is the order of acceptance: lists page over it, because times can be equal or go back.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'waiting', 'completed', 'failed', 'cancelled')),
    input TEXT NOT NULL,
    output TEXT NOT NULL DEFAULT 'null',
    error TEXT,
    step TEXT,
    progress REAL NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    progress_at INTEGER,
    progress_per_second REAL,
    attempts INTEGER NOT NULL DEFAULT 0,
    priority INTEGER NOT NULL,
    run_at INTEGER NOT NULL,
    epoch INTEGER NOT NULL DEFAULT 0,
    worker_id TEXT,
    lease_until INTEGER,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    updated_at INTEGER NOT NULL,
    CHECK ((state = 'running') = (lease_until IS NOT NULL)),
    CHECK ((state IN ('completed', 'failed', 'cancelled')) = (finished_at IS NOT NULL))
  ) STRICT;
  CREATE INDEX jobs_by_user ON jobs (user_id, number);
  CREATE INDEX jobs_by_user_and_state ON jobs (user_id, state, number);
  CREATE INDEX jobs_by_state ON jobs (state, number);
  CREATE INDEX jobs_due ON jobs (priority DESC, run_at, number) WHERE state IN ('queued', 'waiting');
  CREATE INDEX jobs_leased ON jobs (lease_until) WHERE state = 'running';

  CREATE TABLE job_steps (
    number INTEGER PRIMARY KEY,
    job_id TEXT NOT NULL REFERENCES jobs (id),
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'completed', 'failed', 'interrupted')),
    attempts INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    provider TEXT,
    detail TEXT,
    output TEXT NOT NULL DEFAULT 'null',
    UNIQUE (job_id, name)
  ) STRICT;

  CREATE TABLE job_events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL REFERENCES jobs (id),
    type TEXT NOT NULL CHECK (type IN ('status', 'step', 'progress')),
    data TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX job_events_by_job ON job_events (job_id, sequence);
  `,
  `
  CREATE TABLE idempotency_keys (
    user_id TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, key)
  ) STRICT;
  CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at);
  `,
  // `turn` is the place of a queued job in the line of all users (see fair-turns.ts).
  `
  ALTER TABLE jobs ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE jobs ADD COLUMN retries INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE jobs ADD COLUMN interruptions INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE jobs ADD COLUMN waiting_for TEXT;
  ALTER TABLE jobs ADD COLUMN failure_kind TEXT;
  ALTER TABLE jobs ADD COLUMN progress_forgotten INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE job_steps ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;
  DROP INDEX jobs_due;
  CREATE INDEX jobs_in_turn ON jobs (turn, number) WHERE state = 'queued';
  CREATE INDEX jobs_of_user_in_turn ON jobs (user_id, priority DESC, run_at, number) WHERE state = 'queued';
  CREATE INDEX jobs_going_on ON jobs (run_at, number) WHERE state = 'waiting' AND started_at IS NOT NULL;
  CREATE INDEX jobs_delayed ON jobs (run_at, number) WHERE state = 'waiting' AND started_at IS NULL;
  CREATE INDEX jobs_turns_given ON jobs (user_id, turn);
  CREATE INDEX jobs_turns_taken ON jobs (turn) WHERE started_at IS NOT NULL;
  CREATE INDEX jobs_waiting ON jobs (run_at) WHERE state = 'waiting';
  CREATE INDEX jobs_to_forget ON jobs (finished_at) WHERE finished_at IS NOT NULL AND progress_forgotten = 0;
  CREATE INDEX jobs_by_failure ON jobs (failure_kind, number) WHERE state = 'failed';

  CREATE TABLE provider_calls (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    job_id TEXT NOT NULL REFERENCES jobs (id),
    user_id TEXT NOT NULL,
    step TEXT NOT NULL,
    provider TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    recovery TEXT NOT NULL CHECK (recovery IN ('key', 'lookup', 'none')),
    state TEXT NOT NULL CHECK (state IN ('intent', 'completed', 'failed')),
    sends INTEGER NOT NULL DEFAULT 1,
    uncertain_repeats INTEGER NOT NULL DEFAULT 0,
    reference TEXT,
    result TEXT NOT NULL DEFAULT 'null',
    cost_nano_usd INTEGER NOT NULL DEFAULT 0,
    superseded INTEGER NOT NULL DEFAULT 0,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    CHECK ((state = 'intent') = (finished_at IS NULL))
  ) STRICT;
  CREATE INDEX provider_calls_of_job ON provider_calls (job_id, number);
  CREATE INDEX provider_calls_open ON provider_calls (provider) WHERE state = 'intent';
  CREATE INDEX provider_calls_by_time ON provider_calls (started_at);
  CREATE INDEX provider_calls_by_user ON provider_calls (user_id, started_at);

  CREATE TABLE provider_limits (
    provider TEXT PRIMARY KEY,
    tokens REAL NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT;
  `,
  `
  ALTER TABLE jobs ADD COLUMN callback_url TEXT;

  CREATE TABLE webhook_deliveries (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    job_id TEXT NOT NULL REFERENCES jobs (id),
    user_id TEXT NOT NULL,
    url TEXT NOT NULL,
    host TEXT NOT NULL,
    job_status TEXT NOT NULL CHECK (job_status IN ('completed', 'failed', 'cancelled')),
    state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed', 'disabled')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at INTEGER,
    lease_until INTEGER,
    last_status INTEGER,
    last_error TEXT,
    created_at INTEGER NOT NULL,
    delivered_at INTEGER,
    CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL)),
    CHECK ((state = 'delivered') = (delivered_at IS NOT NULL)),
    CHECK (lease_until IS NULL OR state = 'pending')
  ) STRICT;
  CREATE INDEX webhook_deliveries_by_job ON webhook_deliveries (job_id, number);
  CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_attempt_at, number)
    WHERE state = 'pending' AND lease_until IS NULL;
  CREATE INDEX webhook_deliveries_leased ON webhook_deliveries (lease_until, number) WHERE lease_until IS NOT NULL;

  CREATE TABLE webhook_attempts (
    delivery_id TEXT NOT NULL REFERENCES webhook_deliveries (id),
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    status INTEGER,
    error TEXT,
    duration_milliseconds INTEGER,
    PRIMARY KEY (delivery_id, number)
  ) STRICT;
  `,
  // For clean-up, which asks which jobs have ended lately.
  `
  CREATE INDEX jobs_by_end ON jobs (finished_at) WHERE finished_at IS NOT NULL;
  `,
];
