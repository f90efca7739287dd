import type { Readable } from 'node:stream';
import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  Logger,
  type NestInterceptor,
  StreamableFile,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { requestContext } from '../http/json-api/request-context.js';
import { setCacheControl } from '../http/responses/cache-headers.js';
import { isTabular, type Representation } from '../http/responses/content-negotiation.js';
import { type JsonDocument, writeJsonArray, writeJsonDocument } from '../http/responses/json-stream.js';
import { setRepresentationHeaders } from '../http/responses/representation-headers.js';
import { DELIMITERS, writeSeparatedValues } from '../http/responses/separated-values.js';
import type { ReportResource } from './report-resource.js';
import { toTable } from './report-table.js';

/** A list of reports as resources, and the representation in which to send them. */
export interface ReportList extends Omit<JsonDocument, 'data'> {
  readonly representation: Representation;
  /** For CSV and TSV. */
  readonly byteOrderMark?: boolean;
  readonly resources: AsyncIterable<ReportResource>;
  /** The columns of a table: paths of attributes. */
  readonly columns: readonly string[];
  /** Whether anyone can read the list. */
  readonly isPublic: boolean;
  /** File name of the download, without an extension. */
  readonly fileName: string;
}

/**
 * Streams the `ReportList` that a route returns. If reading fails midway, the connection is closed, so that the client
 * does not mistake a partial response for a complete one.
 */
@Injectable()
export class ReportListInterceptor implements NestInterceptor<ReportList, StreamableFile> {
  private readonly logger = new Logger(ReportListInterceptor.name);

  intercept(context: ExecutionContext, next: CallHandler<ReportList>): Observable<StreamableFile> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(map((list) => this.send(list, reply)));
  }

  private send(list: ReportList, reply: FastifyReply): StreamableFile {
    const { representation, isPublic, fileName } = list;
    setCacheControl(reply, isPublic);
    setRepresentationHeaders(reply, representation, fileName);
    const stream = write(list);
    stream.once('error', (err) => this.logger.error({ err, ...requestContext(reply.request) }, 'report stream failed'));
    return new StreamableFile(stream);
  }
}

function write({ representation, byteOrderMark, resources, columns, meta, links }: ReportList): Readable {
  if (isTabular(representation)) {
    return writeSeparatedValues(toTable(columns, resources), DELIMITERS[representation], { byteOrderMark });
  }
  if (representation === 'json_report') return writeJsonArray(attributesOf(resources));
  return writeJsonDocument({ data: resources, meta, links });
}

async function* attributesOf(resources: AsyncIterable<ReportResource>): AsyncIterable<object> {
  for await (const { attributes } of resources) yield attributes;
}
