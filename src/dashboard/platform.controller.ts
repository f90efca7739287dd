import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import { CacheControl } from '../http/responses/cache-headers.js';
import type { Html } from '../http/responses/html.js';
import { Page, PageRequest } from './page-request.js';
import { PageRoute } from './page-route.js';
import { renderPlatform } from './platform-page.js';
import { PlatformReader } from './platform-reader.service.js';
import { FIRST_MONTH_OF_REPORTS, RangePickerDto } from './range-picker.dto.js';
import { UsageReader } from './usage-reader.service.js';

@ApiTags('dashboard')
@Controller('dashboard/platform')
export class PlatformController {
  constructor(
    private readonly reader: PlatformReader,
    private readonly usage: UsageReader,
  ) {}

  @Get()
  @CacheControl('public')
  @PageRoute('showPlatform', 'Shows the growth of the platform, from the daily reports', 400)
  async show(@QueryDto(RangePickerDto) picker: RangePickerDto, @Page() page: PageRequest): Promise<Html> {
    const today = this.usage.today();
    const days = picker.days(today, FIRST_MONTH_OF_REPORTS);
    const bucket = picker.bucket(days);
    return renderPlatform({ figures: await this.reader.read(days, bucket), days, bucket, today }, picker, page);
  }
}
