import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { ApiKeys } from '../http/auth/api-keys.service.js';
import { AddRouteConfig } from '../http/json-api/add-route-config.js';
import type { ErrorFormatRoute, FormattedError } from '../http/json-api/api-error.filter.js';
import { type ApiError, notFound } from '../http/json-api/api-error.js';
import { JSON_API } from '../http/json-api/protocol.js';
import { addVary, setCacheControl } from '../http/responses/cache-headers.js';
import { chooseByAccept } from '../http/responses/content-negotiation.js';
import { type Html, html } from '../http/responses/html.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import type { CompressedRoute } from '../http/server/open-data-routes.js';
import type { LocalizedRoute } from '../http/server/shared-responses.js';
import { renderErrorPage } from './error-page.js';
import { PageRequest } from './page-request.js';

const MEDIA_TYPE = 'text/html; charset=utf-8';
const POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

function formatAsPage(error: ApiError, request: FastifyRequest): FormattedError {
  return {
    status: error.getStatus(),
    mediaType: MEDIA_TYPE,
    headers: { 'Content-Security-Policy': POLICY },
    body: renderErrorPage(error, request.id, new PageRequest(request)).text,
  };
}

/** Sends a browser a page for an address that does not exist; other clients get the error as JSON:API. */
export function formatMissingPage(error: ApiError, request: FastifyRequest): FormattedError | undefined {
  if (
    chooseByAccept(request.headers.accept, { json: 'application/json', document: JSON_API, page: 'text/html' }) !==
    'page'
  )
    return undefined;
  const isMissing = error.getStatus() === 404;
  return formatAsPage(isMissing ? notFound(error.title, 'the address may be incomplete') : error, request);
}

const CONFIG: ErrorFormatRoute & CompressedRoute & LocalizedRoute = {
  formatError: formatAsPage,
  isCompressed: true,
  isLocalized: true,
};

const content = { 'text/html': { schema: { type: 'string' } } } as const;

/**
 * A route whose method returns `Html`: sends it as a page with a Content-Security-Policy, sends errors as pages too, and
 * documents the route.
 *
 * @param statuses of the errors that the route declares
 */
export function PageRoute(operationId: string, summary: string, ...statuses: readonly number[]): MethodDecorator {
  return applyDecorators(
    AddRouteConfig(CONFIG),
    RequestTimeout(),
    UseInterceptors(PageInterceptor),
    ApiOperation({ operationId, summary }),
    ApiOkResponse({ description: 'The page', content }),
    ...statuses.map((status) => ApiResponse({ status, description: 'A page that says what is wrong', content })),
  );
}

/** The response of a page route that opens another page. */
export function redirectTo(location: string, reply: FastifyReply): Html {
  void reply.status(302).header('Location', location);
  return html``;
}

@Injectable()
class PageInterceptor implements NestInterceptor<Html, string> {
  constructor(private readonly apiKeys: ApiKeys) {}

  intercept(context: ExecutionContext, next: CallHandler<Html>): Observable<string> {
    const [request, reply] = context.getArgs<[FastifyRequest, FastifyReply]>();
    return next.handle().pipe(
      map(({ text }) => {
        addVary(reply, 'Accept-Language');
        addVary(reply, 'Authorization');
        // The page names the key, and its navigation may have more pages.
        if (this.apiKeys.find(request)) setCacheControl(reply, false);
        void reply.header('Content-Security-Policy', POLICY).type(MEDIA_TYPE);
        return text;
      }),
    );
  }
}
