// npm run release -- 0.2.0: sets the version, dates the changelog, and writes tarballs, SBOM and checksums to dist/release.
// It publishes, commits and tags nothing; at the end it prints the commands that do.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readManifest, root } from './packages/manifest.mjs'
import { writeChecksums } from './release/checksums.mjs'
import { isNewer, releasedChangelog, withFileNames } from './release/version-texts.mjs'
import { writeSbom } from './release/write-sbom.mjs'

const packages = ['gatehouse-auth', 'gatehouse-client', 'gatehouse-verify']
const pages = [
  'docs/clients.md',
  'docs/packages.md',
  'docs/verification.md',
  'examples/federation/package.json',
  'examples/subgraph-posts/package.json',
]
const [version = ''] = process.argv.slice(2)
const { version: before } = readManifest('package.json')

refuseUnless(
  /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version),
  'Usage: npm run release -- <version>, for example 0.2.0',
)
refuseUnless(isNewer(version, before), `The version must be higher than the present one, ${before}.`)
refuseUnless(
  run('git', ['status', '--porcelain']) === '',
  'The working tree has changes. Commit or remove them first.',
)

const changelog = releasedChangelog(read('CHANGELOG.md'), version, new Date().toISOString().slice(0, 10))
if (changelog === null) refuseUnless(false, 'CHANGELOG.md has nothing under Unreleased.')
else write('CHANGELOG.md', changelog)
run('npm', ['version', version, '--no-git-tag-version', '--ignore-scripts', '--silent'])
for (const page of pages) write(page, withFileNames(read(page), before, version))

run('npm', ['run', '--silent', 'pack'])
const folder = join(root, 'dist/release')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const tarballs = packages.map((name) => `${name}-${version}.tgz`)
for (const file of tarballs) copyFileSync(join(root, 'dist/packages', file), join(folder, file))
const sbom = `gatehouse-auth-${version}.cdx.json`
writeSbom(join(folder, tarballs[0] ?? ''), join(folder, sbom))
writeChecksums(folder, [...tarballs, sbom])

console.log(`dist/release contains ${tarballs.join(', ')}, ${sbom} and SHA256SUMS. Nothing is published.

Next, after a look at the changes:
  git commit -am 'Release ${version}' && git tag v${version}
${tarballs.map((file) => `  npm publish dist/release/${file}`).join('\n')}`)

/**
 * @param {boolean} condition
 * @param {string} message
 */
function refuseUnless(condition, message) {
  if (condition) return
  console.error(message)
  process.exit(1)
}

/** @param {string} file */
function read(file) {
  return readFileSync(join(root, file), 'utf8')
}

/**
 * @param {string} file
 * @param {string} text
 */
function write(file, text) {
  writeFileSync(join(root, file), text)
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  refuseUnless(status === 0, `${command} ${args.join(' ')} failed:\n${stdout}${stderr}`)
  return stdout
}
