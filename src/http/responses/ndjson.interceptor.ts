import { Readable } from 'node:stream';
import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Logger,
  type NestInterceptor,
  StreamableFile,
  UseInterceptors,
} from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { mergeMap, type Observable } from 'rxjs';
import { NDJSON, TOTAL_COUNT_HEADER } from '../json-api/protocol.js';
import { requestContext } from '../json-api/request-context.js';
import { CacheControl } from './cache-headers.js';
import { peekFirst } from './peek-first.js';

/** What an export route returns: the values to send, and their number. */
export interface NdjsonExport {
  readonly total: number;
  readonly values: AsyncIterable<object>;
}

/** Sends the `NdjsonExport` that the route returns, a line per value, and documents the response. */
export function NdjsonResponse(description: string): MethodDecorator {
  const headers = { [TOTAL_COUNT_HEADER]: { description: 'Number of lines', schema: { type: 'integer' } } } as const;
  return applyDecorators(
    UseInterceptors(new NdjsonInterceptor()),
    CacheControl('private'),
    ApiOkResponse({ description, headers, content: { [NDJSON]: { schema: { type: 'string' } } } }),
  );
}

/** Streams values as they are read. When reading fails, the connection breaks, so that no client accepts a part. */
class NdjsonInterceptor implements NestInterceptor<NdjsonExport, StreamableFile> {
  private readonly logger = new Logger(NdjsonInterceptor.name);

  intercept(context: ExecutionContext, next: CallHandler<NdjsonExport>): Observable<StreamableFile> {
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    return next.handle().pipe(
      mergeMap(async ({ total, values }) => {
        void reply.header(TOTAL_COUNT_HEADER, total);
        // Waits for the first value, while an error can still become a 503.
        const lines = request.method === 'HEAD' ? [] : toLines((await peekFirst(values)).values);
        const stream = Readable.from(lines, { objectMode: false });
        stream.once('error', (err) => this.logger.error({ err, ...requestContext(request) }, 'export interrupted'));
        return new StreamableFile(stream, { type: NDJSON });
      }),
    );
  }
}

async function* toLines(values: AsyncIterable<object>): AsyncIterable<string> {
  for await (const value of values) yield `${JSON.stringify(value)}\n`;
}
