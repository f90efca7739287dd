import { Readable } from 'node:stream';
import { Controller, Get, Req, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { badParameter } from '../http/api-error.js';
import { ErrorAnswers } from '../http/documented.js';
import { NDJSON } from '../http/media-types.js';
import { QueryParameters } from '../http/query-parameters.js';
import { RequireScope } from '../http/require-scope.js';
import { MetricsRepository } from '../storage/metrics-repository.js';
import type { CountedAuthUsage } from './counted-auth-usage.js';

@ApiTags('usage')
@Controller('_/metrics/events/counted_usage')
export class UsageExportController {
  constructor(private readonly repository: MetricsRepository) {}

  @Get()
  @RequireScope('admin')
  @ApiOperation({ summary: 'All usages in order of time, as lines of JSON that can be imported again' })
  @ApiQuery({ name: 'from', required: false, description: 'The first day', schema: { type: 'string', format: 'date' } })
  @ApiQuery({ name: 'until', required: false, description: 'The last day', schema: { type: 'string', format: 'date' } })
  @ErrorAnswers(400)
  @ApiOkResponse({ description: 'A usage a line', content: { [NDJSON]: { schema: { type: 'string' } } } })
  async export(@Req() request: FastifyRequest): Promise<StreamableFile> {
    const parameters = QueryParameters.of(request);
    parameters.refuseUnknown((name) => ['from', 'until'].includes(name));
    const [from, until] = [parameters.date('from'), parameters.date('until')];
    if (from && until && until.compare(from) < 0) throw badParameter('until', 'must not be before from');
    const usages = this.repository.streamUsages({ start: from?.start(), end: until?.end() })[Symbol.asyncIterator]();
    // A store that is away is answered 503 only before the first line is sent.
    const first = await usages.next();
    return new StreamableFile(Readable.from(lines(first, usages), { objectMode: false }), { type: NDJSON });
  }
}

async function* lines(
  first: IteratorResult<CountedAuthUsage>,
  rest: AsyncIterator<CountedAuthUsage>,
): AsyncIterable<string> {
  for (let each = first; !each.done; each = await rest.next()) yield `${JSON.stringify(each.value)}\n`;
}
