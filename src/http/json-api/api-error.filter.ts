import { STATUS_CODES } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { UnavailableError } from '../../model/errors.js';
import { ApiError, type ErrorDocument, serviceUnavailable } from './api-error.js';
import { JSON_API } from './protocol.js';
import { requestContext } from './request-context.js';

const logger = new Logger('ApiErrorFilter');

/** An error in another form than JSON:API. */
export interface FormattedError {
  readonly status: number;
  readonly mediaType: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body: object | string;
}

/** The configuration of a route whose errors have another form than JSON:API. */
export interface ErrorFormatRoute {
  /** Returns undefined for an error that keeps the form of JSON:API. */
  readonly formatError?: (error: ApiError, request: FastifyRequest) => FormattedError | undefined;
}

/** Sends every error as a JSON:API document, unless its route has another form. Errors of the service itself are logged, and reveal no details. */
@Catch()
export class ApiErrorFilter implements ExceptionFilter {
  /** @param formatMissing the form of errors at addresses without a route */
  constructor(private readonly formatMissing?: ErrorFormatRoute['formatError']) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendError(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.formatMissing);
  }
}

/** Sends a thrown value as an error response. */
export function sendError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  formatMissing?: ErrorFormatRoute['formatError'],
): void {
  const error = toApiError(thrown);
  const status = error.getStatus();
  if (status >= 500) logger.error({ err: thrown, ...requestContext(request) }, error.title);
  const config = (request.routeOptions.config ?? {}) as ErrorFormatRoute;
  const formatError = request.is404 ? formatMissing : config.formatError;
  const formatted = formatError?.(error, request) ?? {
    status,
    mediaType: JSON_API,
    body: toDocument(error, request.id),
  };
  const { body } = formatted;
  void reply
    .status(formatted.status)
    .headers({ 'Cache-Control': 'no-store', ...error.headers, ...formatted.headers })
    .type(formatted.mediaType)
    .send(typeof body === 'string' ? body : JSON.stringify(body));
}

function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof UnavailableError) return serviceUnavailable(thrown.publicMessage);
  if (thrown instanceof HttpException) return fromStatus(thrown.getStatus(), thrown.message);
  if (isClientError(thrown)) return fromStatus(thrown.statusCode, thrown.message);
  return fromStatus(500);
}

function fromStatus(status: number, detail?: string): ApiError {
  return new ApiError(status, STATUS_CODES[status] ?? 'Error', { detail });
}

/** Fastify's own errors, such as a body that is too large. */
function isClientError(thrown: unknown): thrown is Error & { statusCode: number } {
  if (!(thrown instanceof Error) || !('statusCode' in thrown)) return false;
  const { statusCode } = thrown;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
}

function toDocument(error: ApiError, requestId: string): ErrorDocument {
  const status = String(error.getStatus());
  return {
    errors: error.problems.map((problem) => ({
      status,
      title: error.title,
      ...problem,
      ...(error.getStatus() >= 500 ? { id: requestId } : {}),
    })),
  };
}
