import type { QueryResult } from '../../shared/warehouse/warehouse.ts';

/** Writes one file from pages of rows; nobody sees it before it is whole. */
export interface FileWriter {
  write(page: QueryResult): Promise<void>;
  /** Ends the file, on the disk. */
  close(): Promise<void>;
  /** Frees what it holds, also after a failure; the file may be a part then. */
  abandon(): Promise<void>;
}

/** Begins a file for these columns. */
export type OpenWriter = (file: string, columns: QueryResult['columns']) => Promise<FileWriter>;
