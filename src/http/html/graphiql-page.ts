import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { graphiqlSession, graphiqlSessionStyle } from './graphiql-session.ts'
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
const steadyTabs = '.graphiql-tab { transform: none !important }'

/** A gate, for the title and the tab of the browser. */
const gate =
  '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#2f5bd7"/><path d="M8 25V14a8 8 0 0 1 16 0v11M13 25V10m6 15V10M8 18h16" fill="none" stroke="#fff" stroke-width="2.4"/></svg>'

/** Fonts of the scripts that the page does not use, and the second copy of the icons: 40 % of the styles. */
const surplusFonts =
  /@font-face\{(?:[^}]*unicode-range:(?!U\+0000-00FF)[^}]*|font-family:codicon;font-display:block;[^}]*)\}/g

/** Builds the page (8.5 MB, 2.2 MB as gzip, about half a second). Called once per process, when the page is first opened. */
export async function buildGraphiqlPage(endpoint: string): Promise<GraphiqlPage> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  const html = renderGraphiQL({
    title: 'Gatehouse',
    favicon: `data:image/svg+xml,${encodeURIComponent(gate)}`,
    logo: gate,
    endpoint,
    defaultTabs: [...graphiqlTabs],
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: false,
    credentials: 'same-origin',
  })
  const ownStyle = `<style>${steadyTabs}${graphiqlSessionStyle}</style></head>`
  const page = html
    .trimStart()
    .replace(surplusFonts, '')
    .replace('</head>', () => ownStyle)
    .replace('<script>', () => `<script>${graphiqlSession(endpoint)}`)
  const gzipped = await compress(page)
  const digest = createHash('sha256').update(gzipped).digest('base64url')
  return { gzipped: new Uint8Array(gzipped), etag: `"${digest.slice(0, 27)}"` }
}

/** The page for the rare client that does not accept gzip. */
export async function uncompressed(page: GraphiqlPage): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await decompress(page.gzipped))
}
