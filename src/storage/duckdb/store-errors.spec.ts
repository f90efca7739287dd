import { StoreUnavailableError } from '../metrics.repository.js';
import { isOutOfMemory, isOutOfSpace, isUnreadable, toStoreError } from './store-errors.js';

const PIN = new Error(
  'TransactionContext Error: Failed to commit: failed to pin block of size 256.0 KiB (60 MiB/61 MiB used)',
);

describe('toStoreError', () => {
  it.each([
    PIN.message,
    'IO Error: Could not write file "osf-metrics.duckdb": No space left on device',
    'FATAL Error: Failed: database has been invalidated',
    'Serialization Error: Failed to deserialize: field id mismatch',
    'Some Future Kind Error: of a newer version',
  ])('treats "%s" as a failure of the store, and names it', (message) => {
    const error = toStoreError(new Error(message));
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect((error as Error).message).toBe(`the embedded store failed: ${message}`);
  });

  it.each([
    new Error('Binder Error: Referenced column "x" not found'),
    new Error('Conversion Error: Could not convert string to INT32'),
    new Error('the data folder was last used by a newer version of this service (schema 99)'),
    new TypeError('x is undefined'),
    new StoreUnavailableError('too many reads of the embedded store wait'),
  ])('keeps %s', (error) => {
    expect(toStoreError(error)).toBe(error);
  });

  it('recognizes a lack of memory or space, and damage', () => {
    const lacksOfMemory = [PIN, 'Out of Memory Error: could not allocate block', 'INTERRUPT Error: Interrupted!'];
    for (const each of lacksOfMemory) expect(isOutOfMemory(each instanceof Error ? each : new Error(each))).toBe(true);
    expect(isOutOfSpace(toStoreError(new Error('IO Error: Could not write file "x": File too large')))).toBe(true);
    expect(isOutOfSpace(new Error('Serialization Error: Failed to deserialize'))).toBe(false);
    expect(isUnreadable(new Error('IO Error: Corrupt database file: computed checksum 1 does not match'))).toBe(true);
    expect(isUnreadable(new Error('checksum'))).toBe(false);
  });
});
