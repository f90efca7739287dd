import { Controller, Get, Param, Req } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RequireScope } from '../../http/auth/require-scope.js';
import { QueryDto } from '../../http/json-api/query-dto.pipe.js';
import type { Resource } from '../../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../../http/open-api/api-responses.js';
import { CacheControl } from '../../http/responses/cache-headers.js';
import {
  documentedProperties,
  ResponseFiles,
  type ResponseTable,
} from '../../http/responses/response-files.interceptor.js';
import { RequestTimeout } from '../../http/responses/timeout.interceptor.js';
import { reportTypeOf } from '../../model/report-type.js';
import { MonthlyInstitutionSummaryReport } from '../monthly/institution-summary.js';
import { MonthlyInstitutionalUserReport } from '../monthly/institutional-user.js';
import { ReportListResponse } from '../report-documentation.js';
import { selectReports } from '../report-filters.js';
import type { ReportList } from '../report-list.interceptor.js';
import { toResource } from '../report-resource.js';
import { ReportsService } from '../reports.service.js';
import { InstitutionDepartmentsQuery, InstitutionQuery, InstitutionUsersQuery } from './institution-query.dto.js';
import { InstitutionDepartment, InstitutionReports } from './institution-reports.service.js';

const SUMMARY_RESOURCE = 'institution-summary-metrics';
const USER_RESOURCE = 'institution-users';
const DEPARTMENT_RESOURCE = 'institution-departments';

const DEPARTMENTS_TABLE: ResponseTable = {
  columns: documentedProperties(InstitutionDepartment),
  toRows: ({ attributes }) => [attributes],
  summedColumns: ['number_of_users'],
};

@ApiTags('institutions')
@ApiParam({ name: 'id', example: 'cos', description: 'ID of the institution' })
@Controller('institutions/:id')
@RequestTimeout()
export class InstitutionsController {
  constructor(
    private readonly institutions: InstitutionReports,
    private readonly reports: ReportsService,
  ) {}

  @Get('summary')
  @RequireScope('admin')
  @CacheControl('private')
  @ApiOperation({
    operationId: 'getInstitutionSummary',
    summary: 'Returns the users, content and activity of an institution in a month',
  })
  @JsonApiResponse(SUMMARY_RESOURCE, { description: 'The summary', attributes: MonthlyInstitutionSummaryReport })
  @ApiErrorResponses(400, 404)
  async summarize(
    @Param('id') id: string,
    @QueryDto(InstitutionQuery) { report_yearmonth }: InstitutionQuery,
  ): Promise<{ data: Resource }> {
    const summary = await this.institutions.getSummary(id, report_yearmonth);
    return { data: { ...toResource(summary, SUMMARY_RESOURCE), id } };
  }

  @Get('users')
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'listInstitutionUsers',
    summary: 'Lists the users of an institution in a month, largest storage first',
  })
  @ReportListResponse([{ reportClass: MonthlyInstitutionalUserReport, resourceType: USER_RESOURCE }])
  async listUsers(
    @Param('id') id: string,
    @QueryDto(InstitutionUsersQuery) query: InstitutionUsersQuery,
    @Req() request: FastifyRequest,
  ): Promise<ReportList> {
    const type = reportTypeOf(MonthlyInstitutionalUserReport);
    const { filters, sort } = selectReports(query, type.reportClass, '-storage_byte_count');
    const users = await this.institutions.selectUsers(id, query.report_yearmonth);
    const listing = {
      type,
      resourceType: USER_RESOURCE,
      query: { ...users, filters: [...users.filters, ...filters], sort },
      fileName: `${type.id}_${users.first.toString()}`,
    };
    return await this.reports.list(listing, query, request);
  }

  @Get('departments')
  @RequireScope('admin')
  @CacheControl('private')
  @ApiOperation({
    operationId: 'listInstitutionDepartments',
    summary: 'Counts the users of an institution per department in a month, largest department first',
  })
  @JsonApiResponse(DEPARTMENT_RESOURCE, {
    description: 'The departments',
    attributes: InstitutionDepartment,
    list: true,
    files: true,
  })
  @ResponseFiles({ departments: DEPARTMENTS_TABLE })
  @ApiErrorResponses(400, 404, 406)
  async listDepartments(
    @Param('id') id: string,
    @QueryDto(InstitutionDepartmentsQuery) { report_yearmonth }: InstitutionDepartmentsQuery,
  ): Promise<{ data: Resource[] }> {
    const users = await this.institutions.selectUsers(id, report_yearmonth);
    const departments = await this.institutions.countByDepartment(users);
    return {
      data: departments.map((department) => ({
        id: `${id}-${department.name ?? ''}`,
        type: DEPARTMENT_RESOURCE,
        attributes: department,
      })),
    };
  }
}
