import { HttpException } from '@nestjs/common';

/** A JSON:API error object (jsonapi.org/format, section "Error Objects"). */
export interface ErrorObject {
  readonly status: string;
  readonly title: string;
  readonly detail?: string;
  /** The id of the failed request, as in the log. */
  readonly id?: string;
  /** The place in the request: a JSON pointer into its body, a query parameter, or a header. */
  readonly source?: { readonly pointer: string } | { readonly parameter: string } | { readonly header: string };
}

export interface ErrorDocument {
  readonly errors: readonly ErrorObject[];
}

/** What is wrong with a request, and where. */
export type Problem = Pick<ErrorObject, 'detail' | 'source'>;

/** An HTTP error. The error filter sends it as a JSON:API document. */
export class ApiError extends HttpException {
  readonly problems: readonly Problem[];

  constructor(
    status: number,
    readonly title: string,
    problems: Problem | readonly Problem[] = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(title, status);
    this.problems = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
  }
}

/** 400, naming the query parameter. */
export function badRequestParameter(parameter: string, detail: string): ApiError {
  return new ApiError(400, 'Bad Request', { detail, source: { parameter } });
}

/** 400, naming places in the body. */
export function badRequestBody(problems: readonly Problem[]): ApiError {
  return new ApiError(400, 'Bad Request', problems);
}

/** 404. */
export function notFound(title: string, detail?: string): ApiError {
  return new ApiError(404, title, { detail });
}

/** 503: the request had no effect, and may be repeated after the delay. */
export function serviceUnavailable(detail: string, retryAfterSeconds = 5): ApiError {
  return new ApiError(503, 'Service Unavailable', { detail }, { 'Retry-After': String(retryAfterSeconds) });
}
