import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../http/auth/require-scope.js';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import { CacheControl } from '../http/responses/cache-headers.js';
import type { Html } from '../http/responses/html.js';
import { orIfUnavailable } from '../model/errors.js';
import { ReporterList } from '../reporters/reporter-list.service.js';
import { Page, PageRequest } from './page-request.js';
import { PageRoute } from './page-route.js';
import { PageWithoutRangeDto } from './page-without-range.dto.js';
import { ServiceStateReader } from './service-state-reader.service.js';
import { renderState } from './state-page.js';

@ApiTags('dashboard')
@Controller('dashboard/state')
export class StateController {
  constructor(
    private readonly reader: ServiceStateReader,
    private readonly reporters: ReporterList,
  ) {}

  @Get()
  @RequireScope('admin')
  @CacheControl('private')
  @PageRoute('showServiceState', 'Shows the state of the service, for those who operate it', 400, 401, 403)
  async show(@QueryDto(PageWithoutRangeDto) _query: PageWithoutRangeDto, @Page() page: PageRequest): Promise<Html> {
    const [state, reporters] = await Promise.all([
      this.reader.read(),
      orIfUnavailable(() => this.reporters.list(), null),
    ]);
    return renderState({ state, reporters }, page);
  }
}
