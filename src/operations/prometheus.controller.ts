import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Registry } from 'prom-client';

@ApiTags('operations')
@Controller('metrics')
export class PrometheusController {
  constructor(private readonly registry: Registry) {}

  @Get()
  @ApiOperation({ operationId: 'getPrometheusMetrics', summary: 'Returns the metrics of the service for Prometheus' })
  @ApiOkResponse({ description: 'Text format 0.0.4', content: { 'text/plain': { schema: { type: 'string' } } } })
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    await reply.type(this.registry.contentType).send(await this.registry.metrics());
  }
}
