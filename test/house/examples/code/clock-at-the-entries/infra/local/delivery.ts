export function retryAt(delay: number): number {
  return Date.now() + delay; // !
}
