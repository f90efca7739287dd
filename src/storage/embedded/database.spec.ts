import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { StoreMetrics } from '../store-metrics.js';
import { Database } from './database.js';

describe('the file of the embedded store', () => {
  it('is closed after a write that the last one brought about', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'osf-metrics-'));
    const metrics = new StoreMetrics(new Registry());
    const database = await Database.open({ folder, memoryMb: 64, metrics, onInvalid: () => undefined });
    let isWritten = false;
    const written = database
      .write(() => Promise.resolve())
      .then(() =>
        database.write(async (connection) => {
          await connection.run('create table brought_about (id integer)');
          isWritten = true;
        }),
      );
    await database.close();
    expect(isWritten).toBe(true);
    await written;
    await rm(folder, { recursive: true });
  });
});
