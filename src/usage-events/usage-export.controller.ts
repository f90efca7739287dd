import { Controller, Get, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerLines, LinesAnswer } from '../http/answer-lines.js';
import { DaysQuery, readTimeOfDays } from '../http/days.js';
import { ErrorAnswers } from '../http/documented.js';
import { QueryParameters } from '../http/query-parameters.js';
import { RequireScope } from '../http/require-scope.js';
import { MetricsRepository } from '../storage/metrics-repository.js';

@ApiTags('usage')
@Controller('_/metrics/events/counted_usage')
export class UsageExportController {
  constructor(private readonly repository: MetricsRepository) {}

  @Get()
  @RequireScope('admin')
  @ApiOperation({ summary: 'All usages in order of time, as lines of JSON that can be imported again' })
  @DaysQuery()
  @ErrorAnswers(400)
  @LinesAnswer('A usage a line')
  async export(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const range = readTimeOfDays(QueryParameters.of(request));
    await this.repository.refresh();
    const total = await this.repository.countUsages({ time: range });
    return await answerLines(request, reply, { total, values: this.repository.streamUsages(range) });
  }
}
