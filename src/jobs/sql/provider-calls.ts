import { AppError } from '../../core/errors.ts';
import type { SqlDatabase, SqlSession } from '../../sql/sql-database.ts';
import type { CostCaps } from '../cost-caps.ts';
import type { Claim, JobStore } from '../job-store.ts';
import type { NewProviderCall, ProviderCall, ProviderLimit } from '../provider-call.ts';
import { toStoredJson } from '../stored-json.ts';
import type { RunTransaction } from './journal-transaction.ts';
import { requireId } from './requirements.ts';
import { requireRoom, toNanoUsd } from './cost-caps.ts';
import { CALL_COLUMNS, toProviderCall } from './rows.ts';

type Calls = 'beginCall' | 'resendCall' | 'withdrawSending' | 'referCall' | 'endCall' | 'calls';

const MINUTE_MILLISECONDS = 60_000;
/** How soon to ask again for one of the places of a provider, none of which is free now. */
const PLACE_RETRY_SECONDS = 2;

/** The calls that cost money: what is about to be sent, what came of it, and what it cost. */
export function recordCalls(
  database: Pick<SqlDatabase, 'lockRow' | 'read'>,
  transaction: RunTransaction,
  caps: CostCaps,
): Pick<JobStore, Calls> {
  const room = { caps, lockRow: database.lockRow };

  async function countSending(
    claim: Claim,
    key: string,
    { sendings, uncertain }: { readonly sendings: 1 | -1; readonly uncertain: boolean },
  ): Promise<void> {
    await transaction(async (session, journal) => {
      await journal.fence(claim);
      const repeats = uncertain ? sendings : 0;
      if (repeats > 0) {
        const row = await session.get('SELECT estimated_nano_usd AS estimate FROM provider_calls WHERE key = $1', key);
        await requireRoom(session, { jobId: claim.jobId, nanoUsd: Number(row?.['estimate'] ?? 0) }, room);
      }
      session.send(
        `UPDATE provider_calls SET sends = sends + $1, uncertain_repeats = uncertain_repeats + $2,
           held_nano_usd = held_nano_usd + estimated_nano_usd * $3 WHERE key = $4 AND state = 'intent'`,
        sendings,
        repeats,
        repeats,
        key,
      );
    });
  }

  return {
    async beginCall(claim, call, limit = {}) {
      requireId('step name', call.step);
      requireId('provider', call.provider);
      return transaction(async (session, journal) => {
        await journal.fence(claim);
        const last = await session.get(
          `SELECT ${CALL_COLUMNS}, superseded FROM provider_calls WHERE job_id = $1 AND step = $2 AND provider = $3
             AND request_hash = $4 ORDER BY number DESC LIMIT 1`,
          claim.jobId,
          call.step,
          call.provider,
          call.requestHash,
        );
        if (last !== undefined && last['state'] !== 'failed' && last['superseded'] === 0) {
          return { call: toProviderCall(last), isNew: false };
        }
        await takePlace(session, call.provider, limit, database);
        await requireRoom(session, { jobId: claim.jobId, nanoUsd: toNanoUsd(call.estimatedUsd) }, room);
        const count = await session.get(
          'SELECT count(*) AS earlier FROM provider_calls WHERE job_id = $1 AND step = $2 AND request_hash = $3',
          claim.jobId,
          call.step,
          call.requestHash,
        );
        const { userId } = await journal.requireJob(claim.jobId);
        const generation = Number(count?.['earlier']);
        return { call: await insertCall(session, { ...call, jobId: claim.jobId, userId, generation }), isNew: true };
      });
    },

    resendCall: (claim, key, { uncertain }) => countSending(claim, key, { sendings: 1, uncertain }),
    withdrawSending: (claim, key, { uncertain }) => countSending(claim, key, { sendings: -1, uncertain }),

    async referCall(claim, key, reference) {
      await transaction(async ({ send }, journal) => {
        await journal.fence(claim);
        send('UPDATE provider_calls SET reference = $1 WHERE key = $2', reference, key);
      });
    },

    async endCall(claim, key, end) {
      const result = toStoredJson(end.state === 'completed' ? end.result : null, 'The result of a call');
      await transaction(async ({ now, send }, journal) => {
        await journal.fence(claim);
        send(
          `UPDATE provider_calls SET state = $1, result = $2, cost_nano_usd = $3,
             held_nano_usd = held_nano_usd - estimated_nano_usd + $4, finished_at = $5
           WHERE key = $6 AND state = 'intent'`,
          end.state,
          result,
          toNanoUsd(end.costUsd),
          toNanoUsd(end.costUsd),
          now,
          key,
        );
      });
    },

    async calls(jobId) {
      const sql = `SELECT ${CALL_COLUMNS} FROM provider_calls WHERE job_id = $1 ORDER BY number`;
      return (await database.read(({ all }) => all(sql, jobId))).map(toProviderCall);
    },
  };
}

