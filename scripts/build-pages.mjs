// Bundles the hosted pages from src/pages into dist/pages. The names of the files contain digests; manifest.json, which
// the service reads, names them.
import { rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const languages = ['en', 'de', 'fr', 'es']
const script = 'src/pages/main.tsx'
const style = 'src/pages/design/pages.css'
const textsOf = (/** @type {string} */ language) => `src/texts/pages/${language}.ts`

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'dist/pages')

rmSync(folder, { recursive: true, force: true })
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [script, style, ...languages.map(textsOf)],
  outdir: folder,
  bundle: true,
  splitting: true,
  minify: true,
  metafile: true,
  format: 'esm',
  target: ['es2022', 'safari15.4'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: { 'process.env.NODE_ENV': '"production"' },
  entryNames: '[name]-[hash]',
  chunkNames: 'part-[hash]',
  legalComments: 'none',
})
const outputs = Object.entries(metafile.outputs)
const outputOf = (/** @type {string} */ source) => {
  const found = outputs.find(([, { entryPoint }]) => entryPoint === source)
  if (found === undefined) throw new Error(`${source} was not built`)
  return found
}
const importsOf = (/** @type {string} */ source) =>
  outputOf(source)[1]
    .imports.filter(({ kind }) => kind === 'import-statement')
    .map(({ path }) => basename(path))
const manifest = {
  script: basename(outputOf(script)[0]),
  imports: [...new Set([script, ...languages.map(textsOf)].flatMap(importsOf))],
  style: basename(outputOf(style)[0]),
  texts: Object.fromEntries(
    languages.map((language) => [language, basename(outputOf(textsOf(language))[0])]),
  ),
  files: outputs.map(([path]) => basename(path)),
}
// The packages inside of the bundle, whose licences the package of the server contains.
writeFileSync(join(folder, 'inputs.json'), JSON.stringify(Object.keys(metafile.inputs)))
writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
