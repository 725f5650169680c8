export function named(name: string): string {
  return name.split(' ')[0]!.toLowerCase(); // !
}
