import { Module } from '@nestjs/common';
import { PrometheusModule } from '../operations/prometheus.module.js';
import { DeletedUsers } from './deleted-users.service.js';
import { OsfDatabase } from './osf-database.js';
import { OsfInstitutions } from './osf-institutions.js';
import { OsfLookups } from './osf-lookups.js';
import { OsfMetrics } from './osf-metrics.js';
import { OsfSchema } from './osf-schema.js';
import { OsfSchemaCheck } from './osf-schema-check.js';

/** Reads the OSF's database, if `OSF_DATABASE_URL` is set. */
@Module({
  imports: [PrometheusModule],
  providers: [DeletedUsers, OsfDatabase, OsfInstitutions, OsfLookups, OsfMetrics, OsfSchema, OsfSchemaCheck],
  exports: [DeletedUsers, OsfDatabase, OsfInstitutions, OsfLookups, OsfMetrics, OsfSchema],
})
export class OsfDatabaseModule {}
