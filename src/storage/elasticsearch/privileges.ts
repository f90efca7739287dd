import type { Client } from '@elastic/elasticsearch';
import { available } from './cluster.js';
import type { IndexNames } from './index-names.js';

/** What the service does in the cluster; README.md has a role that allows just this. */
const CLUSTER_PRIVILEGES = ['monitor'];
const INDEX_PRIVILEGES = ['read', 'write', 'create_index', 'delete_index', 'maintenance', 'view_index_metadata'];

/** @returns those that the user of the client lacks, as the role would name them */
export async function missingPrivileges(client: Client, names: IndexNames): Promise<string[]> {
  const { cluster, index } = await available(
    client.security.hasPrivileges({
      cluster: CLUSTER_PRIVILEGES,
      index: [{ names: [names.all], privileges: INDEX_PRIVILEGES }],
    }),
  );
  const lacking = (privileges: Record<string, boolean>): string[] =>
    Object.entries(privileges).flatMap(([privilege, isGranted]) => (isGranted ? [] : [privilege]));
  return [
    ...lacking(cluster).map((privilege) => `cluster: ${privilege}`),
    ...lacking(index[names.all] ?? {}).map((privilege) => `indices ${names.all}: ${privilege}`),
  ];
}
