import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { PagesConfig } from '../../config/themes/service/pages.ts'
import type { MailBranding } from '../../domain/mail/mail-branding.ts'
import { escapeHtml } from '../../lib/text/escape-html.ts'
import { isObject } from '../../lib/text/json.ts'
import { textOn, themeStyle } from './theme-colors.ts'

/** A file of the pages. Its name contains a digest of its content, so that caches may keep it. */
export interface PageAsset {
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly gzipped: Uint8Array<ArrayBuffer> | null
}

/** The files of the pages, and which of them a page loads. All names are relative to `pages/`. */
export interface PageAssets {
  readonly files: ReadonlyMap<string, PageAsset>
  readonly script: string
  /** Scripts that these scripts import. */
  readonly imports: readonly string[]
  readonly styles: readonly string[]
  /** Scripts with the texts, by language. */
  readonly texts: Readonly<Record<string, string>>
  readonly icon: string
  /** Name of the logo; a path of this origin begins with a slash. */
  readonly logo: string
}

/** Written by scripts/build-pages.mjs. */
interface Manifest {
  readonly script: string
  readonly imports: readonly string[]
  readonly style: string
  readonly texts: Readonly<Record<string, string>>
  readonly files: readonly string[]
}

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
}
/** The built pages, as seen from the bundle of the package, from dist/http/html, and from src/http/html. */
const folders = ['./pages/', '../../pages/', '../../../dist/pages/'].map(
  (path) => new URL(path, import.meta.url),
)
const compress = promisify(gzip)

/** Reads the built pages, and adds the files that follow from the configuration. @throws if there is no build */
export async function loadPageAssets(app: MailBranding, { logo }: PagesConfig): Promise<PageAssets> {
  const folder = folders.find((candidate) => existsSync(new URL('manifest.json', candidate)))
  if (folder === undefined) throw new Error('The pages are not built: run npm run build.')
  const manifest: unknown = JSON.parse(await readFile(new URL('manifest.json', folder), 'utf8'))
  if (!isManifest(manifest)) throw new Error('The manifest of the pages is not valid: run npm run build.')
  const files = new Map<string, PageAsset>()
  for (const name of manifest.files) {
    const type = types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
    files.set(name, await asset(type, new Uint8Array(await readFile(new URL(name, folder)))))
  }
  const add = async (name: string, extension: string, type: string, content: Uint8Array<ArrayBuffer>) => {
    const hashed = `${name}-${createHash('sha256').update(content).digest('hex').slice(0, 10)}.${extension}`
    files.set(hashed, await asset(type, content))
    return hashed
  }
  const text = (content: string) => new TextEncoder().encode(content)
  const theme = await add('theme', 'css', 'text/css; charset=utf-8', text(themeStyle(app.color)))
  const icon = await add('icon', 'svg', 'image/svg+xml', text(initialIcon(app)))
  const { script, imports, style, texts } = manifest
  return {
    files,
    script,
    imports,
    styles: [style, theme],
    texts,
    icon,
    logo:
      logo === null || typeof logo === 'string'
        ? (logo ?? icon)
        : await add('logo', logo.extension, logo.type, logo.bytes),
  }
}

async function asset(type: string, bytes: Uint8Array<ArrayBuffer>): Promise<PageAsset> {
  const gzipped = /text|svg/.test(type) ? new Uint8Array(await compress(bytes, { level: 9 })) : null
  return { type, bytes, gzipped }
}

/** A square in the colour of the product with the initial of its name. */
function initialIcon({ name, color }: MailBranding): string {
  const [initial = ''] = [...name]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="15" fill="${color}"/><text x="32" y="33" dy=".35em" text-anchor="middle" font-family="system-ui,sans-serif" font-weight="700" font-size="36" fill="${textOn(color)}">${escapeHtml(initial.toUpperCase())}</text></svg>`
}

function isManifest(value: unknown): value is Manifest {
  if (!isObject(value)) return false
  const { script, imports, style, texts, files } = value
  return (
    typeof script === 'string' &&
    typeof style === 'string' &&
    isObject(texts) &&
    Array.isArray(imports) &&
    Array.isArray(files)
  )
}
