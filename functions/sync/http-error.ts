/** The codes of errors with their statuses; a caller may rely on both. */
export const STATUS = {
  AUTH_MISSING_TOKEN: 401,
  AUTH_INVALID_TOKEN: 401,
  PERM_FORBIDDEN: 403,
  RES_NOT_FOUND: 404,
  CRM_INTEGRATION_NOT_FOUND: 404,
  REQ_METHOD_NOT_ALLOWED: 405,
  CRM_INTEGRATION_EXISTS: 409,
  REQ_IN_PROGRESS: 409,
  REQ_TOO_LARGE: 413,
  REQ_UNSUPPORTED_MEDIA_TYPE: 415,
  REQ_KEY_REUSED: 422,
  VAL_VALIDATION_ERROR: 400,
  VAL_INVALID_INPUT: 400,
  VAL_MISSING_FIELD: 400,
  CRM_INVALID_TYPE: 400,
  /** The CRM refused the credentials: of a connection, not of the caller. */
  CRM_INVALID_CREDENTIALS: 401,
  RATE_LIMIT_EXCEEDED: 429,
  SRV_INTERNAL_ERROR: 500,
  CRM_CONNECTION_FAILED: 503,
  SRV_DATABASE_ERROR: 503,
  /** What could not be delivered could not be put by either. */
  SRV_OUTBOX_ERROR: 503,
} as const;

export type ErrorCode = keyof typeof STATUS;
export type Details = Readonly<Record<string, unknown>>;

/** The caller of `sync` is wrong, or is told what is; its message holds no values. */
export class HttpError extends Error {
  readonly code: ErrorCode;
  readonly details: Details | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, details?: Details, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'HttpError';
    this.code = code;
    this.details = details;
    this.headers = headers;
  }

  get status(): number {
    return STATUS[this.code];
  }
}
