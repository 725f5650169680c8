import type { ReportData } from '../../report-data.ts';
import { byId } from './elements.ts';

/** The report's data: JSON, packed with gzip, written in base64. */
export async function readData(): Promise<ReportData> {
  const packed = Uint8Array.from(atob(byId('report-data').textContent.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return (await new Response(stream).json()) as ReportData;
}
