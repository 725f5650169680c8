import type { ReportData } from '../../report-data.ts';
import { byId } from './elements.ts';

/** The report's data: JSON, packed with gzip, written in base64. */
export async function readData(): Promise<ReportData> {
  const stream = new Blob([bytesOf(byId('report-data').textContent.trim())]).stream().pipeThrough(new DecompressionStream('gzip'));
  return (await new Response(stream).json()) as ReportData;
}

/** A plain loop: Uint8Array.from with a function takes a tenth of the time in which the page opens. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let place = 0; place < letters.length; place += 1) bytes[place] = letters.charCodeAt(place);
  return bytes;
}
