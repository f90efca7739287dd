import { Controller, Get, Res } from '@nestjs/common';
import { ApiFoundResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import { CacheControl } from '../http/responses/cache-headers.js';
import type { Html } from '../http/responses/html.js';
import { linkToItem } from './item-link.js';
import { ItemsDto } from './items.dto.js';
import { renderItems } from './items-page.js';
import { ItemsReader } from './items-reader.service.js';
import { Page, PageRequest } from './page-request.js';
import { PageRoute, redirectTo } from './page-route.js';

@ApiTags('dashboard')
@Controller('dashboard/items')
export class ItemsController {
  constructor(private readonly reader: ItemsReader) {}

  @Get()
  @CacheControl('public')
  @PageRoute('showItems', 'Shows the most used items, or opens the page of one', 400)
  @ApiFoundResponse({ description: 'The page of the item' })
  async show(
    @QueryDto(ItemsDto) query: ItemsDto,
    @Page() page: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Html> {
    if (query.wantedGuid === undefined) return renderItems(await this.reader.read(query), query, page);
    return redirectTo(linkToItem(query.wantedGuid, page), reply);
  }
}
