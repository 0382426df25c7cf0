import { mkdir, rm, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { root } from './pages.ts'

/** Runs `use` with an example of a page, loaded as a module below node_modules, where it finds its packages. */
export async function withExample<Exported>(
  code: string,
  use: (exported: Exported) => Promise<void>,
): Promise<void> {
  const folder = `${root}/node_modules/.gatehouse-docs-${process.pid}`
  const file = `${folder}/example-${code.length}.mjs`
  await mkdir(folder, { recursive: true })
  await writeFile(file, code)
  try {
    await use(await import(/* @vite-ignore */ pathToFileURL(file).href))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
