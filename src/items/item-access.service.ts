import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiKeys } from '../http/auth/api-keys.service.js';
import { ApiError, notFound } from '../http/json-api/api-error.js';
import { UnavailableError } from '../model/errors.js';
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

  /** The items among these that the request may read, in the order of the guids. @throws UnavailableError */
  async findReadableItems(guids: readonly string[], request: FastifyRequest): Promise<Map<string, CatalogItem>> {
    const items = await this.catalog.findItems(guids);
    const isAdmin = this.apiKeys.allows(request, 'admin');
    const hasPrivateItems = [...items.values()].some((item) => !item.public);
    const user = hasPrivateItems && !isAdmin ? await this.identity.findUser(request) : null;
    const readable = new Map<string, CatalogItem>();
    for (const guid of guids) {
      const item = items.get(guid);
      if (!item) continue;
      const canRead = item.public || isAdmin || (user !== null && (await this.identity.canRead(user, [guid])));
      if (canRead) readable.set(guid, item);
    }
    return readable;
  }

  /** Whether the request comes from an editor of the item, or has an admin key. False while permissions cannot be read. */
  async canEdit(guid: string, request: FastifyRequest): Promise<boolean> {
    if (this.apiKeys.allows(request, 'admin')) return true;
    const user = await this.identity.findUser(request);
    if (user === null) return false;
    try {
      return await this.identity.canEdit(user, guid);
    } catch (error) {
      if (error instanceof UnavailableError) return false;
      throw error;
    }
  }

  private async requireReadAccess(guid: string, request: FastifyRequest): Promise<void> {
    if (this.apiKeys.allows(request, 'admin')) return;
    const hasApiKey = this.apiKeys.find(request) !== undefined;
    const user = await this.identity.findUser(request);
    if (user && (await this.identity.canRead(user, [guid]))) return;
    if (user ?? hasApiKey) throw new ApiError(403, 'Forbidden', { detail: 'you do not have read access to this item' });
    const headers = { 'WWW-Authenticate': 'Bearer' };
    throw new ApiError(401, 'Unauthorized', { detail: 'this item is private; log in to read it' }, headers);
  }
}
