import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiParam, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../http/auth/require-scope.js';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import { CacheControl } from '../http/responses/cache-headers.js';
import type { Html } from '../http/responses/html.js';
import { InstitutionReports } from '../reports/institutions/institution-reports.service.js';
import { InstitutionDto } from './institution.dto.js';
import { InstitutionPageGuard } from './institution-page.guard.js';
import { renderInstitution } from './institution-page.js';
import { InstitutionReader } from './institution-reader.service.js';
import { renderInstitutions } from './institutions-page.js';
import { Page, PageRequest } from './page-request.js';
import { PageRoute } from './page-route.js';
import { PageWithoutRangeDto } from './page-without-range.dto.js';

@ApiTags('dashboard')
@Controller('dashboard/institutions')
export class InstitutionPagesController {
  constructor(
    private readonly reports: InstitutionReports,
    private readonly reader: InstitutionReader,
  ) {}

  @Get()
  @RequireScope('admin')
  @CacheControl('private')
  @PageRoute('showInstitutions', 'Lists the institutions', 400, 401, 403)
  async list(@QueryDto(PageWithoutRangeDto) _query: PageWithoutRangeDto, @Page() page: PageRequest): Promise<Html> {
    return renderInstitutions(await this.reports.listLatestSummaries(), page);
  }

  /** For administrators of the institution, and keys with the scope `admin`. */
  @Get(':id')
  @UseGuards(InstitutionPageGuard)
  @ApiBearerAuth()
  @ApiParam({ name: 'id', example: 'cos', description: 'ID of the institution' })
  @CacheControl('private')
  @PageRoute('showInstitution', 'Shows an institution to its administrators', 400, 401, 403, 404)
  async show(
    @Param('id') id: string,
    @QueryDto(InstitutionDto) query: InstitutionDto,
    @Page() page: PageRequest,
  ): Promise<Html> {
    return renderInstitution(await this.reader.read(id, query), query, page);
  }
}
