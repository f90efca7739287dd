import { Controller, Get, Param, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequireScope } from '../../http/auth/scope.guard.js';
import { QueryParameters } from '../../http/json-api/query-parameters.js';
import { RequestTimeout } from '../../http/responses/timeout.interceptor.js';
import { reportTypeOf } from '../../model/report-type.js';
import { ApiReportsResponse, ListQuery } from '../documented-reports.js';
import { MonthlyInstitutionalUserReport } from '../monthly/institutional-user.js';
import { readFilters, readSort } from '../report-filters.js';
import { isListParameter, ReportLists } from '../report-list.service.js';
import { InstitutionReports, InstitutionRoute, MONTH_PARAMETER } from './institution-reports.js';

const RESOURCE_TYPE = 'institution-users';

@ApiTags('institutions')
@Controller('institutions/:id/users')
@RequireScope('admin')
@RequestTimeout()
export class InstitutionUsersController {
  constructor(
    private readonly reports: InstitutionReports,
    private readonly lists: ReportLists,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What each user of an institution has, in a month; those who store most first' })
  @InstitutionRoute()
  @ListQuery()
  @ApiReportsResponse([{ reportClass: MonthlyInstitutionalUserReport, resourceType: RESOURCE_TYPE }])
  async list(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const parameters = QueryParameters.of(request);
    parameters.refuseUnknown((name) => name === MONTH_PARAMETER || isListParameter(name));
    const filters = readFilters(parameters, MonthlyInstitutionalUserReport);
    const sort = readSort(parameters, MonthlyInstitutionalUserReport, '-storage_byte_count');
    const users = await this.reports.users(id, parameters);
    const type = reportTypeOf(MonthlyInstitutionalUserReport);
    return await this.lists.send(request, reply, {
      type,
      resourceType: RESOURCE_TYPE,
      query: { ...users, filters: [...users.filters, ...filters], sort },
      fileName: `${type.id}_${users.first.toString()}`,
    });
  }
}
