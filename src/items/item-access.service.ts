import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiKeys } from '../http/auth/api-keys.service.js';
import { ApiError, notFound } from '../http/json-api/api-error.js';
import { Catalog, type CatalogItem } from './catalog.js';
import { Identity } from './identity.js';

/** Checks who may see the analytics of an item: everyone if it is public, otherwise users with read access and admin keys. */
@Injectable()
export class ItemAccess {
  constructor(
    private readonly catalog: Catalog,
    private readonly identity: Identity,
    private readonly apiKeys: ApiKeys,
  ) {}

  /**
   * @throws ApiError 404 if the item is unknown; if it is private, 401 for an anonymous request and 403 without read access
   * @throws UnavailableError
   */
  async getReadableItem(guid: string, request: FastifyRequest): Promise<CatalogItem> {
    const item = (await this.catalog.findItems([guid])).get(guid);
    if (!item) throw notFound('Not Found', `no item "${guid}" is known`);
    if (!item.public) await this.requireReadAccess(guid, request);
    return item;
  }

  private async requireReadAccess(guid: string, request: FastifyRequest): Promise<void> {
    if (this.apiKeys.allows(request, 'admin')) return;
    const hasApiKey = this.apiKeys.scopesOf(request) !== undefined;
    const user = await this.identity.findUser(request);
    if (user && (await this.identity.canRead(user, [guid]))) return;
    if (user ?? hasApiKey) throw new ApiError(403, 'Forbidden', { detail: 'you do not have read access to this item' });
    const headers = { 'WWW-Authenticate': 'Bearer' };
    throw new ApiError(401, 'Unauthorized', { detail: 'this item is private; log in to read it' }, headers);
  }
}
