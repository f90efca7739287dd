import { Controller, Get, Header, Param, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { cacheControl } from '../../http/cache-control.js';
import { ErrorAnswers, ResourceAnswer } from '../../http/documented.js';
import { QueryParameters } from '../../http/query-parameters.js';
import { AnswerWithin, READING_MILLISECONDS } from '../../http/answer-within.js';
import { RequireScope } from '../../http/require-scope.js';
import type { Resource } from '../../http/resource.js';
import { MonthlyInstitutionSummaryReport } from '../monthly/institution-summary.js';
import { toResource } from '../report-resource.js';
import { InstitutionReports, InstitutionRoute, MONTH_PARAMETER } from './institution-reports.js';

const TYPE = 'institution-summary-metrics';

@ApiTags('institutions')
@Controller('_/metrics/institutions/:id/summary')
@RequireScope('admin')
@AnswerWithin(READING_MILLISECONDS)
export class InstitutionSummaryController {
  constructor(private readonly reports: InstitutionReports) {}

  @Get()
  @Header('Cache-Control', cacheControl(false))
  @ApiOperation({ summary: 'What an institution and its users have, in a month' })
  @InstitutionRoute()
  @ResourceAnswer(TYPE, { description: 'The summary', attributes: MonthlyInstitutionSummaryReport })
  @ErrorAnswers(400, 404)
  async summarize(@Param('id') id: string, @Req() request: FastifyRequest): Promise<{ data: Resource }> {
    const parameters = QueryParameters.of(request);
    parameters.refuseUnknown((name) => name === MONTH_PARAMETER);
    const summary = await this.reports.summary(id, parameters);
    return { data: { ...toResource(summary, TYPE), id } };
  }
}
