import { Controller, Get, Req } from '@nestjs/common';
import { ApiOperation, ApiTags, type SchemaObject } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Configuration } from '../config/configuration.js';
import { linkPages, linkTo, type PageLinks } from '../http/json-api/links.js';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/api-responses.js';
import { CacheControl } from '../http/responses/cache-headers.js';
import { documentedProperties, ResponseFiles } from '../http/responses/response-files.interceptor.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import type { DateRange } from '../time/date-range.js';
import { PublicUsage, PublicUsageCounts, type PublicUsageFigures } from './public-usage.js';
import { PublicUsageQuery } from './public-usage.query.js';
import { PublicUsageQueryDto } from './public-usage-query.dto.js';
import { PublicUsageSums } from './public-usage-sums.service.js';

const TYPE = 'usage';
const date = { type: 'string', format: 'date' } as const;
const range = { start_date: date, end_date: { ...date, description: 'The day after the last day' } };
const META: SchemaObject = {
  type: 'object',
  properties: {
    ...range,
    previous: { type: 'object', properties: range, description: 'With `compare=previous`' },
    total: { type: 'integer', description: 'The number of groups on all pages' },
  },
};

const COUNTS = documentedProperties(PublicUsageCounts);
/** Not `item_count`: an item can be used in several periods. */
const SUMS = ['view_count', 'view_session_count', 'download_count', 'download_session_count'];
const toPrevious = (name: string): string => `previous_${name}`;

/** A row for each group and period, or for each group. */
const TABLES = {
  usage: {
    columns: ['id', 'title', 'date', ...COUNTS],
    optionalColumns: ['date', ...COUNTS].map(toPrevious),
    toRows: ({ id, attributes }: Required<Resource>) => {
      const { title, previous, ...usage } = attributes as PublicUsage;
      const [rows, previousRows] = [toRows(usage), previous ? toRows(previous) : []];
      // The previous month may have more days.
      const length = Math.max(rows.length, previousRows.length);
      return Array.from({ length }, (_, index) => ({
        id,
        title,
        ...rows[index],
        ...toPreviousCells(previousRows[index]),
      }));
    },
    summedColumns: [...SUMS, ...SUMS.map(toPrevious)],
  },
};

function toRows({ total, periods }: PublicUsageFigures): readonly PublicUsageCounts[] {
  return periods ?? [total];
}

function toPreviousCells(counts: object = {}): object {
  return Object.fromEntries(Object.entries(counts).map(([name, value]) => [toPrevious(name), value as unknown]));
}

interface PublicUsageDocument {
  readonly data: readonly Resource[];
  readonly meta: object;
  readonly links: PageLinks;
}

@ApiTags('queries')
@Controller('query/usage')
export class PublicUsageController {
  constructor(
    private readonly query: PublicUsageQuery,
    private readonly sums: PublicUsageSums,
    private readonly configuration: Configuration,
    private readonly clock: Clock,
  ) {}

  @Get()
  @RequestTimeout()
  @CacheControl('public')
  @ApiOperation({
    operationId: 'countPublicUsage',
    summary: 'Counts the public usage of the platform, or of its providers, types or items',
    description:
      'Counts usage of items themselves, so that the usage of all items adds up. The range is all time by default, or 30 ' +
      'days, 12 weeks or 12 months with an interval. Items that are no longer public are left out of a list of items. ' +
      'Days, weeks and parts of months count stored usages, which `USAGE_RETENTION_DAYS` may have removed.',
  })
  @JsonApiResponse(TYPE, {
    description: 'The usage of each group',
    attributes: PublicUsage,
    list: true,
    meta: META,
    files: true,
  })
  @ResponseFiles(TABLES)
  @ApiErrorResponses(400, 406)
  async count(
    @QueryDto(PublicUsageQueryDto) query: PublicUsageQueryDto,
    @Req() request: FastifyRequest,
  ): Promise<PublicUsageDocument> {
    const today = CalendarDate.at(this.clock.now());
    const parameters = query.toParameters(today, await this.sums.findFirstMonth());
    const { groups, total } = await this.query.run(parameters);
    return {
      data: groups.map(({ id, ...attributes }) => ({ id, type: TYPE, attributes })),
      meta: { ...toMeta(parameters.days), previous: parameters.previousDays && toMeta(parameters.previousDays), total },
      links: linkPages(linkTo(this.configuration, request.url), query.page, { total }),
    };
  }
}

function toMeta({ start, end }: Required<DateRange>): object {
  return { start_date: start.toString(), end_date: end.toString() };
}
