/** Runs the works of one key one after the other, in the order of the calls; a failed one does not hold up the next. */
export type Lock = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** Makes locks that live in this process only. */
export function createLock(): Lock {
  const tails = new Map<string, Promise<void>>();
  return (key, work) => {
    const result = (tails.get(key) ?? Promise.resolve()).then(work);
    const tail = result.then(ignore, ignore).then(() => {
      if (tails.get(key) === tail) tails.delete(key);
    });
    tails.set(key, tail);
    return result;
  };
}

function ignore(): void {}
