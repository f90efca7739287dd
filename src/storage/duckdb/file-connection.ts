import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { createFolder } from '../../operations/create-folder.js';
import { openDataFile } from './data-file.js';
import { LogMark } from './log-mark.js';

/** An open file with the connection for writes. */
export class FileConnection {
  private constructor(
    readonly instance: DuckDBInstance,
    readonly writer: DuckDBConnection,
    readonly logMark: LogMark,
  ) {}

  /** Opens the file, creates it if it does not exist, and marks its log. */
  static async open(folder: string, memoryMb: number): Promise<FileConnection> {
    await createFolder(folder);
    const instance = await openDataFile(folder, memoryMb);
    const file = new FileConnection(instance, await instance.connect(), await LogMark.open(folder));
    try {
      await file.logMark.write(file.writer);
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.writer.closeSync();
    this.instance.closeSync();
    await this.logMark.close();
  }
}
