import { type CanActivate, Injectable } from '@nestjs/common';
import { ApiError } from '../http/json-api/api-error.js';
import { Catalog } from './catalog.js';

/** Returns 409 when the catalog does not accept registrations. */
@Injectable()
export class RegistrationGuard implements CanActivate {
  constructor(private readonly catalog: Catalog) {}

  canActivate(): boolean {
    if (this.catalog.acceptsRegistrations) return true;
    const detail = "items cannot be registered: this service reads them from the OSF's database";
    throw new ApiError(409, 'Conflict', { detail });
  }
}
