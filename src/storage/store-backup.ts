/** What a copy of the store holds. */
export interface StoreCopy {
  /** The number of rows of each table, by its name. */
  readonly rows: ReadonlyMap<string, number>;
  readonly bytes: number;
}

/** The port through which the service copies its store. A store with backups of its own does not provide it. */
export abstract class StoreBackup {
  /** About as many bytes as a copy takes. */
  abstract sizeInBytes(): Promise<number>;

  /**
   * Writes a copy of everything that is stored, except session keys, to a new file. The copy is of one instant and holds
   * every usage that was acknowledged before. Reads and writes go on meanwhile;
   * of several copies, one is made at a time.
   *
   * @throws Error when the copy cannot be written, or differs from the original
   */
  abstract copyTo(path: string): Promise<StoreCopy>;

  /** Removes from the journal what a backup has. */
  abstract forgetUpTo(backup: string): Promise<void>;
}
