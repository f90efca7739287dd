import { type Client, errors } from '@elastic/elasticsearch';
import { orUnavailable } from '../client/elasticsearch-errors.js';
import type { IndexNames } from './index-names.js';

/** What the service needs while it runs. docs/operating.md lists these privileges. */
const CLUSTER_PRIVILEGES = ['monitor'];
const INDEX_PRIVILEGES = ['read', 'write', 'create_index', 'delete_index', 'maintenance', 'view_index_metadata'];

/** @returns the privileges that the client's user lacks; undefined when security is disabled on the cluster */
export async function missingPrivileges(client: Client, names: IndexNames): Promise<string[] | undefined> {
  const granted = await orUnavailable(orUndefinedWithoutSecurity(checkPrivileges(client, names)));
  return (
    granted && [
      ...deniedIn(granted.cluster).map((privilege) => `cluster: ${privilege}`),
      ...deniedIn(granted.index[names.all] ?? {}).map((privilege) => `indices ${names.all}: ${privilege}`),
    ]
  );
}

async function checkPrivileges(client: Client, names: IndexNames) {
  return await client.security.hasPrivileges({
    cluster: CLUSTER_PRIVILEGES,
    index: [{ names: [names.all], privileges: INDEX_PRIVILEGES }],
  });
}

/** A cluster with security disabled rejects the request with 400 or 405. */
async function orUndefinedWithoutSecurity<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof errors.ResponseError && (error.statusCode === 400 || error.statusCode === 405))
      return undefined;
    throw error;
  }
}

function deniedIn(privileges: Record<string, boolean>): string[] {
  return Object.entries(privileges).flatMap(([privilege, isGranted]) => (isGranted ? [] : [privilege]));
}
