import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiKeys } from '../http/auth/api-keys.service.js';
import { ApiError, notFound } from '../http/json-api/api-error.js';
import { Catalog, type CatalogItem } from './catalog.js';
import { Identity } from './identity.js';

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
    const item = (await this.catalog.findItems([guid])).get(guid);
    if (!item) throw notFound('Not Found', `no item "${guid}" is known`);
    if (!item.public) await this.requireReader(guid, request);
    return item;
  }

  private async requireReader(guid: string, request: FastifyRequest): Promise<void> {
    if (this.apiKeys.allows(request, 'admin')) return;
    const isKey = this.apiKeys.scopesOf(request) !== undefined;
    const user = await this.identity.findUser(request);
    if (user && (await this.identity.canRead(user, [guid]))) return;
    if (user ?? isKey)
      throw new ApiError(403, 'Forbidden', { detail: 'the item is not public, and not yours to read' });
    const headers = { 'WWW-Authenticate': 'Bearer' };
    throw new ApiError(401, 'Unauthorized', { detail: 'the item is not public: log in' }, headers);
  }
}
