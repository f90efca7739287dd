import { Logger, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { requestContext } from '../http/json-api/request-context.js';
import { chooseByAccept } from '../http/responses/content-negotiation.js';
import type { CounterParameters } from './counter-parameters.js';
import type { CounterReport } from './counter-reports.service.js';
import { type CounterRequest, TABLE_FORMATS } from './counter-request.js';

const MEDIA_TYPES = { json: 'application/json', tsv: 'text/tab-separated-values', csv: 'text/csv' } as const;

const logger = new Logger('CounterReports');

/** The format that a request asks for: by the parameter `format`, otherwise by `Accept`. */
export function chooseFormat(parameters: CounterParameters, accept: string | undefined): CounterRequest['format'] {
  const format = parameters.find('format') ?? chooseByAccept(accept, MEDIA_TYPES);
  return TABLE_FORMATS.find((each) => each === format) ?? 'json';
}

/** Sends a report. If reading fails midway, the connection is closed, so that no client takes a part for the whole. */
export function sendReport(report: CounterReport, reply: FastifyReply): StreamableFile {
  const { content, format, fileName, isComplete } = report;
  content.once('error', (err) => logger.error({ err, ...requestContext(reply.request) }, 'COUNTER report failed'));
  // Also when the response was never started, because the request timed out.
  if (reply.raw.closed) content.destroy();
  reply.raw.once('close', () => content.destroy());
  void reply.header('Content-Type', `${MEDIA_TYPES[format]}; charset=utf-8`);
  void reply.header('Cache-Control', isComplete ? 'public, max-age=3600' : 'no-cache');
  if (format !== 'json') void reply.header('Content-Disposition', `attachment; filename="${fileName}.${format}"`);
  return new StreamableFile(content);
}
