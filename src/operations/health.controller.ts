import { type BeforeApplicationShutdown, Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { AnswerWithin } from '../http/answer-within.js';
import { unavailable } from '../http/api-error.js';
import { ErrorAnswers } from '../http/documented.js';
import { MetricsRepository } from '../storage/metrics-repository.js';

const TIME_LIMIT_MILLISECONDS = 2_000;

class Health {
  @ApiProperty({ enum: ['ok'] })
  status: 'ok';
}

@ApiTags('operations')
@Controller('health')
export class HealthController implements BeforeApplicationShutdown {
  private isShuttingDown = false;

  constructor(private readonly repository: MetricsRepository) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs' })
  @ApiOkResponse({ type: Health })
  live(): Health {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    summary: 'Whether the service can do its work: 503 while its store is away, and when it is about to end',
  })
  @ApiOkResponse({ type: Health })
  @ErrorAnswers(503)
  @AnswerWithin(TIME_LIMIT_MILLISECONDS)
  async ready(): Promise<Health> {
    if (this.isShuttingDown) throw unavailable('the service is about to end');
    await this.repository.checkHealth();
    return { status: 'ok' };
  }

  beforeApplicationShutdown(): void {
    this.isShuttingDown = true;
  }
}
