import type { QueryResult } from './warehouse.ts';

type Take = (page: QueryResult) => Promise<void>;

/** Lets a warehouse hand pages to somebody else's code: what that throws comes out as it is, not as a failure of the warehouse. */
export async function handingOver(take: Take, scan: (take: Take) => Promise<void>): Promise<void> {
  let thrown: { readonly error: unknown } | undefined;
  try {
    await scan(async (page) => {
      try {
        await take(page);
      } catch (error) {
        thrown = { error };
        throw error;
      }
    });
  } catch (error) {
    throw thrown === undefined ? error : thrown.error;
  }
}
