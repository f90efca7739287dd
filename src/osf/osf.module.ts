import { type FactoryProvider, Module, type Provider } from '@nestjs/common';
import { AuthModule } from '../http/auth/auth.module.js';
import { Catalog } from '../items/catalog.js';
import { Identity } from '../items/identity.js';
import { ItemsModule } from '../items/items.module.js';
import { RegisteredCatalog } from '../items/registered-catalog.service.js';
import { OsfApi } from './osf-api.client.js';
import { OsfCatalog } from './osf-catalog.service.js';
import { OsfDatabase } from './osf-database.js';
import { OsfDatabaseModule } from './osf-database.module.js';
import { OsfIdentity } from './osf-identity.service.js';
import { OsfPermissions } from './osf-permissions.js';

const catalog: FactoryProvider<Catalog> = {
  provide: Catalog,
  useFactory: ({ isConfigured }: OsfDatabase, osf: OsfCatalog, registered: RegisteredCatalog) =>
    isConfigured ? osf : registered,
  inject: [OsfDatabase, OsfCatalog, RegisteredCatalog],
};
const identity: Provider<Identity> = { provide: Identity, useExisting: OsfIdentity };

/**
 * Connects items and users to the OSF as far as it is configured. Without `OSF_DATABASE_URL`, items are those that clients
 * register; without `OSF_API_URL`, users are anonymous.
 */
@Module({
  imports: [
    OsfDatabaseModule,
    ItemsModule.forRoot({
      imports: [AuthModule, OsfDatabaseModule],
      providers: [OsfApi, OsfCatalog, OsfIdentity, OsfPermissions, catalog, identity],
    }),
  ],
  exports: [ItemsModule, OsfDatabaseModule],
})
export class OsfModule {}
