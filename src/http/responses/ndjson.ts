import { Readable } from 'node:stream';
import { Logger, StreamableFile } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NDJSON } from '../json-api/media-types.js';
import { cacheControl } from './cache-control.js';
import { started } from './peek-first.js';
import { TOTAL_COUNT_HEADER } from './total-count.js';

const logger = new Logger('lines');

/**
 * Answers with lines of JSON, as they come; `HEAD` with their number alone. When they stop coming, the connection is
 * broken: nobody takes a part for the whole.
 */
export async function sendNdjson(
  request: FastifyRequest,
  reply: FastifyReply,
  { total, values }: { total: number; values: AsyncIterable<object> },
): Promise<StreamableFile> {
  void reply.header(TOTAL_COUNT_HEADER, total);
  void reply.header('Cache-Control', cacheControl(false));
  // A store that is away is answered 503 only before the first line is sent.
  const lines = request.method === 'HEAD' ? [] : linesOf(await started(values));
  const stream = Readable.from(lines, { objectMode: false });
  stream.once('error', (err) => logger.error({ err, requestId: request.id }, 'lines were broken off'));
  return new StreamableFile(stream, { type: NDJSON });
}

/** Documents what `sendNdjson` sends. */
export function NdjsonResponse(description: string): MethodDecorator {
  const headers = {
    [TOTAL_COUNT_HEADER]: { description: 'How many lines there are', schema: { type: 'integer' } },
  } as const;
  return ApiOkResponse({ description, headers, content: { [NDJSON]: { schema: { type: 'string' } } } });
}

async function* linesOf(values: AsyncIterable<object>): AsyncIterable<string> {
  for await (const value of values) yield `${JSON.stringify(value)}\n`;
}
