/** Shapes of dots, so that no group is told by its colour alone. */
export const SYMBOLS: readonly string[] = [
  'circle',
  'triangle',
  'rect',
  'diamond',
  'path://M4,0H8V4H12V8H8V12H4V8H0V4H4Z',
  'path://M6,0L8,4L12,4.5L9,7.5L10,12L6,9.5L2,12L3,7.5L0,4.5L4,4Z',
  'arrow',
];
