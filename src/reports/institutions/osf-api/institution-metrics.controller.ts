import { Controller, Get, Param, Req, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { OSF_API_PREFIX } from '../../../http/json-api/protocol.js';
import { QueryDto } from '../../../http/json-api/query-dto.pipe.js';
import { CacheControl } from '../../../http/responses/cache-headers.js';
import { RequestTimeout } from '../../../http/responses/timeout.interceptor.js';
import { MonthlyInstitutionSummaryReport } from '../../monthly/institution-summary.js';
import { MonthlyInstitutionalUserReport } from '../../monthly/institutional-user.js';
import type { ReportList } from '../../report-list.interceptor.js';
import { InstitutionAccessGuard } from './institution-access.guard.js';
import { InstitutionMetrics, type SummaryDocument } from './institution-metrics.service.js';
import { attributesSchema, OsfListResponse, OsfResourceResponse } from './osf-api-documentation.js';
import { InstitutionDepartmentsQuery, InstitutionMetricsQuery, InstitutionUsersQuery } from './osf-api-query.dto.js';
import { SUMMARY_FIELDS, USER_FIELDS } from './osf-fields.js';
import { DEPARTMENT_TYPE, SUMMARY_TYPE, USER_TYPE } from './osf-resources.js';

const summaryAttributes = attributesSchema(MonthlyInstitutionSummaryReport, SUMMARY_FIELDS);
const userAttributes = attributesSchema(MonthlyInstitutionalUserReport, USER_FIELDS);

/** The routes of the OSF's API behind its institution dashboards. They have the shapes of that API, not of this one. */
@ApiTags('institutions')
@ApiParam({ name: 'id', example: 'cos', description: 'ID of the institution' })
@ApiBearerAuth()
@Controller(`${OSF_API_PREFIX}/institutions/:id/metrics`)
@UseGuards(InstitutionAccessGuard)
@RequestTimeout()
export class InstitutionMetricsController {
  constructor(private readonly metrics: InstitutionMetrics) {}

  @Get('summary')
  @CacheControl('private')
  @ApiOperation({
    operationId: 'getOsfInstitutionSummary',
    summary: 'Returns the summary of an institution as the API of the OSF does',
  })
  @OsfResourceResponse(SUMMARY_TYPE, summaryAttributes)
  async summarize(
    @Param('id') id: string,
    @QueryDto(InstitutionMetricsQuery) query: InstitutionMetricsQuery,
  ): Promise<SummaryDocument> {
    return await this.metrics.summarize(id, query);
  }

  @Get('users')
  @ApiOperation({
    operationId: 'listOsfInstitutionUsers',
    summary: 'Lists the users of an institution as the API of the OSF does',
  })
  @OsfListResponse(USER_TYPE, userAttributes)
  async listUsers(
    @Param('id') id: string,
    @QueryDto(InstitutionUsersQuery) query: InstitutionUsersQuery,
    @Req() request: FastifyRequest,
  ): Promise<ReportList> {
    return await this.metrics.listUsers(id, query, request);
  }

  @Get('departments')
  @ApiOperation({
    operationId: 'listOsfInstitutionDepartments',
    summary: 'Lists the departments of an institution as the API of the OSF does',
  })
  @OsfListResponse(DEPARTMENT_TYPE, {
    type: 'object',
    required: ['name', 'number_of_users'],
    properties: { name: { type: 'string' }, number_of_users: { type: 'integer' } },
  })
  async listDepartments(
    @Param('id') id: string,
    @QueryDto(InstitutionDepartmentsQuery) query: InstitutionDepartmentsQuery,
    @Req() request: FastifyRequest,
  ): Promise<ReportList> {
    return await this.metrics.listDepartments(id, query, request);
  }
}
