import { Controller, Get, Param, Req, Res, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import { setCacheControl } from '../http/responses/cache-headers.js';
import type { Html } from '../http/responses/html.js';
import type { ReportTypeDeclaration } from '../model/report-type.js';
import { ReportAccessGuard } from '../reports/report-access.guard.js';
import { ReportAccess } from '../reports/report-access.service.js';
import { ReportTypePipe } from '../reports/report-type.pipe.js';
import { ReportTypeList } from '../reports/report-type-list.service.js';
import { ALL_REPORTS, isViewable } from '../reports/report-types.js';
import { Page, PageRequest } from './page-request.js';
import { PageRoute } from './page-route.js';
import { PageWithoutRangeDto } from './page-without-range.dto.js';
import { FIRST_MONTH_OF_REPORTS, RangePickerDto } from './range-picker.dto.js';
import { renderReport } from './report-page.js';
import { ReportPreviewReader } from './report-preview-reader.service.js';
import { renderReportTypes } from './report-types-page.js';
import { UsageReader } from './usage-reader.service.js';

@ApiTags('dashboard')
@Controller('dashboard/reports')
export class ReportPagesController {
  constructor(
    private readonly access: ReportAccess,
    private readonly types: ReportTypeList,
    private readonly previews: ReportPreviewReader,
    private readonly usage: UsageReader,
  ) {}

  @Get()
  @PageRoute('showReportTypes', 'Lists the types of reports', 400)
  async list(
    @QueryDto(PageWithoutRangeDto) _query: PageWithoutRangeDto,
    @Page() page: PageRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Html> {
    const readable = ALL_REPORTS.filter((reportClass) => this.access.canRead(reportClass, request));
    setCacheControl(reply, readable.every(isViewable));
    return renderReportTypes(await this.types.list(readable), page);
  }

  @Get(':id')
  @UseGuards(ReportAccessGuard)
  @ApiParam({ name: 'id', type: String, example: 'download_count' })
  @PageRoute('showReportType', 'Shows the reports of a type', 400, 404)
  async show(
    @Param('id', ReportTypePipe) type: ReportTypeDeclaration,
    @QueryDto(RangePickerDto) picker: RangePickerDto,
    @Page() page: PageRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Html> {
    setCacheControl(reply, isViewable(type.reportClass));
    // Four weeks have one monthly report.
    if (type.period === 'monthly' && !picker.from) picker.range ??= '12m';
    const today = this.usage.today();
    const days = picker.days(today, FIRST_MONTH_OF_REPORTS);
    const preview = await this.previews.read(type, days, request);
    return renderReport({ type, preview, picker, days, today }, page);
  }
}
