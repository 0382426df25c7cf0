import { writeFile } from 'node:fs/promises'
import { build } from 'esbuild'
import type { BrowserContext, Page } from 'playwright-core'
import type { Transport } from '../../../src/clients/client.ts'
import { openPage, type Stage } from './stage.ts'

/** Writes a page into the folder that loads the client package with Apollo Client and urql. */
export async function buildPiecesPage(folder: string): Promise<void> {
  await build({
    entryPoints: ['test/browser/pages/pieces.ts'],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    outfile: `${folder}/pieces.js`,
  })
  await writeFile(
    `${folder}/index.html`,
    '<!doctype html><title>Pieces</title><body><script src="/pieces.js"></script>',
  )
}

/** Opens that page in a tab. Tests use its `window.pieces`. */
export async function openPieces(stage: Stage, browser: BrowserContext, transport: Transport): Promise<Page> {
  const page = await openPage(browser, stage.pagesUrl)
  await page.evaluate(([url, tokenTransport]) => window.startPieces(url, tokenTransport), [
    `${stage.serviceUrl}/graphql`,
    transport,
  ] as const)
  return page
}
