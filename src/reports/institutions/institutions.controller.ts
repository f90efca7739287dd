import { applyDecorators, Controller, Get, Header, Param, Req } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RequireScope } from '../../http/auth/scope.guard.js';
import { badParameter } from '../../http/json-api/api-error.js';
import { QueryParameters } from '../../http/json-api/query-parameters.js';
import type { Resource } from '../../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../../http/open-api/documented.js';
import { cacheControl } from '../../http/responses/cache-control.js';
import { READING_MILLISECONDS, RequestTimeout } from '../../http/responses/timeout.interceptor.js';
import { reportTypeOf } from '../../model/report-type.js';
import { YearMonth } from '../../time/year-month.js';
import { MonthlyInstitutionSummaryReport } from '../monthly/institution-summary.js';
import { MonthlyInstitutionalUserReport } from '../monthly/institutional-user.js';
import { ReportListQuery, ReportListResponse } from '../report-documentation.js';
import { readFilters, readSort } from '../report-filters.js';
import type { ReportList } from '../report-list.interceptor.js';
import { isListParameter, ReportListService } from '../report-list.service.js';
import { toResource } from '../report-resource.js';
import { InstitutionDepartment, InstitutionReports } from './institution-reports.service.js';

const MONTH_PARAMETER = 'report_yearmonth';
const SUMMARY_RESOURCE = 'institution-summary-metrics';
const USER_RESOURCE = 'institution-users';
const DEPARTMENT_RESOURCE = 'institution-departments';

@ApiTags('institutions')
@Controller('_/metrics/institutions/:id')
@RequireScope('admin')
@RequestTimeout(READING_MILLISECONDS)
export class InstitutionsController {
  constructor(
    private readonly reports: InstitutionReports,
    private readonly lists: ReportListService,
  ) {}

  @Get('summary')
  @Header('Cache-Control', cacheControl(false))
  @ApiOperation({ summary: 'Users, content and activity of an institution in a month' })
  @InstitutionParameters()
  @JsonApiResponse(SUMMARY_RESOURCE, { description: 'The summary', attributes: MonthlyInstitutionSummaryReport })
  @ApiErrorResponses(400, 404)
  async summarize(@Param('id') id: string, @Req() request: FastifyRequest): Promise<{ data: Resource }> {
    const parameters = QueryParameters.of(request);
    parameters.refuseUnknown((name) => name === MONTH_PARAMETER);
    const summary = await this.reports.getSummary(id, readMonth(parameters));
    return { data: { ...toResource(summary, SUMMARY_RESOURCE), id } };
  }

  @Get('users')
  @ApiOperation({ summary: 'Content and activity of the users of an institution in a month, largest storage first' })
  @InstitutionParameters()
  @ReportListQuery()
  @ReportListResponse([{ reportClass: MonthlyInstitutionalUserReport, resourceType: USER_RESOURCE }])
  async listUsers(@Param('id') id: string, @Req() request: FastifyRequest): Promise<ReportList> {
    const parameters = QueryParameters.of(request);
    parameters.refuseUnknown((name) => name === MONTH_PARAMETER || isListParameter(name));
    const filters = readFilters(parameters, MonthlyInstitutionalUserReport);
    const sort = readSort(parameters, MonthlyInstitutionalUserReport, '-storage_byte_count');
    const users = await this.reports.selectUsers(id, readMonth(parameters));
    const type = reportTypeOf(MonthlyInstitutionalUserReport);
    const selection = {
      type,
      resourceType: USER_RESOURCE,
      query: { ...users, filters: [...users.filters, ...filters], sort },
      fileName: `${type.id}_${users.first.toString()}`,
    };
    return await this.lists.list(selection, request);
  }

  @Get('departments')
  @Header('Cache-Control', cacheControl(false))
  @ApiOperation({ summary: 'Number of users per department of an institution in a month, largest department first' })
  @InstitutionParameters()
  @JsonApiResponse(DEPARTMENT_RESOURCE, {
    description: 'The departments',
    attributes: InstitutionDepartment,
    list: true,
  })
  @ApiErrorResponses(400, 404)
  async listDepartments(@Param('id') id: string, @Req() request: FastifyRequest): Promise<{ data: Resource[] }> {
    const parameters = QueryParameters.of(request);
    parameters.refuseUnknown((name) => name === MONTH_PARAMETER);
    const departments = await this.reports.countByDepartment(id, readMonth(parameters));
    return {
      data: departments.map((department) => ({
        id: `${id}-${department.name ?? ''}`,
        type: DEPARTMENT_RESOURCE,
        attributes: department,
      })),
    };
  }
}

/** Documents which institution a route reports on, and for which month. */
function InstitutionParameters(): MethodDecorator {
  return applyDecorators(
    ApiParam({ name: 'id', example: 'cos', description: 'ID of the institution' }),
    ApiQuery({
      name: MONTH_PARAMETER,
      required: false,
      schema: { type: 'string', pattern: '^\\d{4}-\\d{2}$' },
      description: 'Month (YYYY-MM). Default: the latest month with reports',
    }),
  );
}

function readMonth(parameters: QueryParameters): YearMonth | undefined {
  const text = parameters.one(MONTH_PARAMETER);
  if (text === undefined) return undefined;
  try {
    return YearMonth.parse(text);
  } catch {
    throw badParameter(MONTH_PARAMETER, 'must be a month (YYYY-MM)');
  }
}
