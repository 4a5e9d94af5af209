import { FAILURE_POLICY } from '../core/failure-policy.ts';
import type { FailureKind } from '../core/failure-policy.ts';
import { ADMIN_ERRORS } from './admin-error-table.ts';
import { COST_ERRORS } from './cost-error-table.ts';
import { SCRIPT_ERRORS } from './script-error-table.ts';
import { SPEECH_ERRORS } from './speech-error-table.ts';
import { VIDEO_ERRORS } from './video-error-table.ts';

export type ErrorEntry = {
  readonly status: number;
  readonly title: string;
  /** What it means and what to do, for docs/reference/errors.md. */
  readonly meaning: string;
};

/** Every error code a client can meet, in an HTTP answer or in the `error` of a failed video. */
export const ERROR_TABLE = {
  // The request as a whole
  invalid_json: {
    status: 400,
    title: 'The body is not valid JSON',
    meaning: 'Send one JSON object in UTF-8. The keys `__proto__` and `constructor.prototype` are refused.',
  },
  bad_request: {
    status: 400,
    title: 'The request cannot be read',
    meaning: 'The HTTP message itself is malformed, or the address holds invalid percent escapes.',
  },
  invalid_idempotency_key: {
    status: 400,
    title: 'The idempotency key cannot be used',
    meaning:
      '`Idempotency-Key` takes 1 to 255 printable ASCII characters without spaces. A new UUID for each video is a good one.',
  },
  not_found: { status: 404, title: 'No such address', meaning: 'No route has this path; /docs lists them all.' },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    meaning: 'The path exists, but not for this method. The `Allow` header names the right ones.',
  },
  request_timeout: {
    status: 408,
    title: 'The request took too long to arrive',
    meaning: 'Headers must arrive within 10 seconds and the whole request within 12.',
  },
  file_expired: {
    status: 410,
    title: 'The file was deleted',
    meaning:
      'Clean-up deletes the files of a video some days after its end (CLEANUP_AUDIO_DAYS, CLEANUP_VIDEO_DAYS). Its status stays. `POST /jobs/{id}/retry?from=script` makes it anew, and is paid for anew.',
  },
  precondition_failed: {
    status: 412,
    title: 'The file is another version',
    meaning: '`If-Match` named an ETag that is not the file’s.',
  },
  body_too_large: { status: 413, title: 'The body is too large', meaning: 'A body may have at most 65,536 bytes.' },
  uri_too_long: { status: 414, title: 'The address is too long', meaning: 'Shorten the path or the query.' },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    meaning: 'Send `Content-Type: application/json`. Nothing else is read.',
  },
  range_not_satisfiable: {
    status: 416,
    title: 'The range lies outside the file',
    meaning: '`Content-Range` in the answer gives the size of the file.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests from this address',
    meaning: 'Send the next one after the number of seconds in `Retry-After`. The limit is TTS_RATE_LIMIT_PER_MINUTE.',
  },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large',
    meaning: 'All headers together may have at most 16 KiB.',
  },

  // Repeated requests
  idempotency_in_progress: {
    status: 409,
    title: 'The first request is still being answered',
    meaning:
      'Send the same request again after the number of seconds in `Retry-After`; it gets the answer of the first.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The idempotency key belongs to another request',
    meaning: 'A key names one request for 24 hours. Send the first body again, or take a new key.',
  },

  // Fields
  missing_field: { status: 422, title: 'A required field is missing', meaning: 'The pointer names the field.' },
  unknown_field: {
    status: 422,
    title: 'A field is not known',
    meaning: 'Unknown fields are refused, so that a typing mistake never goes unnoticed.',
  },
  unsupported_field: {
    status: 422,
    title: 'A field is not supported yet',
    meaning: 'The field is part of the API, but this version cannot honour it. Leave it out.',
  },
  wrong_type: {
    status: 422,
    title: 'A field has the wrong type',
    meaning: 'Nothing is converted: `"3"` is not a number.',
  },
  invalid_value: {
    status: 422,
    title: 'A field has a value that is not allowed',
    meaning: 'The rule says which values are.',
  },
  unsupported_value: {
    status: 422,
    title: 'A field has a value that is not supported yet',
    meaning: 'The field works with the value that the rule names; others come with later versions.',
  },
  invalid_cursor: {
    status: 422,
    title: 'Not a cursor of this list',
    meaning: 'Send the `next_cursor` of the page before, unchanged.',
  },
  invalid_text: {
    status: 422,
    title: 'A text holds characters that cannot be used',
    meaning: 'Lone surrogates and control characters other than line breaks and tabs are refused.',
  },
  empty_script: {
    status: 422,
    title: 'The script has nothing to say',
    meaning: 'A script needs at least one letter or digit.',
  },
  script_too_long: {
    status: 422,
    title: 'The script is too long',
    meaning: 'At most MAX_TTS_INPUT_CHARS characters, counted as a reader sees them. Nothing was spent.',
  },
  speech_too_long: {
    status: 422,
    title: 'The speech would be too long',
    meaning: 'Read aloud, the script would take longer than MAX_TTS_AUDIO_DURATION seconds. Nothing was spent.',
  },
  unknown_template: { status: 422, title: 'No such template', meaning: 'The rule lists the templates there are.' },
  unknown_presenter: { status: 422, title: 'No such presenter', meaning: 'The rule lists the presenters there are.' },
  unsupported_language: {
    status: 422,
    title: 'No voice speaks this language',
    meaning: 'The rule lists the languages that can be spoken. Without `language` it is detected from the script.',
  },

  invalid_callback_url: {
    status: 422,
    title: 'The address cannot be called back',
    meaning:
      '`callbackUrl` is an https address of a public host, at most 2048 characters, without a user name, on port 443 or one from ' +
      '1024 on. In mock mode http and this machine are allowed too.',
  },
  callbacks_not_configured: {
    status: 422,
    title: 'This server calls nobody back',
    meaning: '`callbackUrl` needs WEBHOOK_SECRET, because every call is signed. Set it, or leave `callbackUrl` out.',
  },

  // Videos
  delivery_not_found: {
    status: 404,
    title: 'No such delivery',
    meaning: 'The video has none with this id; `GET /jobs/{id}/deliveries` lists them.',
  },
  video_not_found: { status: 404, title: 'No such video', meaning: 'No video has this id.' },
  video_not_ready: {
    status: 409,
    title: 'The video is not finished',
    meaning: 'Wait until its status is `completed`; `status_url` and `events_url` tell.',
  },
  job_not_final: {
    status: 409,
    title: 'The video has not ended',
    meaning: 'Only a video that is completed, failed or cancelled can be retried. Cancel it first, or wait.',
  },
  job_already_completed: {
    status: 409,
    title: 'The video is completed',
    meaning: 'Nothing failed. To have a part made again, name its step: `?from=render`.',
  },
  job_final: {
    status: 409,
    title: 'The video has ended already',
    meaning: 'A video that is completed or failed cannot be cancelled.',
  },
  unknown_step: { status: 422, title: 'No such step', meaning: 'The detail lists the steps there are.' },
  file_not_found: {
    status: 404,
    title: 'The file is not there',
    meaning: 'The video failed, was cancelled, or its files have been removed.',
  },

  ...SCRIPT_ERRORS,
  ...SPEECH_ERRORS,
  ...ADMIN_ERRORS,

  // Picture
  ...VIDEO_ERRORS,
  ...COST_ERRORS,
  render_failed: {
    status: 500,
    title: 'The video could not be drawn',
    meaning: 'A defect of this program. The log has the details.',
  },
  bad_deliverable: {
    status: 502,
    title: 'The finished video is not what was ordered',
    meaning: 'The file failed its check of codecs, size, length and order; nothing was published. Try again.',
  },
  operation_lost: {
    status: 503,
    title: 'The drawing was interrupted',
    meaning: 'The process that drew the video ended. The step starts again by itself.',
  },
  encoder_asset_missing: {
    status: 500,
    title: 'The video encoder is not built',
    meaning: 'Run `npm run prepare`.',
  },
  font_missing: {
    status: 500,
    title: 'A font is not installed',
    meaning: 'Run `npm ci`.',
  },
  video_size_unsupported: {
    status: 422,
    title: 'The video is too large',
    meaning: 'The size and the frame rate must fit H.264 level 5.2.',
  },
  invalid_encoder_options: {
    status: 422,
    title: 'The encoder cannot work with these options',
    meaning: 'A defect of this program: the options come from the template.',
  },
  invalid_brief: {
    status: 422,
    title: 'The scene cannot be drawn from this',
    meaning: 'A defect of this program: the brief is made from a checked request.',
  },
  frame_out_of_range: {
    status: 422,
    title: 'No such frame',
    meaning: 'A defect of this program.',
  },

  // The server
  cancelled: { status: 499, title: 'Cancelled', meaning: 'The work was stopped on request.' },
  internal_error: {
    status: 500,
    title: 'Internal error',
    meaning: 'A defect of this program. The log has the details under the request id.',
  },
  not_ready: {
    status: 503,
    title: 'The server cannot take work now',
    meaning: '`GET /ready` says which part cannot be used: the journal or the storage.',
  },
  server_closing: {
    status: 503,
    title: 'The server is shutting down',
    meaning: 'Try again after the number of seconds in `Retry-After`.',
  },
  overloaded: {
    status: 503,
    title: 'The server did not answer in time',
    meaning: 'Try again after the number of seconds in `Retry-After`.',
  },
  timeout: { status: 504, title: 'The work ran past its deadline', meaning: 'Try again.' },
  storage_failed: {
    status: 507,
    title: 'The data folder, the database or the S3 storage cannot be used',
    meaning:
      'The disk is full, read-only, or may not be written to: free some space or correct DATA_DIR. Or PostgreSQL or the S3 storage cannot be used: the log says why.',
  },
  storage_access_refused: {
    status: 507,
    title: 'The S3 storage refuses the key',
    meaning:
      'The detail says which of WASABI_ACCESS_KEY, WASABI_SECRET_KEY, the rights of the key or the clock to correct.',
  },
  storage_bucket_missing: {
    status: 507,
    title: 'The bucket is not at this S3 address',
    meaning: 'Create the bucket, or correct WASABI_BUCKET_NAME, WASABI_REGION or WASABI_ENDPOINT, as the detail says.',
  },
  invalid_input: {
    status: 422,
    title: 'The request breaks a rule of the journal',
    meaning: 'The detail names the rule.',
  },
  subscriber_too_slow: {
    status: 503,
    title: 'The event stream was not read fast enough',
    meaning: 'Connect again with `Last-Event-ID`; nothing is lost.',
  },
  storage_busy: {
    status: 507,
    title: 'Another process holds the database',
    meaning: 'Only one process may use a data folder.',
  },
  storage_corrupt: {
    status: 507,
    title: 'The database is damaged',
    meaning: 'Restore the data folder from a backup, or start with a new DATA_DIR.',
  },
  data_folder_in_use: {
    status: 507,
    title: 'Another process uses this data folder',
    meaning: 'Stop it, or give this one its own DATA_DIR.',
  },
  object_missing: {
    status: 507,
    title: 'A stored file is missing',
    meaning:
      'A file of the data folder or the bucket was removed while it was needed: from outside, or because the video ended so long ago that clean-up has taken its parts. Ask for the video again.',
  },
  object_hash_mismatch: {
    status: 500,
    title: 'A file changed while it was stored',
    meaning: 'The bytes did not match their name; nothing was stored.',
  },
  payment_uncertain: {
    status: 502,
    title: 'A payment is uncertain',
    meaning:
      'A provider that keeps no record of requests was asked twice and no answer arrived. It is not paid a third time by itself; `POST /jobs/{id}/retry` asks again.',
  },
  provider_busy: {
    status: 503,
    title: 'A provider takes no more calls for now',
    meaning: 'The limit of PROVIDER_LIMITS is reached. The video waits and goes on by itself.',
  },
  job_keeps_crashing: {
    status: 500,
    title: 'The work kills its process',
    meaning:
      'The process that worked on the video died ten times in a row without finishing a step, so it is given up. `POST /jobs/{id}/retry` has it go on.',
  },
  invalid_object_key: {
    status: 500,
    title: 'A file name is not one of ours',
    meaning: 'A defect of this program: stored files are named by their hash.',
  },
  invalid_configuration: {
    status: 500,
    title: 'The configuration is invalid',
    meaning: 'The start stops with one line per mistake: variable, value, rule.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

export type ErrorCode = keyof typeof ERROR_TABLE;

const KIND_TITLES: Readonly<Record<FailureKind, string>> = {
  cancelled: 'Cancelled',
  invalid_input: 'The request is not valid',
  unsupported: 'This is not supported',
  auth: 'A provider refused our credentials',
  quota: 'A provider’s quota is used up',
  rate_limited: 'A provider is busy',
  timeout: 'The work ran past its deadline',
  unavailable: 'A part of the system is not available',
  protocol: 'A provider answered in a way we cannot read',
  bad_audio: 'The speech was not usable',
  uncertain: 'A payment is uncertain',
  over_budget: 'It would cost more than is allowed',
  storage: 'The data folder cannot be used',
  internal: 'Internal error',
};

/** The entry of a code; a code without one is described by its failure kind. */
export function errorEntry(code: string, kind: FailureKind): Pick<ErrorEntry, 'status' | 'title'> {
  if (Object.hasOwn(ERROR_TABLE, code)) return ERROR_TABLE[code as ErrorCode];
  return { status: FAILURE_POLICY[kind].httpStatus, title: KIND_TITLES[kind] };
}
