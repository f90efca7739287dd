import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Configuration } from '../config/configuration.js';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import { CacheControl } from '../http/responses/cache-headers.js';
import type { Html } from '../http/responses/html.js';
import { OverviewDto } from './overview.dto.js';
import { renderOverview } from './overview-page.js';
import { OverviewReader } from './overview-reader.service.js';
import { Page, PageRequest } from './page-request.js';
import { PageRoute } from './page-route.js';

@ApiTags('dashboard')
@Controller('dashboard')
export class OverviewController {
  constructor(
    private readonly reader: OverviewReader,
    private readonly configuration: Configuration,
  ) {}

  @Get()
  @CacheControl('public')
  @PageRoute('showOverview', 'Shows the usage of the platform', 400)
  async show(@QueryDto(OverviewDto) picker: OverviewDto, @Page() page: PageRequest): Promise<Html> {
    const overview = await this.reader.read(picker);
    return renderOverview(overview, this.configuration.counterPlatformName, picker, page);
  }
}
