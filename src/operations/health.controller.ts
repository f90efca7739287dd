import { type BeforeApplicationShutdown, Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { VERSION } from '../config/version.js';
import { serviceUnavailable } from '../http/json-api/api-error.js';
import { ApiErrorResponses } from '../http/open-api/api-responses.js';
import { RequestTimeout } from '../http/responses/timeout.interceptor.js';
import { ReadinessCheck } from './readiness-check.js';

const READINESS_TIMEOUT_MILLISECONDS = 2_000;

class Health {
  @ApiProperty({ enum: ['ok'] })
  status: 'ok';

  @ApiProperty({ description: 'Version of the service' })
  version: string;
}

const HEALTHY: Health = { status: 'ok', version: VERSION };

@ApiTags('operations')
@Controller('health')
export class HealthController implements BeforeApplicationShutdown {
  private isShuttingDown = false;

  constructor(private readonly readiness: ReadinessCheck) {}

  @Get('live')
  @ApiOperation({ operationId: 'checkLiveness', summary: 'Liveness: the process runs' })
  @ApiOkResponse({ type: Health })
  live(): Health {
    return HEALTHY;
  }

  @Get('ready')
  @ApiOperation({
    operationId: 'checkReadiness',
    summary: 'Readiness: the store is available. Returns 503 while it is unavailable, and during shutdown',
  })
  @ApiOkResponse({ type: Health })
  @ApiErrorResponses(503)
  @RequestTimeout(READINESS_TIMEOUT_MILLISECONDS)
  async ready(): Promise<Health> {
    if (this.isShuttingDown) throw serviceUnavailable('the service is shutting down');
    await this.readiness.checkHealth();
    return HEALTHY;
  }

  beforeApplicationShutdown(): void {
    this.isShuttingDown = true;
  }
}
