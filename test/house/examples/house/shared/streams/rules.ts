export function named(name: string): string {
  return name.toLowerCase();
}
