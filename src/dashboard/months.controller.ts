import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import { CacheControl } from '../http/responses/cache-headers.js';
import type { Html } from '../http/responses/html.js';
import { MonthsDto } from './months.dto.js';
import { renderMonths } from './months-page.js';
import { MonthsReader } from './months-reader.service.js';
import { Page, PageRequest } from './page-request.js';
import { PageRoute } from './page-route.js';

@ApiTags('dashboard')
@Controller('dashboard/months')
export class MonthsController {
  constructor(private readonly reader: MonthsReader) {}

  @Get()
  @CacheControl('public')
  @PageRoute('showMonths', 'Shows the usage of the platform by month', 400)
  async show(@QueryDto(MonthsDto) query: MonthsDto, @Page() page: PageRequest): Promise<Html> {
    return renderMonths(await this.reader.read(query), page);
  }
}
