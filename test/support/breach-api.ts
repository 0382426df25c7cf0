import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Behaviour of the stand-in. */
export type BreachApiMood = 'well' | 'slow' | 'failing' | 'garbage' | 'huge' | 'moved' | 'trickling'

export interface BreachApi {
  readonly url: string
  readonly asked: { path: string; padding: string | undefined }[]
  mood: BreachApiMood
  close(): Promise<void>
}

/** A stand-in for the range API of Have I Been Pwned. It knows these passwords; those of `padded` have the count 0. */
export async function openBreachApi(
  known: readonly string[],
  padded: readonly string[] = [],
): Promise<BreachApi> {
  const timers = new Set<NodeJS.Timeout>()
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    api.asked.push({ path, padding: request.headers['add-padding']?.toString() })
    const prefix = path.split('/').at(-1) ?? ''
    const rows = [...known.map((one) => `${sha1(one)}:3`), ...padded.map((one) => `${sha1(one)}:0`)]
    const body = rows
      .filter((row) => row.startsWith(prefix))
      .map((row) => row.slice(5))
      .concat(`${'0'.repeat(35)}:0`)
      .join('\r\n')
    if (api.mood === 'well') response.end(body)
    else if (api.mood === 'slow') timers.add(setTimeout(() => response.end(body), 3000))
    else if (api.mood === 'failing') response.writeHead(500).end(body)
    else if (api.mood === 'garbage') response.end(`<html>${body}</html>`)
    else if (api.mood === 'huge') response.end(`${'0'.repeat(35)}:1\n`.repeat(20_000))
    else if (api.mood === 'moved') response.writeHead(302, { location: `/elsewhere/${prefix}` }).end()
    else timers.add(setInterval(() => response.write('0'), 50))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const api: BreachApi = {
    url: `http://127.0.0.1:${portOf(server.address())}/mirror`,
    asked: [],
    mood: 'well',
    async close() {
      for (const timer of timers) clearInterval(timer)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return api
}

export function sha1(password: string): string {
  return createHash('sha1').update(password).digest('hex').toUpperCase()
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('not a TCP server')
  return address.port
}
