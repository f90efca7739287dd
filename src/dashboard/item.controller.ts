import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Configuration } from '../config/configuration.js';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import { setCacheControl } from '../http/responses/cache-headers.js';
import type { Html } from '../http/responses/html.js';
import { ItemAccess } from '../items/item-access.service.js';
import { ItemDto } from './item.dto.js';
import { renderItem } from './item-page.js';
import { ItemReader } from './item-reader.service.js';
import { Page, PageRequest } from './page-request.js';
import { PageRoute } from './page-route.js';

@ApiTags('dashboard')
@Controller('dashboard/items')
export class ItemController {
  constructor(
    private readonly access: ItemAccess,
    private readonly reader: ItemReader,
    private readonly configuration: Configuration,
  ) {}

  @Get(':guid')
  @ApiParam({ name: 'guid', example: 'abc12', description: 'OSF GUID of the item' })
  @PageRoute('showItem', 'Shows the usage of an item to its readers', 400, 401, 403, 404)
  async show(
    @Param('guid') guid: string,
    @QueryDto(ItemDto) query: ItemDto,
    @Page() page: PageRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Html> {
    const item = await this.access.getReadableItem(guid, request);
    const figures = await this.reader.read(item, query, request);
    setCacheControl(reply, item.public && figures.within.isSameForAll);
    return renderItem(figures, query, this.configuration, page);
  }
}
