import type { Cluster } from './client/cluster.js';
import { orUndefinedIfConflict, orUndefinedIfMissing } from './client/elasticsearch-errors.js';

/** A conflict means that another holder wrote the lease at the same time; the next attempt reads what it wrote. */
const MAX_ATTEMPTS = 3;

export interface Lease {
  readonly name: string;
  readonly holder: string;
}

interface LeaseDocument {
  readonly holder: string;
  readonly expires_at: string;
}

/** Leases, one document each, changed with optimistic concurrency control. */
export class LeaseIndex {
  constructor(
    private readonly cluster: Cluster,
    private readonly index: string,
  ) {}

  async acquire(lease: Lease & { readonly now: Date; readonly expiresAt: Date }): Promise<boolean> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const stored = await this.find(lease.name);
      if (stored && stored.document.holder !== lease.holder && new Date(stored.document.expires_at) > lease.now)
        return false;
      const written = await this.cluster.write((client) =>
        orUndefinedIfConflict(
          client.index({
            index: this.index,
            id: lease.name,
            document: { holder: lease.holder, expires_at: lease.expiresAt.toISOString() },
            ...(stored ? stored.version : { op_type: 'create' }),
          }),
        ),
      );
      if (written) return true;
    }
    return false;
  }

  async release({ name, holder }: Lease): Promise<void> {
    const stored = await this.find(name);
    if (stored?.document.holder !== holder) return;
    await this.cluster.write((client) =>
      orUndefinedIfConflict(orUndefinedIfMissing(client.delete({ index: this.index, id: name, ...stored.version }))),
    );
  }

  private async find(name: string) {
    const found = await this.cluster.read((client) =>
      orUndefinedIfMissing(client.get<LeaseDocument>({ index: this.index, id: name })),
    );
    if (!found?._source) return undefined;
    return {
      document: found._source,
      version: { if_seq_no: found._seq_no as number, if_primary_term: found._primary_term as number },
    };
  }
}
