import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectionSettings } from './connection-settings.ts';

describe('connectionSettings', () => {
  it('names the server without the user and the password', () => {
    const { where } = connectionSettings({ url: 'postgres://ada:hunter2@db.example:6432/video?sslmode=verify-full' });
    assert.equal(where, 'PostgreSQL at db.example:6432/video');
  });

  it('keeps what the address says, but for what our transactions rely on', () => {
    const url =
      'postgresql://ada@db/video?sslmode=verify-full&options=-c%20work_mem%3D8MB&statement_timeout=1&query_timeout=1';
    const { client } = connectionSettings({ url });
    assert.equal(client.connectionString, 'postgresql://ada@db/video?sslmode=verify-full');
    assert.match(
      client.options ?? '',
      /^-c work_mem=8MB -c synchronous_commit=on -c plan_cache_mode=force_generic_plan -c statement_timeout=\d+ /,
    );
  });

  it('takes any schema name literally', () => {
    const { client } = connectionSettings({ url: 'postgres://db/video', schema: 'a "b\\' });
    assert.ok(client.options?.startsWith(String.raw`-c search_path="a\ ""b\\" `), client.options);
  });

  it('refuses what is no address of PostgreSQL, and does not repeat it', () => {
    for (const url of ['', 'hunter2', 'mysql://ada:hunter2@db/video', 'postgres//ada:hunter2@db']) {
      assert.throws(
        () => connectionSettings({ url }),
        (error: unknown) =>
          error instanceof Error && !/hunter2/.test(error.message) && /must look like/.test(error.message),
      );
    }
  });
});
