import type { FastifyReply } from 'fastify';

/** Nothing may be loaded or framed by an answer that is data. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** A page loads from this server alone, and runs no inline script or style. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "media-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The headers of every answer. */
export function setSecurityHeaders(reply: FastifyReply): void {
  reply.headers({
    'content-security-policy': DATA_POLICY,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
}

/** For the answers that are pages. */
export function allowPage(reply: FastifyReply): void {
  reply.header('content-security-policy', PAGE_POLICY);
}
