import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../http/auth/require-scope.js';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import { CacheControl } from '../http/responses/cache-headers.js';
import type { Html } from '../http/responses/html.js';
import { ModerationCountsQuery } from '../queries/moderation-counts.query.js';
import { renderModeration } from './moderation-page.js';
import { Page, PageRequest } from './page-request.js';
import { PageRoute } from './page-route.js';
import { FIRST_MONTH_OF_REPORTS, RangePickerDto } from './range-picker.dto.js';
import { UsageReader } from './usage-reader.service.js';

@ApiTags('dashboard')
@Controller('dashboard/moderation')
export class ModerationPageController {
  constructor(
    private readonly query: ModerationCountsQuery,
    private readonly usage: UsageReader,
  ) {}

  @Get()
  @RequireScope('admin')
  @CacheControl('private')
  @PageRoute('showModeration', 'Shows the moderation steps of registrations', 400, 401, 403)
  async show(@QueryDto(RangePickerDto) picker: RangePickerDto, @Page() page: PageRequest): Promise<Html> {
    if (!picker.from) picker.range ??= '12m';
    const today = this.usage.today();
    const days = picker.days(today, FIRST_MONTH_OF_REPORTS);
    return renderModeration({ providers: await this.query.run(days), days, today, picker }, page);
  }
}
