import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { badParameter } from '../http/json-api/api-error.js';
import { QueryParameters } from '../http/json-api/query-parameters.js';
import { RANGE_PARAMETERS } from '../http/json-api/range-parameters.js';
import { RangeQuery } from '../http/json-api/range-query.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/documented.js';
import { cacheControl } from '../http/responses/cache-control.js';
import { READING_MILLISECONDS, RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { ItemAccess } from '../items/item-access.service.js';
import { CalendarDate } from '../time/calendar-date.js';
import { Clock } from '../time/clock.js';
import { monthsBefore } from '../time/months-before.js';
import {
  ItemUsage,
  type ItemUsageParameters,
  ItemUsageQuery,
  type Period,
  PERIODS,
  type TimePeriod,
} from './item-usage.query.js';
import { isDaysParameter, readDays } from './requested-days.js';

/** Five years of daily periods. */
const MAX_DAYS = 1_830;

@ApiTags('queries')
@Controller('_/metrics/query/item_usage/:guid')
@RequestTimeout(READING_MILLISECONDS)
export class ItemUsageController {
  constructor(
    private readonly access: ItemAccess,
    private readonly query: ItemUsageQuery,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Views and downloads of one item' })
  @ApiParam({ name: 'guid', example: 'abc12', description: 'OSF GUID of the item' })
  @ApiQuery({ name: 'period', required: false, enum: PERIODS, description: 'Default: `daily`' })
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
    const item = await this.access.find(guid, request);
    void reply.header('Cache-Control', cacheControl(item.public));
    const attributes = await this.query.run(this.readQuery(item.iri, period, parameters));
    return { data: { id: `${guid}:${period}`, type: 'item-usage', attributes } };
  }

  private readQuery(itemIri: string, period: Period, parameters: QueryParameters): ItemUsageParameters {
    if (period === 'total') {
      const range = RANGE_PARAMETERS.find((name) => parameters.has(name));
      if (range !== undefined) throw badParameter(range, 'cannot be used together with the period total');
      return { itemIri, period };
    }
    const today = CalendarDate.at(this.clock.now());
    const days = readDays(parameters, today, { defaultStart: defaultStart(period, today), maxDays: MAX_DAYS });
    return { itemIri, period, days };
  }
}

function readPeriod(parameters: QueryParameters): Period {
  const text = parameters.one('period') ?? 'daily';
  const period = PERIODS.find((each) => each === text);
  if (!period) throw badParameter('period', `must be one of ${PERIODS.join(', ')}`);
  return period;
}

/** 30 days, 12 weeks or 12 months before today. */
function defaultStart(period: TimePeriod, today: CalendarDate): CalendarDate {
  if (period === 'monthly') return monthsBefore(today, 12);
  return today.plusDays(period === 'daily' ? -30 : -12 * 7);
}
