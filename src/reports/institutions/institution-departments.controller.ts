import { Controller, Get, Param, Req } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RequireScope } from '../../http/auth/scope.guard.js';
import { QueryParameters } from '../../http/json-api/query-parameters.js';
import type { Resource } from '../../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../../http/open-api/api-responses.js';
import { CacheControl } from '../../http/responses/cache-headers.js';
import { RequestTimeout } from '../../http/responses/timeout.interceptor.js';
import { MetricsRepository } from '../../storage/metrics.repository.js';
import { MonthlyInstitutionalUserReport } from '../monthly/institutional-user.js';
import { InstitutionReports, InstitutionRoute, MONTH_PARAMETER, type ReportsOfMonth } from './institution-reports.js';

const TYPE = 'institution-departments';

class InstitutionDepartment {
  @ApiProperty({ type: String, nullable: true, description: 'The department; null for users who have none' })
  name: string | null;

  @ApiProperty({ type: 'integer', description: 'Users of the department' })
  number_of_users: number;
}

@ApiTags('institutions')
@Controller('institutions/:id/departments')
@RequireScope('admin')
@RequestTimeout()
export class InstitutionDepartmentsController {
  constructor(
    private readonly reports: InstitutionReports,
    private readonly repository: MetricsRepository,
  ) {}

  @Get()
  @CacheControl('private')
  @ApiOperation({ summary: 'The departments of an institution in a month, those with most users first' })
  @InstitutionRoute()
  @JsonApiResponse(TYPE, { description: 'The departments', attributes: InstitutionDepartment, list: true })
  @ApiErrorResponses(400, 404)
  async list(@Param('id') id: string, @Req() request: FastifyRequest): Promise<{ data: Resource[] }> {
    const parameters = QueryParameters.of(request);
    parameters.refuseUnknown((name) => name === MONTH_PARAMETER);
    const departments = await this.count(await this.reports.users(id, parameters));
    return {
      data: departments.map((department) => ({
        id: `${id}-${department.name ?? ''}`,
        type: TYPE,
        attributes: department,
      })),
    };
  }

  private async count(users: ReportsOfMonth): Promise<InstitutionDepartment[]> {
    const counts = new Map<string | null, number>();
    for await (const { department_name } of this.repository.streamReports(MonthlyInstitutionalUserReport, users))
      counts.set(department_name, (counts.get(department_name) ?? 0) + 1);
    return [...counts]
      .map(([name, number_of_users]) => ({ name, number_of_users }))
      .sort((one, other) => other.number_of_users - one.number_of_users || byName(one.name, other.name));
  }
}

/** In order of code units; without a name last. */
function byName(one: string | null, other: string | null): number {
  if (one === null) return 1;
  return other === null || one < other ? -1 : 1;
}
