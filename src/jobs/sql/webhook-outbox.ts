import type { SqlDatabase, SqlRow, SqlSession } from '../../sql/sql-database.ts';
import type {
  DeliveryHistory,
  DeliveryState,
  FinalStatus,
  WebhookAttempt,
  WebhookClaim,
  WebhookDelivery,
  WebhookOutbox,
} from '../webhook-outbox.ts';
import { requireInteger, requireLease } from './requirements.ts';

const DELIVERY_COLUMNS =
  'id, job_id, user_id, url, job_status, state, attempts, next_attempt_at, last_status, last_error, created_at, delivered_at';
const DELIVERIES_SHOWN = 100;
const ATTEMPTS_SHOWN = 50;
const CUT_OFF = 'The process that made the attempt ended.';

/** The outbox in the journal's database; whoever opened that closes it. */
export function createSqlWebhookOutbox(database: Omit<SqlDatabase, 'close'>): WebhookOutbox {
  return {
    async millisecondsUntilDue() {
      return database.read(async ({ now, get }) => {
        const free = await get(
          `SELECT min(next_attempt_at) AS due FROM webhook_deliveries WHERE state = 'pending' AND lease_until IS NULL`,
        );
        const leased = await get(
          `SELECT min(lease_until) AS due FROM webhook_deliveries WHERE lease_until IS NOT NULL`,
        );
        const times = [free?.['due'], leased?.['due']].filter((due) => typeof due === 'number');
        return times.length === 0 ? null : Math.max(0, Math.min(...times) - now);
      });
    },

    async claimDue({ leaseMilliseconds, exceptHosts }) {
      requireLease(leaseMilliseconds);
      return database.transaction(async (session) => {
        const due = await findDue(session, exceptHosts, database.lockFreeRow);
        return due === undefined ? undefined : begin(session, due, session.now + leaseMilliseconds);
      });
    },

    async recordAttempt({ delivery, attemptNumber }, { status, error, durationMilliseconds, next }) {
      requireInteger('durationMilliseconds', durationMilliseconds);
      return database.transaction(async ({ now, get, run, send }) => {
        // In the order in which a claim takes the two rows.
        const current = await get(
          `SELECT attempts FROM webhook_deliveries WHERE id = $1 ${database.lockRow}`,
          delivery.id,
        );
        const changes = await run(
          `UPDATE webhook_attempts SET status = $1, error = $2, duration_milliseconds = $3
           WHERE delivery_id = $4 AND number = $5 AND duration_milliseconds IS NULL AND error IS NULL`,
          status,
          error,
          durationMilliseconds,
          delivery.id,
          attemptNumber,
        );
        if (changes === 0) return false;
        // What an attempt of the former round found does not end the round that a replay has begun meanwhile.
        const isReplayed = current?.['attempts'] !== delivery.attempts && next.state !== 'delivered';
        const isPending = isReplayed || next.state === 'pending';
        const delayMilliseconds = next.state === 'pending' && !isReplayed ? Math.round(next.delayMilliseconds) : 0;
        const counts = !isReplayed && (next.state !== 'pending' || next.counts);
        send(
          `UPDATE webhook_deliveries SET state = $1, attempts = attempts + $2, next_attempt_at = $3, lease_until = NULL,
             last_status = $4, last_error = $5, delivered_at = $6 WHERE id = $7`,
          isPending ? 'pending' : next.state,
          counts ? 1 : 0,
          isPending ? now + delayMilliseconds : null,
          status,
          error,
          next.state === 'delivered' ? now : null,
          delivery.id,
        );
        return true;
      });
    },

    async list(jobId) {
      return database.read(async (session) => {
        const rows = await session.all(
          `SELECT ${DELIVERY_COLUMNS} FROM webhook_deliveries WHERE job_id = $1 ORDER BY number DESC LIMIT ${DELIVERIES_SHOWN}`,
          jobId,
        );
        const histories: DeliveryHistory[] = [];
        for (const row of rows) histories.push(await withAttempts(session, row));
        return histories;
      });
    },

    async replay(jobId, deliveryId) {
      return database.transaction(async (session) => {
        // An attempt that is under way keeps its lease; what it finds decides how the new round goes on.
        const row = await session.get(
          `UPDATE webhook_deliveries SET state = 'pending', attempts = 0, next_attempt_at = $1, delivered_at = NULL
           WHERE id = $2 AND job_id = $3 RETURNING ${DELIVERY_COLUMNS}`,
          session.now,
          deliveryId,
          jobId,
        );
        return row && withAttempts(session, row);
      });
    },
  };
}

