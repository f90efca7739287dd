import type { FastifyRequest } from 'fastify';

/** A logged-in user. Never store, log or send the id. */
export interface User {
  readonly id: string;
}

/** Identifies the user who sends a request, and checks that user's permissions. Implement it to connect a login system. */
export abstract class Identity {
  /**
   * @returns null for an anonymous request
   * @throws UnavailableError when the request has credentials that cannot be checked now
   */
  abstract findUser(request: FastifyRequest): Promise<User | null>;

  /**
   * Whether the user has read access, as a contributor or through a group, to at least one of the items. That an item is
   * public does not give read access.
   * @throws UnavailableError when permissions cannot be read
   */
  abstract canRead(user: User, guids: readonly string[]): Promise<boolean>;

  /**
   * Whether the user may edit the item, as a contributor or through a group.
   * @throws UnavailableError when permissions cannot be read
   */
  abstract canEdit(user: User, guid: string): Promise<boolean>;

  /**
   * Whether the user may see the metrics of the institution, as one of its administrators or as a superuser.
   * @throws UnavailableError when permissions cannot be read
   */
  abstract isInstitutionAdmin(user: User, institutionId: string): Promise<boolean>;
}
