import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { themes } from '../../src/config/variables.ts'

const folder = 'deploy'
const load = createRequire(import.meta.url)
const read = (file: string) => readFileSync(join(folder, file), 'utf8')
const known = new Set([
  ...Object.values(themes).flatMap((variables) => Object.keys(variables)),
  'NODE_EXTRA_CA_CERTS',
])

/** Everything under a key with that name, at any depth. */
function collect(value: unknown, key: string): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(name === key ? [inner] : []),
    ...collect(inner, key),
  ])
}

const manifests = readdirSync(join(folder, 'kubernetes'))
  .filter((file) => file !== 'kustomization.yaml')
  .flatMap((file) =>
    parseAllDocuments(read(`kubernetes/${file}`)).map((document) => ({ file, object: document.toJS() })),
  )

describe('the Kubernetes manifests', () => {
  it('are all listed in the kustomization', () => {
    const { resources } = parse(read('kubernetes/kustomization.yaml'))
    expect(resources.toSorted()).toEqual([...new Set(manifests.map(({ file }) => file))].toSorted())
  })

  it.each(manifests.map(({ file, object }) => [file, object.kind, object]))(
    'match the schema: %s, %s',
    (_file, kind, object) => {
      const models = load(`kubernetes-models/${object.apiVersion}/${kind}`)
      new models[kind](object).validate()
    },
  )

  it('set variables that exist', () => {
    const [configuration] = manifests.filter(({ object }) => object.kind === 'ConfigMap')
    for (const name of Object.keys(configuration?.object.data ?? {})) expect(known).toContain(name)
  })

  it('run nothing as root, with a read-only root file system', () => {
    const pods = manifests.flatMap(({ object }) => collect(object, 'template'))
    expect(pods).toHaveLength(2)
    for (const pod of pods) {
      expect(collect(pod, 'runAsNonRoot')).toEqual([true])
      expect(collect(pod, 'readOnlyRootFilesystem')).toEqual([true])
      expect(collect(pod, 'allowPrivilegeEscalation')).toEqual([false])
    }
  })
})

describe('compose.yaml', () => {
  const compose = parse(read('compose.yaml'), { merge: true })

  it('sets variables that exist', () => {
    for (const name of Object.keys(compose['x-gatehouse'].environment)) expect(known).toContain(name)
  })

  it('starts two replicas after the migration', () => {
    const { services } = compose
    for (const name of ['gatehouse-1', 'gatehouse-2']) {
      expect(services[name].depends_on.migrate.condition).toBe('service_completed_successfully')
      expect(services[name].read_only).toBe(true)
      expect(read('nginx.conf')).toContain(`server ${name}:4000`)
    }
    expect(services.migrate.command).toEqual(['migrate'])
  })
})

describe('the systemd unit', () => {
  const work = mkdtempSync(join(tmpdir(), 'gatehouse-unit-'))
  afterAll(() => rmSync(work, { recursive: true, force: true }))
  const analyse = spawnSync('systemd-analyze', ['--version'])

  it.skipIf(analyse.error !== undefined)('is valid', () => {
    const unit = join(work, 'gatehouse.service')
    // The program has another place on the machine that runs the test.
    writeFileSync(unit, read('gatehouse.service').replaceAll('/usr/bin/node', process.execPath))
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' })
    expect(stderr.split('\n').filter((line) => line.includes('gatehouse.service'))).toEqual([])
    expect(status).toBe(0)
  })
})

describe('the Dockerfile', () => {
  it('runs the command of the package, as a user who is not root', () => {
    const lines = read('Dockerfile').split('\n')
    const user = lines.findLast((line) => line.startsWith('USER '))
    expect(user).toBe('USER 1000:1000')
    const program =
      /^ENTRYPOINT \["node", (?:"--[^"]+", )*"\/opt\/gatehouse\/node_modules\/gatehouse-auth\/(.+)"\]$/m.exec(
        read('Dockerfile'),
      )?.[1]
    expect(existsSync(`packages/gatehouse-auth/${program}`)).toBe(true)
  })
})
