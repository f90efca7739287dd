import { Controller, Get, Header, Param, Req } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiProperty, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { badParameter } from '../http/api-error.js';
import { ErrorAnswers } from '../http/documented.js';
import { QueryParameters } from '../http/query-parameters.js';
import { RANGE_PARAMETERS, readRange } from '../http/range-parameters.js';
import { RangeQuery } from '../http/range-query.js';
import type { Resource } from '../http/resource.js';
import type { TimeBucket } from '../storage/usage-query.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import { monthsBefore } from '../time/months-before.js';
import { documentOf } from './document-of.js';
import { ItemAccess } from './item-access.js';
import { ItemUsageCounts, ItemUsageOfPeriod, ItemUsageQuery } from './item-usage.query.js';

const PERIODS = ['daily', 'weekly', 'monthly', 'total'] as const;
type Period = (typeof PERIODS)[number];

const BUCKETS: Record<Exclude<Period, 'total'>, TimeBucket> = { daily: 'day', weekly: 'week', monthly: 'month' };

class ItemUsage {
  @ApiProperty({ enum: PERIODS })
  period: Period;

  @ApiProperty({
    type: [ItemUsageOfPeriod],
    required: false,
    description: 'Each period with usage, the first one first',
  })
  usage?: ItemUsageOfPeriod[];

  @ApiProperty({ type: ItemUsageCounts, required: false, description: 'All there ever was, for the period `total`' })
  total?: ItemUsageCounts;
}

@ApiTags('queries')
@ApiExtraModels(ItemUsage)
@Controller('_/metrics/query/item_usage/:guid')
export class ItemUsageController {
  constructor(
    private readonly access: ItemAccess,
    private readonly query: ItemUsageQuery,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-cache')
  @ApiOperation({ summary: 'Views and downloads of one item' })
  @ApiQuery({ name: 'period', required: false, enum: PERIODS, description: 'daily, when it is left out' })
  @RangeQuery()
  @ApiOkResponse(documentOf('item-usage', ItemUsage))
  @ErrorAnswers(400, 401, 403, 404)
  async count(@Param('guid') guid: string, @Req() request: FastifyRequest): Promise<{ data: Resource }> {
    const parameters = QueryParameters.of(request);
    parameters.refuseUnknown((name) => name === 'period' || RANGE_PARAMETERS.includes(name));
    const period = readPeriod(parameters);
    const today = CalendarDate.at(this.clock.now());
    const range = readRange(parameters, today);
    if (period === 'total' && range) throw badParameter('period', 'total is of all time: it cannot have a range');
    const { iri } = await this.access.find(guid, request);
    const attributes: ItemUsage = { period };
    if (period === 'total') attributes.total = await this.query.total(iri, this.clock.now());
    else {
      const { start, end } = range ?? { start: defaultStart(period, today) };
      const time = { start: start.start(), end: end?.start() };
      attributes.usage = await this.query.byPeriod(iri, BUCKETS[period], time);
    }
    return { data: { id: `${guid}:${period}`, type: 'item-usage', attributes } };
  }
}

function readPeriod(parameters: QueryParameters): Period {
  const text = parameters.one('period') ?? 'daily';
  const period = PERIODS.find((each) => each === text);
  if (!period) throw badParameter('period', `must be one of ${PERIODS.join(', ')}`);
  return period;
}

/** About a month of days, a quarter of weeks, a year of months; all of them whole. */
function defaultStart(period: Exclude<Period, 'total'>, today: CalendarDate): CalendarDate {
  if (period === 'daily') return today.plusDays(-30);
  if (period === 'monthly') return CalendarDate.parse(`${monthsBefore(today, 12).toString().slice(0, 7)}-01`);
  const sinceMonday = (today.start().getUTCDay() + 6) % 7;
  return today.plusDays(-sinceMonday - 12 * 7);
}
