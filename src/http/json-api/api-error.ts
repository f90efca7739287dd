import { HttpException } from '@nestjs/common';

/** One error of a JSON:API document (jsonapi.org/format, section "Error Objects"). */
export interface ErrorObject {
  readonly status: string;
  readonly title: string;
  readonly detail?: string;
  /** Of the request that failed, for those who look for it in the logs. */
  readonly id?: string;
  /** The place in the request: a JSON pointer into its body, a query parameter, or a header. */
  readonly source?: { readonly pointer: string } | { readonly parameter: string } | { readonly header: string };
}

export interface ErrorDocument {
  readonly errors: readonly ErrorObject[];
}

/** What went wrong with a request, and where, in words that its sender can use. */
export type Problem = Pick<ErrorObject, 'detail' | 'source'>;

/** An answer that is an error: thrown anywhere below a controller, sent as a JSON:API document. */
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
export function badParameter(parameter: string, detail: string): ApiError {
  return new ApiError(400, 'Bad Request', { detail, source: { parameter } });
}

/** 400, naming places in the body. */
export function badBody(problems: readonly Problem[]): ApiError {
  return new ApiError(400, 'Bad Request', problems);
}

/** 404: there is no such thing. */
export function notFound(title: string, detail?: string): ApiError {
  return new ApiError(404, title, { detail });
}

/** 503: not now; try again. Nothing was stored. */
export function unavailable(detail: string, retryAfterSeconds = 5): ApiError {
  return new ApiError(503, 'Service Unavailable', { detail }, { 'Retry-After': String(retryAfterSeconds) });
}