async function insertCall(
  { now, get }: SqlSession,
  call: NewProviderCall & { readonly jobId: string; readonly userId: string; readonly generation: number },
): Promise<ProviderCall> {
  const key = `${call.jobId}.${call.step}.${call.requestHash.slice(0, 16)}.${call.generation}`;
  const row = await get(
    `INSERT INTO provider_calls (key, job_id, user_id, step, provider, request_hash, recovery, estimated_nano_usd,
       held_nano_usd, is_fallback, state, started_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'intent', $11) RETURNING ${CALL_COLUMNS}`,
    key,
    call.jobId,
    call.userId,
    call.step,
    call.provider,
    call.requestHash,
    call.recovery,
    toNanoUsd(call.estimatedUsd),
    toNanoUsd(call.estimatedUsd),
    call.isFallback ? 1 : 0,
    now,
  );
  if (row === undefined) throw new Error(`Call ${key} was not stored.`);
  return toProviderCall(row);
}

/**
 * Takes one of the provider's places and one of its tokens, or throws `provider_busy`. A call holds its place until its end is
 * known, whoever waits for it: a job that was interrupted may have left it running over there.
 */
async function takePlace(
  { now, get, send }: SqlSession,
  provider: string,
  limit: ProviderLimit,
  { lockRow }: Pick<SqlDatabase, 'lockRow'>,
): Promise<void> {
  const { concurrency, perMinute } = limit;
  if (concurrency === undefined && perMinute === undefined) return;
  const full = perMinute ?? 0;
  send(
    'INSERT INTO provider_limits (provider, tokens, updated_at) VALUES ($1, $2, $3) ON CONFLICT (provider) DO NOTHING',
    provider,
    full,
    now,
  );
  // One after the other, over all processes: two that count at once would both find the last place free.
  const row = await get(`SELECT tokens, updated_at FROM provider_limits WHERE provider = $1 ${lockRow}`, provider);
  if (concurrency !== undefined) {
    const open = await get(
      `SELECT count(*) AS open FROM provider_calls JOIN jobs ON jobs.id = provider_calls.job_id
       WHERE provider = $1 AND provider_calls.state = 'intent' AND jobs.finished_at IS NULL`,
      provider,
    );
    if (Number(open?.['open']) >= concurrency)
      throw busy(provider, `${concurrency} calls at once`, PLACE_RETRY_SECONDS);
  }
  if (perMinute === undefined) return;
  const tokensPerMillisecond = perMinute / MINUTE_MILLISECONDS;
  const earned = Math.max(0, now - ((row?.['updated_at'] as number | undefined) ?? now)) * tokensPerMillisecond;
  const tokens = Math.min(full, ((row?.['tokens'] as number | undefined) ?? full) + earned);
  if (tokens < 1) throw busy(provider, `${perMinute} calls a minute`, (1 - tokens) / tokensPerMillisecond / 1000);
  send('UPDATE provider_limits SET tokens = $1, updated_at = $2 WHERE provider = $3', tokens - 1, now, provider);
}

function busy(provider: string, limit: string, retryAfterSeconds: number): AppError {
  return new AppError({
    code: 'provider_busy',
    kind: 'rate_limited',
    message: `${provider} may be asked for at most ${limit}; the next one has to wait.`,
    retryAfterSeconds,
  });
}
