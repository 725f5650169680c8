export function line(text: string): string {
  return `${text}\n`;
}
