import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../http/auth/require-scope.js';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/api-responses.js';
import { formatPosition, RefreshedItems, RefreshItemsQuery } from './refresh-items.dto.js';
import { UnknownItems } from './unknown-items.service.js';

const TYPE = 'refreshed-items';

@ApiTags('usage')
@Controller('events/counted_usage/refresh-items')
export class UnknownItemsController {
  constructor(private readonly unknownItems: UnknownItems) {}

  @Post()
  @HttpCode(200)
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'refreshUnknownItems',
    summary: 'Completes usages of items that were unknown when they were recorded',
    description:
      'Completes the usages of up to 200 items of one month from the catalog. Repeat the request with `page[after]` until `meta.after` is null. The affected months are reported again within a minute.',
  })
  @JsonApiResponse(TYPE, {
    description: 'What was completed',
    attributes: RefreshedItems,
    meta: { type: 'object', properties: { after: { type: ['string', 'null'] } } },
  })
  @ApiErrorResponses(400)
  async refresh(
    @QueryDto(RefreshItemsQuery) query: RefreshItemsQuery,
  ): Promise<{ data: Resource; meta: { after: string | null } }> {
    const step = await this.unknownItems.refresh(query.timeRange(), query.toPosition());
    const id = query.after ?? 'start';
    return {
      data: { id, type: TYPE, attributes: RefreshedItems.of(step) },
      meta: { after: formatPosition(step.next) },
    };
  }
}
