import type { Readable } from 'node:stream';
import { Logger, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { addVary, setCacheControl } from '../http/responses/cache-headers.js';
import { MEDIA_TYPES, type Representation } from '../http/responses/content-negotiation.js';
import { type JsonDocument, writeJsonDocument } from '../http/responses/json-stream.js';
import { DELIMITERS, writeSeparatedValues } from '../http/responses/separated-values.js';
import type { Report } from '../model/report.js';
import type { ReportTypeDeclaration } from '../model/report-type.js';
import { isViewable } from './report-access.service.js';
import { toResource } from './report-resource.js';
import { toTable } from './report-table.js';

const logger = new Logger('reports');

/** Reports on their way to somebody who asked for them. */
export interface ReportResponse extends Omit<JsonDocument, 'data'> {
  readonly type: ReportTypeDeclaration;
  /** What the resources are called, where it is not as `toResource` calls them. */
  readonly resourceType?: string;
  readonly representation: Representation;
  readonly reports: Iterable<Report> | AsyncIterable<Report>;
  /** The name of a file of them, without its extension. */
  readonly fileName: string;
}

/** Sends reports as they come. When they stop coming, the connection is broken: nobody takes a part for the whole. */
export function sendReports(reply: FastifyReply, answer: ReportResponse): StreamableFile {
  const { type, representation, fileName } = answer;
  void reply.header('Content-Type', `${MEDIA_TYPES[representation]}; charset=utf-8`);
  setCacheControl(reply, isViewable(type.reportClass));
  addVary(reply, 'Accept');
  if (representation !== 'json:api') {
    void reply.header('Content-Disposition', `attachment; filename="${fileName}.${representation}"`);
  }
  const stream = write(answer);
  stream.once('error', (err) => logger.error({ err, requestId: reply.request.id }, 'reports were broken off'));
  return new StreamableFile(stream);
}

function write({ type, resourceType, representation, reports, meta, links }: ReportResponse): Readable {
  if (representation === 'csv' || representation === 'tsv') {
    return writeSeparatedValues(toTable(type, reports), DELIMITERS[representation]);
  }
  return writeJsonDocument({ data: resourcesOf(reports, resourceType), meta, links });
}

async function* resourcesOf(reports: ReportResponse['reports'], type?: string): AsyncIterable<object> {
  for await (const report of reports) yield toResource(report, type);
}
