import { Injectable } from '@nestjs/common';
import type { Identity, User } from './identity.js';

/** Everybody is anonymous. */
@Injectable()
export class AnonymousIdentity implements Identity {
  whoIs(): Promise<User | null> {
    return Promise.resolve(null);
  }

  canRead(): Promise<boolean> {
    return Promise.resolve(false);
  }
}
