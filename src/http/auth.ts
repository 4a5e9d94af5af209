import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Logger } from '../core/logger.ts';
import { HttpError } from './problem.ts';
import type { ContractServer } from './route-context.ts';

export type AdminAccess = {
  /** Null: nobody but a client on this machine, and that in mock mode only. */
  readonly adminApiKey: string | null;
  readonly mockMode: boolean;
};

/** Written by proxies: whoever they speak for is not on this machine, although the proxy may be. */
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'] as const;

/**
 * Closes a scope to all but administrators: every route that is declared in it is guarded, whatever its address.
 * Answers `admin_key_required`, `admin_closed` or `admin_loopback_only`.
 */
export function guardAdministration(scope: ContractServer, access: AdminAccess, logger: Logger): void {
  const { adminApiKey, mockMode } = access;
  const isOpenToLoopback = adminApiKey === null && mockMode;
  const isKey = adminApiKey === null ? () => false : createKeyCheck(adminApiKey);
  scope.addHook('onListen', async () => {
    if (isOpenToLoopback) logger.warn({}, 'ADMIN_API_KEY is not set: /admin is open to clients on this machine.');
  });
  scope.addHook('onRequest', async (request) => {
    if (adminApiKey !== null) {
      if (keysOf(request.headers).some(isKey)) return;
      throw new HttpError('admin_key_required', 'The key must be sent as Authorization: Bearer <key> or X-API-Key.', {
        'www-authenticate': 'Bearer',
      });
    }
    if (!mockMode) throw new HttpError('admin_closed', 'ADMIN_API_KEY must be set before /admin can be used.');
    const reason = whyNotLocal(request);
    if (reason === undefined) return;
    throw new HttpError(
      'admin_loopback_only',
      `Without ADMIN_API_KEY, /admin is open to clients on this machine alone: ${reason}.`,
    );
  });
}

/** How the administrator of a guarded request was recognised, for the records. */
export function administratorName({ adminApiKey }: Pick<AdminAccess, 'adminApiKey'>): string {
  return adminApiKey === null ? 'loopback' : 'admin key';
}

/** Digests have one length, and comparing them takes as long for a wrong key as for the right one. */
function createKeyCheck(key: string): (candidate: string) => boolean {
  const expected = digest(key);
  return (candidate) => timingSafeEqual(digest(candidate), expected);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function keysOf(headers: IncomingHttpHeaders): string[] {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  return [bearer, headers['x-api-key']].flat().filter((key) => key !== undefined);
}

/** Undefined for a request that a person on this machine has made himself. */
function whyNotLocal({ headers, socket }: FastifyRequest): string | undefined {
  if (!isLoopbackAddress(socket.remoteAddress ?? '')) return 'this one comes from another';
  const proxy = PROXY_HEADERS.find((name) => headers[name] !== undefined);
  if (proxy !== undefined) return `this one came through a proxy, which sent ${proxy}`;
  // A name that was pointed at this machine makes another site's page look like one of ours.
  if (!isLoopbackHost(headers.host ?? '')) return 'Host must be localhost, 127.0.0.1 or [::1]';
  const { origin } = headers;
  const isForeign = origin !== undefined && origin.toLowerCase() !== `http://${headers.host}`.toLowerCase();
  if (isForeign || !['none', 'same-origin', undefined].includes(single(headers['sec-fetch-site']))) {
    return 'this one was made by a page of another site';
  }
  return undefined;
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(address);
}

function isLoopbackHost(host: string): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(host);
}

function single(header: string | string[] | undefined): string | undefined {
  return [header].flat().at(0);
}
