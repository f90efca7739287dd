import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { makeBadge } from 'badge-maker';
import { notFound } from '../http/json-api/api-error.js';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import { ApiErrorResponses } from '../http/open-api/api-responses.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { Catalog } from '../items/catalog.js';
import { type BadgePeriod, BadgeQuery } from './badge.query.js';
import { BadgeQueryDto } from './badge-query.dto.js';

const COUNT_FORMAT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const PERIOD_LABELS: Record<BadgePeriod, string> = { total: '', year: ' this year', month: ' this month' };
const COLOR = '#1b5e9c';
const COLOR_WITHOUT_USAGE = '#8c959f';

/** Images with the usage of an item, to embed in pages. */
@ApiTags('queries')
@Controller('badge')
export class BadgeController {
  constructor(
    private readonly catalog: Catalog,
    private readonly query: BadgeQuery,
  ) {}

  @Get(':guid.svg')
  @RequestTimeout()
  @Header('Content-Type', 'image/svg+xml; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=600')
  @Header('Cross-Origin-Resource-Policy', 'cross-origin')
  @ApiOperation({ operationId: 'getBadge', summary: 'Returns a badge with the views or downloads of a public item' })
  @ApiParam({ name: 'guid', type: String, example: 'abc12' })
  @ApiOkResponse({ description: 'The badge', content: { 'image/svg+xml': { schema: { type: 'string' } } } })
  @ApiErrorResponses(400, 404)
  async show(@Param('guid') guid: string, @QueryDto(BadgeQueryDto) { metric, period }: BadgeQueryDto): Promise<string> {
    const item = (await this.catalog.findItems([guid])).get(guid);
    // Whether a private item exists is private.
    if (!item?.public) throw notFound('Not Found', `there is no public item ${guid}`);
    const count = await this.query.run({ itemIri: item.iri, metric, period });
    return makeBadge({
      label: metric + PERIOD_LABELS[period],
      message: COUNT_FORMAT.format(count),
      color: count === 0 ? COLOR_WITHOUT_USAGE : COLOR,
    });
  }
}
