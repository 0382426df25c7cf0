import type { TestApp } from './test-app.ts'

/** The value of each time series that `/metrics` shows, by its name with labels. */
export async function figuresOf(test: TestApp): Promise<ReadonlyMap<string, number>> {
  return parseFigures(await figuresTextOf(test))
}

/** What `/metrics` shows. */
export async function figuresTextOf({ app, config }: TestApp): Promise<string> {
  const token = config.metrics?.token?.reveal() ?? ''
  const headers = { authorization: `Bearer ${token}` }
  const response = await app.fetch(new Request(new URL('/metrics', config.server.publicUrl), { headers }))
  return response.text()
}

/** Reads the text format of Prometheus. */
export function parseFigures(text: string): ReadonlyMap<string, number> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const at = line.lastIndexOf(' ')
      return line.startsWith('#') || at === -1
        ? []
        : [[line.slice(0, at), Number(line.slice(at + 1))] as const]
    }),
  )
}
