import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { serve } from '../../gateways/support/loopback.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
}

/** A web server for pages, on a port of its own. */
export interface PageServer {
  readonly port: number
  /** The folder of its files; empty until it is set. */
  folder: string
  close(): Promise<void>
}

/** Serves files like a web server of a single-page application: every path without an extension is index.html. */
export async function servePages(): Promise<PageServer> {
  const pages = { folder: '' }
  const { url, close } = await serve((incoming, outgoing) => {
    const path = normalize(new URL(incoming.url ?? '/', 'http://localhost').pathname)
    const file = extname(path) === '' ? '/index.html' : path
    readFile(join(pages.folder, file)).then(
      (content) => {
        const type = types[extname(file)] ?? 'application/octet-stream'
        outgoing.writeHead(200, { 'content-type': type, 'referrer-policy': 'no-referrer' }).end(content)
      },
      () => outgoing.writeHead(404).end(),
    )
  })
  return Object.assign(pages, { port: Number(new URL(url).port), close })
}
