import { Body, Controller, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { badBody } from '../http/json-api/api-error.js';
import { attributesOf } from '../http/json-api/resource.js';
import { validated } from '../http/json-api/validated.js';
import { ResourceBody } from '../http/open-api/documented.js';
import { CountedUsageRequest } from './counted-usage.dto.js';
import { UsageIngestion } from './usage-ingestion.service.js';

@ApiTags('usage')
@Controller('_/metrics/events/counted_usage')
export class CountedUsageController {
  constructor(private readonly intake: UsageIngestion) {}

  @Post()
  @ApiOperation({
    summary: 'Records a usage',
    description: 'Sent by browsers, as a JSON:API document or as its bare attributes.',
  })
  @ResourceBody('counted-usage', CountedUsageRequest)
  @ApiCreatedResponse({ description: 'The usage is stored durably' })
  @ApiNoContentResponse({ description: 'By rule the usage is not counted: a robot, or somebody who works on the item' })
  async record(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { plain, pointer } = attributesOf(body);
    const usage = validated(CountedUsageRequest, plain, pointer);
    if ('problems' in usage) throw badBody(usage.problems);
    const outcome = await this.intake.take(usage.value, request);
    if (outcome.status === 'rejected') throw badBody([{ detail: outcome.reason, source: { pointer } }]);
    await reply.status(outcome.status === 'recorded' ? 201 : 204).send();
  }
}
