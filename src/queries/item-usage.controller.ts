import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiProperty, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { badRequestParameter } from '../http/json-api/api-error.js';
import { QueryParameters } from '../http/json-api/query-parameters.js';
import { RANGE_PARAMETERS } from '../http/json-api/range-parameters.js';
import { RangeQuery } from '../http/json-api/range-query.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/api-responses.js';
import { setCacheControl } from '../http/responses/cache-headers.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { ItemAccess } from '../items/item-access.service.js';
import type { TimeBucket } from '../storage/usage-query.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import { monthsBefore } from '../time/months-before.js';
import { ItemUsageCounts, ItemUsageOfPeriod, ItemUsageQuery } from './item-usage.query.js';
import { isDaysParameter, readDays } from './queried-days.js';

const PERIODS = ['daily', 'weekly', 'monthly', 'total'] as const;
type Period = (typeof PERIODS)[number];

/** Longest range of a query: five years, of which each day may be asked for. */
const DAYS_LIMIT = 1_830;

const BUCKETS: Record<Exclude<Period, 'total'>, TimeBucket> = { daily: 'day', weekly: 'week', monthly: 'month' };

class ItemUsage {
  @ApiProperty({ enum: PERIODS })
  period: Period;

  @ApiProperty({
    type: [ItemUsageOfPeriod],
    required: false,
    description: 'Each day, week or month that overlaps the range, the first one first',
  })
  usage?: ItemUsageOfPeriod[];

  @ApiProperty({ type: ItemUsageCounts, required: false, description: 'All there ever was, for the period `total`' })
  total?: ItemUsageCounts;
}

@ApiTags('queries')
@Controller('query/item_usage/:guid')
@RequestTimeout()
export class ItemUsageController {
  constructor(
    private readonly access: ItemAccess,
    private readonly query: ItemUsageQuery,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Views and downloads of one item' })
  @ApiParam({ name: 'guid', example: 'abc12', description: 'The short id of the item' })
  @ApiQuery({ name: 'period', required: false, enum: PERIODS, description: 'daily, when it is left out' })
  @RangeQuery()
  @JsonApiResponse('item-usage', { description: 'The usage', attributes: ItemUsage })
  @ApiErrorResponses(400, 401, 403, 404)
  async count(
    @Param('guid') guid: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ data: Resource }> {
    const parameters = QueryParameters.of(request);
    parameters.refuseUnknown((name) => name === 'period' || isDaysParameter(name));
    const period = readPeriod(parameters);
    const item = await this.access.getReadableItem(guid, request);
    setCacheControl(reply, item.public);
    const attributes =
      period === 'total' ? await this.total(item.iri, parameters) : await this.byPeriod(item.iri, period, parameters);
    return { data: { id: `${guid}:${period}`, type: 'item-usage', attributes } };
  }

  private async total(itemIri: string, parameters: QueryParameters): Promise<ItemUsage> {
    const range = RANGE_PARAMETERS.find((name) => parameters.has(name));
    if (range !== undefined) throw badRequestParameter(range, 'cannot be used together with the period total');
    return { period: 'total', total: await this.query.total(itemIri, this.clock.now()) };
  }

  private async byPeriod(
    itemIri: string,
    period: Exclude<Period, 'total'>,
    parameters: QueryParameters,
  ): Promise<ItemUsage> {
    const today = CalendarDate.at(this.clock.now());
    const days = readDays(parameters, today, { defaultStart: defaultStart(period, today), limit: DAYS_LIMIT });
    return { period, usage: await this.query.byPeriod(itemIri, BUCKETS[period], days) };
  }
}

function readPeriod(parameters: QueryParameters): Period {
  const text = parameters.one('period') ?? 'daily';
  const period = PERIODS.find((each) => each === text);
  if (!period) throw badRequestParameter('period', `must be one of ${PERIODS.join(', ')}`);
  return period;
}

/** About a month of days, a quarter of weeks, a year of months. */
function defaultStart(period: Exclude<Period, 'total'>, today: CalendarDate): CalendarDate {
  if (period === 'monthly') return monthsBefore(today, 12);
  return today.plusDays(period === 'daily' ? -30 : -12 * 7);
}
