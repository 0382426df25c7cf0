import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** Runs the configuration with the gateway's runtime: its command line is not among the packages of this repository. */
const gatewayProgram = `import { createServer } from 'node:http'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime'
import { register } from 'tsx/esm/api'

register()
const { gatewayConfig } = await import(pathToFileURL(resolve(process.argv.at(-1))).href)
createServer(createGatewayRuntime(gatewayConfig)).listen(gatewayConfig.port, gatewayConfig.host)
`

/** A folder in which every package of a federation is installed, without a registry: those of this repository, and the packed ones. */
export function federationFolder(): { path: string; remove(): void } {
  // Inside node_modules, so that programs find the packages of the repository.
  const path = resolve('node_modules/.cache/gatehouse/federation')
  rmSync(path, { recursive: true, force: true })
  mkdirSync(`${path}/node_modules/@graphql-hive/gateway/dist`, { recursive: true })
  for (const name of ['gatehouse-auth', 'gatehouse-verify'])
    symlinkSync(resolve('dist/packages', name), `${path}/node_modules/${name}`)
  writeFileSync(
    `${path}/node_modules/@graphql-hive/gateway/package.json`,
    '{"type":"module","main":"dist/index.js"}',
  )
  writeFileSync(
    `${path}/node_modules/@graphql-hive/gateway/dist/index.js`,
    "export * from '@graphql-hive/gateway-runtime'\n",
  )
  writeFileSync(`${path}/node_modules/@graphql-hive/gateway/dist/bin.js`, gatewayProgram)
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
