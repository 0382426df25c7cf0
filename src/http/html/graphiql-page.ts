import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { graphiqlTabs } from './graphiql-tabs.ts'

/** GraphiQL as one file: nothing is loaded from other hosts. */
export interface GraphiqlPage {
  readonly gzipped: Uint8Array<ArrayBuffer>
  readonly etag: string
}

const compress = promisify(gzip)
const decompress = promisify(gunzip)

/**
 * Allows inline scripts and styles, workers from blobs, and requests to this server only. A hash of the script would be
 * stricter, but the script is a fixed file of 8 MB that contains no user input.
 */
export const graphiqlPolicy = [
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  'worker-src blob:',
  "img-src 'self' data:",
  'font-src data:',
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * GraphiQL moves a tab when it gets the focus, so that the first click on it has no effect. Without the transform the
 * tabs stay in place; they can no longer be reordered by dragging, which four tabs do not need.
 */
const steadyTabs = '<style>.graphiql-tab { transform: none !important }</style>'

/** Builds the page (9 MB, about half a second). Called once per process, when the page is first opened. */
export async function buildGraphiqlPage(endpoint: string): Promise<GraphiqlPage> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  const html = renderGraphiQL({
    title: 'Gatehouse',
    endpoint,
    defaultTabs: [...graphiqlTabs],
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: false,
    credentials: 'same-origin',
  })
  const gzipped = await compress(html.trimStart().replace('</head>', `${steadyTabs}</head>`))
  const digest = createHash('sha256').update(gzipped).digest('base64url')
  return { gzipped: new Uint8Array(gzipped), etag: `"${digest.slice(0, 27)}"` }
}

/** The page for the rare client that does not accept gzip. */
export async function uncompressed(page: GraphiqlPage): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await decompress(page.gzipped))
}
