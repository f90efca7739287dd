import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiKeys } from '../../../http/auth/api-keys.service.js';
import { ApiError, notFound } from '../../../http/json-api/api-error.js';
import { Identity } from '../../../items/identity.js';
import { OsfInstitutions } from '../../../osf/osf-institutions.js';
import { InstitutionReports } from '../institution-reports.service.js';

type InstitutionRequest = FastifyRequest<{ Params: { id: string } }>;

/** Admits administrators of the institution, and API keys with the scope `admin`. Fails as the OSF's API does. */
@Injectable()
export class InstitutionAccessGuard implements CanActivate {
  constructor(
    private readonly institutions: OsfInstitutions,
    private readonly reports: InstitutionReports,
    private readonly identity: Identity,
    private readonly apiKeys: ApiKeys,
  ) {}

  /**
   * @throws ApiError 404 for an unknown or deactivated institution, 410 for a deleted one, 401 for an anonymous request,
   *   403 for one without permission
   */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<InstitutionRequest>();
    const { id } = request.params;
    await this.requireInstitution(id);
    if (this.apiKeys.allows(request, 'admin')) return true;
    const user = await this.identity.findUser(request);
    if (user && (await this.identity.isInstitutionAdmin(user, id))) return true;
    if (user ?? this.apiKeys.find(request)) {
      throw new ApiError(403, 'Forbidden', { detail: 'You do not have permission to perform this action.' });
    }
    const detail = 'Authentication credentials were not provided.';
    throw new ApiError(401, 'Unauthorized', { detail }, { 'WWW-Authenticate': 'Bearer' });
  }

  /** Without the OSF's database, an institution exists if there are reports about it. */
  private async requireInstitution(id: string): Promise<void> {
    if (!this.institutions.isConfigured) {
      if (await this.reports.findUserSelection(id)) return;
      throw institutionNotFound();
    }
    const state = await this.institutions.findState(id);
    if (state === 'active') return;
    if (state !== 'deleted') throw institutionNotFound();
    throw new ApiError(410, 'Gone', { detail: 'The requested institution is no longer available.' });
  }
}

function institutionNotFound(): ApiError {
  return notFound('Not Found', 'Not found.');
}
