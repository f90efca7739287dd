import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { AuthModule } from '../http/auth/auth.module.js';
import { Catalog } from './catalog.js';
import { Identity } from './identity.js';
import { ItemAccess } from './item-access.service.js';
import { ItemsController } from './items.controller.js';
import { PublicItems } from './public-items.service.js';
import { RegisteredCatalog } from './registered-catalog.service.js';

/** The providers of `Catalog` and `Identity`, and the modules that these need. They may inject `RegisteredCatalog`. */
export type ItemsModuleOptions = Required<Pick<ModuleMetadata, 'imports' | 'providers'>>;

/** Serves the items of the catalog and checks access to them. */
@Module({
  imports: [AuthModule],
  controllers: [ItemsController],
  providers: [ItemAccess, PublicItems, RegisteredCatalog],
  exports: [Catalog, Identity, ItemAccess],
})
export class ItemsModule {
  static forRoot({ imports, providers }: ItemsModuleOptions): DynamicModule {
    return { module: ItemsModule, imports, providers };
  }
}
