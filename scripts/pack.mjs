// npm run pack: builds, and writes a tarball of each package to dist/packages.
import { spawnSync } from 'node:child_process'
import { build } from './build.mjs'
import { packageFolder, root } from './packages/manifest.mjs'
import { writeServerPackage } from './packages/server-package.mjs'

const packages = ['gatehouse-client', 'gatehouse-verify', 'gatehouse-auth']

build()
writeServerPackage()
for (const name of packages) {
  const args = ['pack', packageFolder(name), '--silent', '--pack-destination', 'dist/packages']
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) {
    console.error(stderr)
    process.exit(1)
  }
  console.log(`dist/packages/${stdout.trim()}`)
}
