declare module 'write-file-atomic' {
  /** Writes to a file beside, syncs it and renames it, so that a reader meets the old or the new content, never a part. */
  export default function writeFileAtomic(file: string, data: string | Uint8Array, options?: { readonly fsync?: boolean }): Promise<void>;
}
