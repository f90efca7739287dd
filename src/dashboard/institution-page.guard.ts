import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError, notFound } from '../http/json-api/api-error.js';
import { InstitutionAccessGuard } from '../reports/institutions/osf-api/institution-access.guard.js';

/** Admits the same requests as the OSF's API, and says in this service's words why it refuses the others. */
@Injectable()
export class InstitutionPageGuard implements CanActivate {
  constructor(private readonly access: InstitutionAccessGuard) {}

  /** @throws ApiError 401, 403, 404 or 410 */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    try {
      return await this.access.canActivate(context);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { params } = context.switchToHttp().getRequest<FastifyRequest<{ Params: { id: string } }>>();
      throw reword(error, params.id);
    }
  }
}

function reword(error: ApiError, id: string): ApiError {
  const status = error.getStatus();
  if (status === 404) return notFound(error.title, `there is no report about an institution "${id}"`);
  if (status !== 401 && status !== 403) return error;
  const detail =
    'an API key with the scope admin is required, or a login on the OSF as administrator of the institution';
  return new ApiError(status, error.title, { detail }, error.headers);
}
