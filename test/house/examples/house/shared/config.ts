export function loadConfig(): string {
  return process.env['PROJECT'] ?? '';
}
