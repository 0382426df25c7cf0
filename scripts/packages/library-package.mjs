// A package that applications import: the ES modules that the compiler has written, the same as CommonJS, and types for both.
import { cpSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { packageFolder, writeManifest } from './manifest.mjs'

const require = createRequire(import.meta.url)

/**
 * Completes dist/packages/<name>, whose folder `esm` the compiler has written.
 * @param {string} name
 * @param {Readonly<Record<string, string>>} imports what applications import, and the file without extension
 */
export function writeLibraryPackage(name, imports) {
  const folder = packageFolder(name)
  const files = readdirSync(join(folder, 'esm'), { recursive: true, encoding: 'utf8' })
  require('esbuild').buildSync({
    entryPoints: files.filter((file) => file.endsWith('.js')).map((file) => join(folder, 'esm', file)),
    outdir: join(folder, 'cjs'),
    outbase: join(folder, 'esm'),
    format: 'cjs',
    platform: 'neutral',
    target: 'es2022',
  })
  for (const file of files.filter((path) => path.endsWith('.d.ts')))
    cpSync(join(folder, 'esm', file), join(folder, 'cjs', file))
  writeFileSync(join(folder, 'cjs/package.json'), '{ "type": "commonjs" }\n')
  writeManifest(name, {
    type: 'module',
    exports: { ...exportsOf(imports), './package.json': './package.json' },
    files: ['esm', 'cjs'],
  })
}

/** @param {Readonly<Record<string, string>>} files */
function exportsOf(files) {
  const conditions = (/** @type {string} */ folder, /** @type {string} */ file) => ({
    types: `./${folder}/${file}.d.ts`,
    default: `./${folder}/${file}.js`,
  })
  return Object.fromEntries(
    Object.entries(files).map(([path, file]) => [
      path,
      { import: conditions('esm', file), require: conditions('cjs', file) },
    ]),
  )
}
