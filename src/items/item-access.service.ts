import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiKeys } from '../http/auth/api-keys.service.js';
import { ApiError, notFound } from '../http/json-api/api-error.js';
import { Catalog, type CatalogItem } from './catalog.js';
import { Identity } from './identity.js';

/** Decides who may see the analytics of an item: everyone if it is public, otherwise its readers and admin keys. */
@Injectable()
export class ItemAccess {
  constructor(
    private readonly catalog: Catalog,
    private readonly identity: Identity,
    private readonly apiKeys: ApiKeys,
  ) {}

  /**
   * Returns the item if the request may see its analytics.
   *
   * @throws ApiError 404 for an unknown item; for a private item 401 without credentials, or 403 without read access
   */
  async get(guid: string, request: FastifyRequest): Promise<CatalogItem> {
    const item = (await this.catalog.findItems([guid])).get(guid);
    if (!item) throw notFound('Not Found', `there is no item "${guid}"`);
    if (!item.public) await this.requireReadAccess(guid, request);
    return item;
  }

  private async requireReadAccess(guid: string, request: FastifyRequest): Promise<void> {
    if (this.apiKeys.allows(request, 'admin')) return;
    const hasKey = this.apiKeys.scopesOf(request) !== undefined;
    const user = await this.identity.findUser(request);
    if (user && (await this.identity.canRead(user, [guid]))) return;
    if (user ?? hasKey) throw new ApiError(403, 'Forbidden', { detail: 'you do not have read access to this item' });
    const headers = { 'WWW-Authenticate': 'Bearer' };
    throw new ApiError(401, 'Unauthorized', { detail: 'the item is not public: log in' }, headers);
  }
}
