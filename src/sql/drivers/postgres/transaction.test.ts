import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { QueryResult } from 'pg';
import type { SqlRow } from '../../sql-database.ts';
import type { BorrowedConnection } from './borrowed-connection.ts';
import { timeOf } from './database-time.ts';
import { runTransaction } from './transaction.ts';

/** A server whose BEGIN an administrator cancels in the very moment: what follows runs by itself, outside a transaction. */
function connectWithoutBegin(): BorrowedConnection & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  const cancelled = new Error('canceling statement due to user request');
  const answer = (command: string): QueryResult<SqlRow> => ({ command, rows: [], rowCount: 1, oid: 0, fields: [] });
  return {
    asked,
    async script(sql) {
      asked.push(sql);
      if (sql.startsWith('BEGIN')) throw cancelled;
      return answer(sql);
    },
    async query(sql) {
      asked.push(sql);
      return answer('UPDATE');
    },
    firstFailure: () => cancelled,
    isLost: () => false,
  };
}

describe('runTransaction', () => {
  it('does not take a commit for one when the BEGIN that it did not wait for had failed', async () => {
    const connection = connectWithoutBegin();
    const options = { kind: 'change', time: timeOf({ now: () => 0 }), precision: 'close', where: 'there' } as const;
    await assert.rejects(
      runTransaction(connection, options, ({ run }) => run('UPDATE notes SET size = 0')),
      { kind: 'storage', message: /there/ },
    );
    assert.deepEqual(connection.asked.slice(1), ['UPDATE notes SET size = 0', 'COMMIT']);
  });
});
