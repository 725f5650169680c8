import { defineSource } from '../../source.ts';

/** What the pipeline writes about itself: transform puts it into the clean bucket, load takes it from there. */
export const pipeline = defineSource({
  name: 'pipeline',
  title: 'The pipeline itself',
  settings: {},
  auth: { type: 'none' },
});
