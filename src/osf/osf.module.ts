import { Global, Module } from '@nestjs/common';
import { Catalog } from './catalog.js';
import { DeletedUsers } from './deleted-users.js';
import { Identity } from './identity.js';
import { ItemsController } from './items.controller.js';
import { OsfApi } from './osf-api.js';
import { OsfCatalog } from './osf-catalog.js';
import { OsfDatabase } from './osf-database.js';
import { OsfIdentity } from './osf-identity.js';
import { OsfLookups } from './osf-lookups.js';
import { OsfMetrics } from './osf-metrics.js';
import { OsfReaders } from './osf-readers.js';
import { OsfSchema } from './osf-schema.js';
import { OsfSchemaCheck } from './osf-schema-check.js';
import { RegisteredCatalog } from './registered-catalog.js';

/** What we ask of the OSF, or of whatever the service runs beside. */
@Global()
@Module({
  controllers: [ItemsController],
  providers: [
    DeletedUsers,
    OsfApi,
    OsfCatalog,
    OsfDatabase,
    OsfLookups,
    OsfMetrics,
    OsfReaders,
    OsfSchema,
    OsfSchemaCheck,
    RegisteredCatalog,
    { provide: Identity, useClass: OsfIdentity },
    {
      provide: Catalog,
      useFactory: ({ isConfigured }: OsfDatabase, ofOsf: OsfCatalog, registered: RegisteredCatalog) =>
        isConfigured ? ofOsf : registered,
      inject: [OsfDatabase, OsfCatalog, RegisteredCatalog],
    },
  ],
  exports: [Catalog, Identity, OsfDatabase, OsfSchema, DeletedUsers],
})
export class OsfModule {}
