import { Global, Module } from '@nestjs/common';
import { AnonymousIdentity } from './anonymous-identity.js';
import { Catalog } from './catalog.js';
import { DeletedUsers } from './deleted-users.js';
import { Identity } from './identity.js';
import { ItemsController } from './items.controller.js';
import { OsfDatabase } from './osf-database.js';
import { OsfSchema } from './osf-schema.js';
import { RegisteredCatalog } from './registered-catalog.js';

/** What we ask of the OSF, or of whatever the service runs beside. */
@Global()
@Module({
  controllers: [ItemsController],
  providers: [
    OsfDatabase,
    OsfSchema,
    { provide: Catalog, useClass: RegisteredCatalog },
    { provide: Identity, useClass: AnonymousIdentity },
    DeletedUsers,
  ],
  exports: [Catalog, Identity, OsfDatabase, OsfSchema, DeletedUsers],
})
export class OsfModule {}
