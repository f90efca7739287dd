import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../http/auth/require-scope.js';
import { QueryDto } from '../http/json-api/query-dto.pipe.js';
import type { Resource } from '../http/json-api/resource.js';
import { ApiErrorResponses, JsonApiResponse } from '../http/open-api/api-responses.js';
import { CacheControl } from '../http/responses/cache-headers.js';
import { FileQuery } from '../http/responses/file-query.dto.js';
import { ResponseFiles } from '../http/responses/response-files.interceptor.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { ServiceState, STATE_TABLE } from './service-state.js';
import { ServiceStateReader } from './service-state-reader.service.js';

const TYPE = 'service-state';

/** The figures of the page of the same name. */
@ApiTags('operations')
@Controller('state')
export class ServiceStateController {
  constructor(private readonly reader: ServiceStateReader) {}

  @Get()
  @RequireScope('admin')
  @RequestTimeout()
  @CacheControl('private')
  @ApiOperation({
    operationId: 'getServiceState',
    summary: 'Returns the state of the service: recording, waiting months, list of robots, store and backups',
  })
  @JsonApiResponse(TYPE, { description: 'The state of this instance', attributes: ServiceState, files: true })
  @ResponseFiles({ state: STATE_TABLE })
  @ApiErrorResponses(400, 406)
  async show(@QueryDto(FileQuery) _files: FileQuery): Promise<{ data: Resource }> {
    return { data: { id: 'service', type: TYPE, attributes: await this.reader.read() } };
  }
}
