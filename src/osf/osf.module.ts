import { Module } from '@nestjs/common';
import { AuthModule } from '../http/auth/auth.module.js';
import { Catalog } from '../items/catalog.js';
import { Identity } from '../items/identity.js';
import { ItemAccess } from '../items/item-access.service.js';
import { ItemsController } from '../items/items.controller.js';
import { RegisteredCatalog } from '../items/registered-catalog.service.js';
import { PrometheusModule } from '../operations/prometheus.module.js';
import { DeletedUsers } from './deleted-users.js';
import { OsfApi } from './osf-api.client.js';
import { OsfCatalog } from './osf-catalog.service.js';
import { OsfDatabase } from './osf-database.js';
import { OsfIdentity } from './osf-identity.service.js';
import { OsfLookups } from './osf-lookups.js';
import { OsfMetrics } from './osf-metrics.js';
import { OsfPermissions } from './osf-permissions.js';
import { OsfSchema } from './osf-schema.js';
import { OsfSchemaCheck } from './osf-schema-check.js';

/** What we ask of the OSF, or of whatever the service runs beside. */
@Module({
  imports: [AuthModule, PrometheusModule],
  controllers: [ItemsController],
  providers: [
    DeletedUsers,
    ItemAccess,
    OsfApi,
    OsfCatalog,
    OsfDatabase,
    OsfLookups,
    OsfMetrics,
    OsfPermissions,
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
  exports: [Catalog, Identity, ItemAccess, OsfDatabase, OsfSchema, DeletedUsers],
})
export class OsfModule {}
