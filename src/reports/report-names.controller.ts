import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Configuration } from '../config/configuration.js';
import { publicUrl } from '../http/json-api/links.js';
import { JSON_API } from '../http/json-api/protocol.js';
import { QueryParameters } from '../http/json-api/query-parameters.js';
import { ApiErrorResponses } from '../http/open-api/api-responses.js';
import { addVary, setCacheControl } from '../http/responses/cache-headers.js';
import { isViewable, ReportAccess } from './report-access.service.js';

const nameList = {
  type: 'object',
  required: ['data'],
  properties: {
    data: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'type', 'links'],
        properties: {
          id: { type: 'string' },
          type: { type: 'string', enum: ['metrics-report-name'] },
          links: { type: 'object', properties: { recent: { type: 'string', format: 'uri' } } },
        },
      },
    },
  },
};

@ApiTags('reports')
@Controller('reports')
export class ReportNamesController {
  constructor(
    private readonly types: ReportAccess,
    private readonly configuration: Configuration,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The types of reports' })
  @ApiOkResponse({
    description: 'Each with a link to its recent reports',
    content: { [JSON_API]: { schema: nameList } },
  })
  @ApiErrorResponses(400, 429)
  list(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): object {
    QueryParameters.refuseAll(request);
    const types = this.types.list(request);
    void reply.header('Content-Type', JSON_API);
    setCacheControl(
      reply,
      types.every(({ reportClass }) => isViewable(reportClass)),
    );
    addVary(reply, 'Authorization');
    return {
      data: types.map(({ id }) => ({
        id,
        type: 'metrics-report-name',
        links: { recent: publicUrl(this.configuration, request, `/_/metrics/reports/${id}/recent/`) },
      })),
    };
  }
}
