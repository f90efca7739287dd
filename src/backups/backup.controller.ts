import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Controller, Get, Inject, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Configuration } from '../config/configuration.js';
import { RequireScope } from '../http/auth/require-scope.js';
import { ApiError } from '../http/json-api/api-error.js';
import { NoQuery } from '../http/json-api/query-dto.pipe.js';
import { ApiErrorResponses } from '../http/open-api/api-responses.js';
import { CacheControl } from '../http/responses/cache-headers.js';
import { StoreBackup } from '../storage/store-backup.js';

const BINARY = 'application/octet-stream';

@ApiTags('operations')
@Controller('backup')
export class BackupController {
  constructor(
    @Inject(StoreBackup) private readonly store: StoreBackup | null,
    private readonly configuration: Configuration,
  ) {}

  @Get()
  @NoQuery()
  @RequireScope('admin')
  @CacheControl('private')
  @ApiOperation({
    operationId: 'downloadBackup',
    summary: 'Returns a verified copy of the embedded store, without session keys',
  })
  @ApiOkResponse({
    description: 'A DuckDB file that `osf-metrics restore` accepts',
    content: { [BINARY]: { schema: { type: 'string', format: 'binary' } } },
  })
  @ApiErrorResponses(409)
  async download(): Promise<StreamableFile> {
    if (!this.store) {
      const detail = 'the service stores its data in Elasticsearch: use snapshots of the cluster';
      throw new ApiError(409, 'Conflict', { detail });
    }
    const folder = await mkdtemp(join(this.configuration.dataDir, 'copy-'));
    const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
    try {
      const path = join(folder, 'copy.duckdb');
      const { bytes } = await this.store.copyTo(path);
      const stream = createReadStream(path);
      stream.once('close', () => void remove());
      return new StreamableFile(stream, { type: BINARY, length: bytes });
    } catch (error) {
      await remove();
      throw error;
    }
  }
}