async function findDue(
  { now, get }: SqlSession,
  exceptHosts: readonly string[],
  lockFreeRow: string,
): Promise<string | undefined> {
  const places = exceptHosts.map((_host, index) => `$${index + 2}`).join(', ');
  const elsewhere = exceptHosts.length === 0 ? '' : `AND host NOT IN (${places})`;
  const row =
    (await get(
      `SELECT id FROM webhook_deliveries WHERE lease_until <= $1 ${elsewhere}
       ORDER BY lease_until, number LIMIT 1 ${lockFreeRow}`,
      now,
      ...exceptHosts,
    )) ??
    (await get(
      `SELECT id FROM webhook_deliveries WHERE state = 'pending' AND lease_until IS NULL AND next_attempt_at <= $1 ${elsewhere}
       ORDER BY next_attempt_at, number LIMIT 1 ${lockFreeRow}`,
      now,
      ...exceptHosts,
    ));
  return row?.['id'] as string | undefined;
}

async function begin({ now, get, send }: SqlSession, id: string, leaseUntil: number): Promise<WebhookClaim> {
  const row = await get(
    `UPDATE webhook_deliveries SET lease_until = $1 WHERE id = $2 RETURNING ${DELIVERY_COLUMNS}`,
    leaseUntil,
    id,
  );
  if (row === undefined) throw new Error(`Delivery ${id} is not in the journal.`);
  send(
    `UPDATE webhook_attempts SET error = $1 WHERE delivery_id = $2 AND duration_milliseconds IS NULL AND error IS NULL`,
    CUT_OFF,
    id,
  );
  const last = await get('SELECT coalesce(max(number), 0) AS last FROM webhook_attempts WHERE delivery_id = $1', id);
  const attemptNumber = Number(last?.['last']) + 1;
  send('INSERT INTO webhook_attempts (delivery_id, number, at) VALUES ($1, $2, $3)', id, attemptNumber, now);
  return { delivery: toDelivery(row), attemptNumber };
}

async function withAttempts({ all }: SqlSession, row: SqlRow): Promise<DeliveryHistory> {
  const delivery = toDelivery(row);
  const attempts = await all(
    `SELECT number, at, status, error, duration_milliseconds FROM webhook_attempts WHERE delivery_id = $1
     ORDER BY number DESC LIMIT ${ATTEMPTS_SHOWN}`,
    delivery.id,
  );
  return { delivery, attempts: attempts.map(toAttempt).toReversed() };
}

// The casts are safe for the reason that rows.ts gives.

function toDelivery(row: SqlRow): WebhookDelivery {
  return {
    id: row['id'] as string,
    jobId: row['job_id'] as string,
    userId: row['user_id'] as string,
    url: row['url'] as string,
    jobStatus: row['job_status'] as FinalStatus,
    state: row['state'] as DeliveryState,
    attempts: row['attempts'] as number,
    nextAttemptAt: row['next_attempt_at'] as number | null,
    lastStatus: row['last_status'] as number | null,
    lastError: row['last_error'] as string | null,
    createdAt: row['created_at'] as number,
    deliveredAt: row['delivered_at'] as number | null,
  };
}

function toAttempt(row: SqlRow): WebhookAttempt {
  return {
    number: row['number'] as number,
    at: row['at'] as number,
    status: row['status'] as number | null,
    error: row['error'] as string | null,
    durationMilliseconds: row['duration_milliseconds'] as number | null,
  };
}
