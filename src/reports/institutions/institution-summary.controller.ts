import { Controller, Get, Param, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RequireScope } from '../../http/auth/scope.guard.js';
import { QueryParameters } from '../../http/json-api/query-parameters.js';
import type { Resource } from '../../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../../http/open-api/api-responses.js';
import { CacheControl } from '../../http/responses/cache-headers.js';
import { RequestTimeout } from '../../http/responses/timeout.interceptor.js';
import { MonthlyInstitutionSummaryReport } from '../monthly/institution-summary.js';
import { toResource } from '../report-resource.js';
import { InstitutionReports, InstitutionRoute, MONTH_PARAMETER } from './institution-reports.js';

const TYPE = 'institution-summary-metrics';

@ApiTags('institutions')
@Controller('institutions/:id/summary')
@RequireScope('admin')
@RequestTimeout()
export class InstitutionSummaryController {
  constructor(private readonly reports: InstitutionReports) {}

  @Get()
  @CacheControl('private')
  @ApiOperation({ summary: 'What an institution and its users have, in a month' })
  @InstitutionRoute()
  @JsonApiResponse(TYPE, { description: 'The summary', attributes: MonthlyInstitutionSummaryReport })
  @ApiErrorResponses(400, 404)
  async summarize(@Param('id') id: string, @Req() request: FastifyRequest): Promise<{ data: Resource }> {
    const parameters = QueryParameters.of(request);
    parameters.refuseUnknown((name) => name === MONTH_PARAMETER);
    const summary = await this.reports.summary(id, parameters);
    return { data: { ...toResource(summary, TYPE), id } };
  }
}
