import type { FormattedError } from '../http/json-api/api-error.filter.js';
import { ApiError } from '../http/json-api/api-error.js';
import { API_PREFIX } from '../http/json-api/protocol.js';
import type { Release } from './release.js';

const RETRY_AFTER_SECONDS = '5';

/** Routes of the COUNTER API, without the page for people. */
const COUNTER_API = new RegExp(`^/${API_PREFIX}/counter/(r51|status|members|reports)\\b`);

interface ExceptionDeclaration {
  /** The HTTP status; 200: the exception is a warning in the header of a report. */
  readonly status: number;
  readonly message: string;
  /** Only Release 5.0 has severities. */
  readonly severity: 'Fatal' | 'Error' | 'Warning';
}

/** COUNTER's exceptions that the service returns (Code of Practice 5.1, appendix D, and 5.0.3, appendix F). */
export const EXCEPTIONS = {
  1000: { status: 503, message: 'Service Not Available', severity: 'Fatal' },
  1010: { status: 503, message: 'Service Busy', severity: 'Fatal' },
  1020: { status: 429, message: 'Client has made too many requests', severity: 'Fatal' },
  1030: { status: 400, message: 'Insufficient Information to Process Request', severity: 'Fatal' },
  2000: { status: 401, message: 'Requestor Not Authorized to Access Service', severity: 'Error' },
  2010: { status: 403, message: 'Requestor is Not Authorized to Access Usage for Institution', severity: 'Error' },
  2020: { status: 401, message: 'APIKey Invalid', severity: 'Error' },
  3000: { status: 404, message: 'Report Not Supported', severity: 'Error' },
  3020: { status: 400, message: 'Invalid Date Arguments', severity: 'Error' },
  3030: { status: 200, message: 'No Usage Available for Requested Dates', severity: 'Error' },
  3031: { status: 200, message: 'Usage Not Ready for Requested Dates', severity: 'Warning' },
  3032: { status: 200, message: 'Usage No Longer Available for Requested Dates', severity: 'Warning' },
  3050: { status: 200, message: 'Parameter Not Recognized in this Context', severity: 'Warning' },
  3060: { status: 200, message: 'Invalid ReportFilter Value', severity: 'Warning' },
  3061: { status: 200, message: 'Incongruous ReportFilter Value', severity: 'Warning' },
  3062: { status: 200, message: 'Invalid ReportAttribute Value', severity: 'Warning' },
  3063: { status: 200, message: 'Components Not Supported', severity: 'Warning' },
} as const satisfies Record<number, ExceptionDeclaration>;

export type ExceptionCode = keyof typeof EXCEPTIONS;

/** A warning in the header of a report. */
export interface ReportException {
  readonly code: ExceptionCode;
  readonly data?: string;
}

/** COUNTER's JSON of an exception. */
export interface ExceptionDocument {
  readonly Code: number;
  readonly Severity?: string;
  readonly Message: string;
  readonly Data?: string;
}

/** An exception that is the whole response. */
export class CounterError extends ApiError {
  constructor(
    readonly code: ExceptionCode,
    readonly data?: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    const { status, message } = EXCEPTIONS[code];
    super(status, message, { detail: data }, headers);
  }
}

/** @param isEmptyReport in Release 5.0, usage that is not ready is an error when the report has nothing else */
export function toExceptionDocument(
  { code, data }: ReportException,
  release: Release,
  isEmptyReport = false,
): ExceptionDocument {
  const { message, severity } = EXCEPTIONS[code];
  return {
    Code: code,
    ...(release === '5' ? { Severity: code === 3031 && isEmptyReport ? 'Error' : severity } : {}),
    Message: message,
    ...(data === undefined ? {} : { Data: data }),
  };
}

/**
 * The form of errors under the COUNTER API: an exception for every error that COUNTER knows. A path that does not exist keeps
 * the service's own form, and other errors have no body.
 */
export function formatCounterError(error: ApiError, release: Release): FormattedError | undefined {
  const exception = toException(error);
  const mediaType = 'application/json';
  if (!exception) return error.getStatus() === 404 ? undefined : { status: error.getStatus(), mediaType, body: {} };
  const { status } = EXCEPTIONS[exception.code];
  const headers = status === 503 ? { 'Retry-After': RETRY_AFTER_SECONDS, ...error.headers } : {};
  return { status, mediaType, headers, body: toExceptionDocument(exception, release) };
}

/** The response to a request that is refused before its route is known: an exception under the COUNTER API. */
export function formatCounterRefusal(url: string): FormattedError | undefined {
  const [, release] = COUNTER_API.exec(url) ?? [];
  if (release === undefined) return undefined;
  return formatCounterError(new CounterError(1010), release === 'r51' ? '5.1' : '5');
}

function toException(error: ApiError): ReportException | undefined {
  if (error instanceof CounterError) return error;
  if (error.getStatus() === 429) return { code: 1020, data: error.problems[0]?.detail };
  return error.getStatus() >= 500 ? { code: 1000 } : undefined;
}
