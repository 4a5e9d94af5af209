/** The part of the error table that only administrators meet, and those who would be. */
export const ADMIN_ERRORS = {
  admin_key_required: {
    status: 401,
    title: 'The administrator’s key is required',
    meaning: 'Send the value of ADMIN_API_KEY as `Authorization: Bearer <key>` or as `X-API-Key`.',
  },
  admin_closed: {
    status: 403,
    title: 'The administration is closed',
    meaning: 'Outside mock mode nobody may use it until ADMIN_API_KEY is set.',
  },
  admin_loopback_only: {
    status: 403,
    title: 'The administration is open to this machine only',
    meaning:
      'In mock mode without ADMIN_API_KEY, a request must come from the same machine, directly, under a name such as `localhost`, and not from another site’s page. Set ADMIN_API_KEY to use it from elsewhere.',
  },
  canary_changed: {
    status: 409,
    title: 'The rollout has moved on',
    meaning: 'Someone else, or a guard-rail, changed the percentage since it was read. Read it again, then decide.',
  },
  faults_unavailable: {
    status: 404,
    title: 'There are no faults to switch',
    meaning: 'Only the simulators of mock mode show faults on demand.',
  },
  unknown_fault: {
    status: 422,
    title: 'No such simulator, or no such fault',
    meaning: '`GET /admin/faults` lists both.',
  },
  redis_access_refused: {
    status: 502,
    title: 'Redis refused us',
    meaning: 'Stops a start: correct the name and the password in REDIS_URL.',
  },
  redis_unreachable: {
    status: 503,
    title: 'Redis does not answer',
    meaning: 'Told by `npm run verify-keys`. A server works without it meanwhile.',
  },
  port_unavailable: {
    status: 503,
    title: 'A simulator cannot have its port',
    meaning: 'Another program uses the port. It stops the start of `npm run simulate` only.',
  },
} as const;
