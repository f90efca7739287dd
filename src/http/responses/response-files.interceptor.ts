import { Readable } from 'node:stream';
import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  StreamableFile,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { API_PREFIX } from '../json-api/protocol.js';
import type { Resource } from '../json-api/resource.js';
import { type Format, isTabular, type Representation, toRepresentation } from './content-negotiation.js';
import { setRepresentationHeaders } from './representation-headers.js';
import { type Cell, DELIMITERS, writeSeparatedValues } from './separated-values.js';

/** A table of a response, for CSV and TSV. */
export interface ResponseTable {
  readonly columns: readonly string[];
  /** Columns that follow if a row has them. */
  readonly optionalColumns?: readonly string[];
  /** The rows of a resource. A property that a row lacks is an empty cell. */
  readonly toRows: (resource: Required<Resource>) => readonly object[];
  /** The columns that add up, for a row of totals. Counts of distinct things usually do not. */
  readonly summedColumns: readonly string[];
}

/** The query parameters that select a file. The route's DTO declares and checks them. */
interface FileParameters {
  readonly format?: Format;
  readonly bom?: string;
  readonly total?: string;
  readonly list?: string;
}

const API_PATH = new RegExp(`^/${API_PREFIX}/(query/)?`);

interface JsonApiDocument {
  readonly data: Resource | readonly Resource[];
}

/**
 * Also offers the JSON:API document of a route as a file, by `format` or `Accept`: the document, a JSON array of the
 * attributes, or a table as CSV or TSV.
 *
 * @param tables by name; the query parameter `list` names one, by default the first
 */
export function ResponseFiles(tables: Readonly<Record<string, ResponseTable>>): MethodDecorator {
  return applyDecorators(UseInterceptors(new ResponseFilesInterceptor(tables)));
}

/** The properties of a class that OpenAPI documents, in the order of their declaration. */
export function documentedProperties(type: Type): string[] {
  const names = Reflect.getMetadata('swagger/apiModelPropertiesArray', type.prototype as object) as string[];
  return names.map((name) => name.slice(1));
}

class ResponseFilesInterceptor implements NestInterceptor<JsonApiDocument, JsonApiDocument | StreamableFile> {
  constructor(private readonly tables: Readonly<Record<string, ResponseTable>>) {}

  intercept(
    context: ExecutionContext,
    next: CallHandler<JsonApiDocument>,
  ): Observable<JsonApiDocument | StreamableFile> {
    const [request, reply] = context.getArgs<[FastifyRequest, FastifyReply]>();
    return next.handle().pipe(map((document) => this.respond(document, request, reply)));
  }

  private respond(
    document: JsonApiDocument,
    request: FastifyRequest,
    reply: FastifyReply,
  ): JsonApiDocument | StreamableFile {
    const { format, bom, total, list } = request.query as FileParameters;
    const representation = toRepresentation(format, request.headers.accept);
    const [name, table] = this.findTable(list);
    const fileName = toFileName(request.url, Object.keys(this.tables).length > 1 ? name : '');
    setRepresentationHeaders(reply, representation, fileName);
    if (representation === 'json:api') return document;
    return new StreamableFile(
      write(document, representation, table, { byteOrderMark: bom === 'true', totalRow: total === 'true' }),
    );
  }

  private findTable(list: string | undefined): [string, ResponseTable] {
    const tables = Object.entries(this.tables);
    const found = tables.find(([name]) => name === list) ?? tables[0];
    if (!found) throw new TypeError('the route has no table');
    return found;
  }
}

function write(
  document: JsonApiDocument,
  representation: Representation,
  table: ResponseTable,
  { byteOrderMark, totalRow }: { readonly byteOrderMark: boolean; readonly totalRow: boolean },
): Readable {
  const resources = [document.data].flat() as Required<Resource>[];
  if (isTabular(representation)) {
    const records = resources.flatMap(table.toRows);
    const columns = columnsOf(table, records);
    const rows = records.map((record) => columns.map((name) => toCell(record, name)));
    if (totalRow) rows.push(toTotalRow(columns, table.summedColumns, rows));
    return writeSeparatedValues({ columns, rows }, DELIMITERS[representation], { byteOrderMark });
  }
  const json = representation === 'json_report' ? resources.map(({ attributes }) => attributes) : document;
  return Readable.from([JSON.stringify(json)]);
}

function columnsOf({ columns, optionalColumns = [] }: ResponseTable, records: readonly object[]): string[] {
  return [...columns, ...optionalColumns.filter((name) => records.some((record) => name in record))];
}

function toCell(row: object, name: string): Cell {
  return (row as Readonly<Record<string, Cell | undefined>>)[name] ?? null;
}

/** The sums of the columns that add up, behind the word "Total"; the other cells are empty. */
function toTotalRow(
  columns: readonly string[],
  summedColumns: readonly string[],
  rows: readonly (readonly Cell[])[],
): Cell[] {
  const sumOf = (index: number): number => rows.reduce((sum, row) => sum + Number(row[index]), 0);
  const sums = columns.map((name, index) => (summedColumns.includes(name) ? sumOf(index) : null));
  return ['Total', ...sums.slice(1)];
}

/** `node_analytics_abc12_week_unique_visits` for the path `/_/metrics/query/node_analytics/abc12/week/`. */
function toFileName(url: string, table: string): string {
  const [path = ''] = url.split('?', 1);
  const parts = path.replace(API_PATH, '').split('/');
  return [...parts, table]
    .filter(Boolean)
    .join('_')
    .replaceAll(/[^\w.-]+/g, '_');
}
