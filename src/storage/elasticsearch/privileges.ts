import { type Client, errors } from '@elastic/elasticsearch';
import { available } from './cluster.js';
import type { IndexNames } from './index-names.js';

/** What the service does in the cluster; README.md has a role that allows just this. */
const CLUSTER_PRIVILEGES = ['monitor'];
const INDEX_PRIVILEGES = ['read', 'write', 'create_index', 'delete_index', 'maintenance', 'view_index_metadata'];

/** @returns those that the user of the client lacks, as a role would name them; undefined when the cluster has no users */
export async function missingPrivileges(client: Client, names: IndexNames): Promise<string[] | undefined> {
  const granted = await available(unlessWithoutSecurity(askForPrivileges(client, names)));
  return (
    granted && [
      ...lacking(granted.cluster).map((privilege) => `cluster: ${privilege}`),
      ...lacking(granted.index[names.all] ?? {}).map((privilege) => `indices ${names.all}: ${privilege}`),
    ]
  );
}

async function askForPrivileges(client: Client, names: IndexNames) {
  return await client.security.hasPrivileges({
    cluster: CLUSTER_PRIVILEGES,
    index: [{ names: [names.all], privileges: INDEX_PRIVILEGES }],
  });
}

/** A cluster without users does not know the question. */
async function unlessWithoutSecurity<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof errors.ResponseError && (error.statusCode === 400 || error.statusCode === 405)) return undefined;
    throw error;
  }
}

function lacking(privileges: Record<string, boolean>): string[] {
  return Object.entries(privileges).flatMap(([privilege, isGranted]) => (isGranted ? [] : [privilege]));
}
