import { Global, Module } from '@nestjs/common';
import { AnonymousIdentity } from './anonymous-identity.js';
import { Catalog } from './catalog.js';
import { Identity } from './identity.js';
import { ItemsController } from './items.controller.js';
import { RegisteredCatalog } from './registered-catalog.js';

/** What we ask of the OSF, or of whatever the service runs beside. */
@Global()
@Module({
  controllers: [ItemsController],
  providers: [
    { provide: Catalog, useClass: RegisteredCatalog },
    { provide: Identity, useClass: AnonymousIdentity },
  ],
  exports: [Catalog, Identity],
})
export class OsfModule {}
