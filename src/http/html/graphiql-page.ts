import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { graphiqlTabs } from './graphiql-tabs.ts'

/** GraphiQL with everything it needs in one file: nothing is loaded from anywhere else. */
export interface GraphiqlPage {
  readonly gzipped: Uint8Array<ArrayBuffer>
  readonly etag: string
}

const compress = promisify(gzip)
const decompress = promisify(gunzip)

/**
 * Inline script and style, workers from blobs, and requests to this server only. A hash of the script would be
 * stricter, but it is 8 MB of our own that holds no input of anybody.
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
 * GraphiQL moves a tab while it gets the focus, away from under the pointer: the first click on it did nothing. Tabs
 * that stay where they are cannot be dragged into another order, which four tabs can do without.
 */
const steadyTabs = '<style>.graphiql-tab { transform: none !important }</style>'

/** Builds the page (9 MB, about half a second): once per process, when somebody first opens it. */
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

/** The page for the rare client that takes no gzip. */
export async function uncompressed(page: GraphiqlPage): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await decompress(page.gzipped))
}
