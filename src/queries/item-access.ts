import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError, notFound } from '../http/api-error.js';
import { ApiKeys } from '../http/api-keys.js';
import { Catalog, type CatalogItem } from '../osf/catalog.js';
import { Identity } from '../osf/identity.js';

/** Who may see the analytics of an item: everybody, if the item is public; else who may read it. */
@Injectable()
export class ItemAccess {
  constructor(
    private readonly catalog: Catalog,
    private readonly identity: Identity,
    private readonly apiKeys: ApiKeys,
  ) {}

  /** @throws ApiError 404 for an unknown item; for one that is not public 401 to nobody, 403 to somebody who may not read it */
  async find(guid: string, request: FastifyRequest): Promise<CatalogItem> {
    const item = (await this.catalog.describe([guid])).get(guid);
    if (!item) throw notFound('Not Found', `no item "${guid}" is known`);
    if (item.public || this.apiKeys.allows(request, 'admin')) return item;
    const user = await this.identity.whoIs(request);
    if (!user) throw new ApiError(401, 'Unauthorized', { detail: 'the item is not public: log in' });
    if (!(await this.identity.canRead(user, guid))) {
      throw new ApiError(403, 'Forbidden', { detail: 'you may not read the item' });
    }
    return item;
  }
}
