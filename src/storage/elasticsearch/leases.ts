import { type Cluster, unlessConflict, unlessMissing } from './cluster.js';

/** Of several who ask at the same time one gets it; the others look again, once each. */
const TRIES = 3;

export interface Lease {
  readonly name: string;
  readonly holder: string;
}

interface LeaseDocument {
  readonly holder: string;
  readonly expires_at: string;
}

/** Leases, each in a document that is changed on the condition that it is as it was read. */
export class Leases {
  constructor(
    private readonly cluster: Cluster,
    private readonly index: string,
  ) {}

  async acquire(lease: Lease & { readonly now: Date; readonly expiresAt: Date }): Promise<boolean> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const stored = await this.read(lease.name);
      if (stored && stored.document.holder !== lease.holder && new Date(stored.document.expires_at) > lease.now)
        return false;
      const written = await this.cluster.write((client) =>
        unlessConflict(
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
    const stored = await this.read(name);
    if (stored?.document.holder !== holder) return;
    await this.cluster.write((client) =>
      unlessConflict(unlessMissing(client.delete({ index: this.index, id: name, ...stored.version }))),
    );
  }

  private async read(name: string) {
    const found = await this.cluster.read((client) =>
      unlessMissing(client.get<LeaseDocument>({ index: this.index, id: name })),
    );
    if (!found?._source) return undefined;
    return {
      document: found._source,
      version: { if_seq_no: found._seq_no as number, if_primary_term: found._primary_term as number },
    };
  }
}
