export async function run(name: string): Promise<unknown[]> {
  return [
    await import(name), // !
    await import(`./${name}/index.ts`), // !
    await import('./load/index.ts'),
    await import('../package.json', { with: { type: 'json' } }),
  ];
}
