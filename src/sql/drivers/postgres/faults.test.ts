import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DatabaseError } from 'pg';
import { AppError } from '../../../core/errors.ts';
import { isCollision, isConnectionLost, outcomeUnknown, toPostgresFault } from './faults.ts';

const WHERE = 'PostgreSQL at db.example:5432/video';

function databaseError(code: string, message = 'something', detail?: string): DatabaseError {
  return Object.assign(new DatabaseError(message, 0, 'error'), { code, detail });
}
const systemError = (code: string, message = code) => Object.assign(new Error(message), { code });

describe('toPostgresFault', () => {
  it('tells what a user can act on', () => {
    const faults: readonly (readonly [Error, RegExp])[] = [
      [databaseError('53100'), /has no room left on its disk/],
      [databaseError('53300'), /has no connection left; raise max_connections/],
      [databaseError('25006'), /may only be read from/],
      [databaseError('57P01'), /is shutting down/],
      [databaseError('57P03'), /is starting up/],
      [databaseError('28P01'), /refused the user name or the password/],
      [databaseError('3D000'), /has no database of this name/],
      [databaseError('42501'), /does not allow this user/],
      [databaseError('57014'), /took too long/],
      [databaseError('55P03'), /waiting too long/],
      [databaseError('08006'), /closed the connection/],
      [systemError('ECONNREFUSED'), /nothing listens there/],
      [systemError('ENOTFOUND'), /no host of this name/],
      [new AggregateError([systemError('ECONNREFUSED')], 'all failed'), /cannot be used: the connection failed/],
      [Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), /nothing listens there/],
      [new Error('timeout exceeded when trying to connect'), /all of this process are at work/],
      [new Error('Connection terminated due to connection timeout'), /does not answer/],
      [new Error('Connection terminated unexpectedly'), /closed the connection/],
      [new Error('Cannot use a pool after calling end on the pool'), /is closed in this process/],
      [new Error('The server does not support SSL connections'), /correct sslmode/],
      [systemError('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'), /certificate that is not trusted/],
    ];
    for (const [thrown, message] of faults) {
      const fault = toPostgresFault(thrown, WHERE);
      assert.deepEqual([fault.kind, fault.code], ['storage', 'storage_failed']);
      assert.match(fault.message, message);
      assert.ok(fault.message.startsWith(WHERE));
    }
  });

  it('takes a statement that is wrong for a fault of ours, and keeps values out of it', () => {
    const error = databaseError('23505', 'duplicate key', 'Key (text)=(a secret script) already exists.');
    error.constraint = 'notes_text_key';
    const fault = toPostgresFault(error, WHERE);
    assert.deepEqual([fault.kind, fault.code], ['internal', 'internal_error']);
    assert.equal((fault.cause as Error).message, 'duplicate key (SQLSTATE 23505, notes_text_key)');
    const invalid = toPostgresFault(databaseError('22P02', 'invalid input: "a secret script"'), WHERE);
    assert.equal((invalid.cause as Error).message, 'invalid value (SQLSTATE 22P02)');
  });

  it('leaves an AppError alone', () => {
    const fault = new AppError({ code: 'x', kind: 'internal', message: 'x' });
    assert.equal(toPostgresFault(fault, WHERE), fault);
  });
});

describe('what a fault means for its transaction', () => {
  it('is repeated when two transactions met, and only then', () => {
    assert.deepEqual(
      ['40001', '40P01', '23505', '57P01', '55P03'].map((code) => isCollision(databaseError(code))),
      [true, true, false, false, false],
    );
    assert.equal(isCollision(systemError('40001')), false);
  });

  it('loses its connection when it lies with the connection or with the server', () => {
    assert.deepEqual(
      ['57P01', '08006', '25P03', '23505', '40001', '57014'].map((code) => isConnectionLost(databaseError(code))),
      [true, true, true, false, false, false],
    );
    // Five capitals, as many an SQLSTATE.
    assert.equal(isConnectionLost(systemError('EPIPE')), true);
  });

  it('has an unknown outcome when the answer to the commit was lost', () => {
    const fault = outcomeUnknown(systemError('ECONNRESET'), WHERE);
    assert.deepEqual([fault.kind, fault.code], ['storage', 'storage_failed']);
    assert.match(fault.message, /whether the change was made is unknown\.$/);
  });
});
