import { randomBytes, randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { type CommandStage, openCommandStage } from '../support/command-stage.ts'
import { insertTenant, insertTotp, tenantIdOf } from '../support/rows.ts'
import { digestRows } from '../support/tenant-matrix/tenant-rows.ts'
import { freshEmail } from '../support/test-app.ts'

let stage: CommandStage
let acme: string
let other: string
/** Has an account in both tenants. */
const email = freshEmail()
/** Has an account in the other tenant only. */
const stranger = freshEmail('stranger')
beforeAll(async () => {
  stage = await openCommandStage({ MASTER_KEY: randomBytes(32).toString('base64') })
  await stage.onDatabase(async (database) => {
    acme = await insertTenant(database)
    other = await insertTenant(database)
    for (const [slug, address] of [
      [acme, email],
      [other, email],
      [other, stranger],
    ] as const) {
      const id = randomUUID()
      const tenantId = await tenantIdOf(database, slug)
      await database.client.user.create({
        data: { id, tenantId, email: address, emailVerifiedAt: new Date() },
      })
      await insertTotp(database, id)
    }
  })
})
afterAll(() => stage.close())

/** Whether a command names a tenant, and so can only change that one. */
const commandRules: Readonly<Record<string, 'names a tenant' | 'installation'>> = {
  'access apply': 'names a tenant',
  'access show': 'installation',
  'audit verify': 'installation',
  'config check': 'installation',
  doctor: 'installation',
  health: 'installation',
  help: 'installation',
  init: 'installation',
  'jobs list': 'installation',
  'jobs run': 'installation',
  'keys backup': 'installation',
  'keys import': 'installation',
  'keys reseal': 'installation',
  'keys restore': 'installation',
  'keys verify': 'installation',
  'mail list': 'installation',
  'mail retry': 'installation',
  migrate: 'installation',
  start: 'installation',
  'tenants activate': 'names a tenant',
  'tenants create': 'names a tenant',
  'tenants deactivate': 'names a tenant',
  'tenants list': 'installation',
  'tenants set': 'names a tenant',
  'sessions revoke': 'names a tenant',
  'users create': 'names a tenant',
  'users delete': 'names a tenant',
  'users export': 'names a tenant',
  'users find': 'names a tenant',
  'users import': 'names a tenant',
  'users list': 'names a tenant',
  'users lock': 'names a tenant',
  'users promote': 'names a tenant',
  'users reset-factors': 'names a tenant',
  'users unlock': 'names a tenant',
}

const digests = () =>
  stage.onDatabase(async (database) => ({
    acme: await digestRows(database, await tenantIdOf(database, acme)),
    other: await digestRows(database, await tenantIdOf(database, other)),
  }))

/** Runs a command. The other tenant must be as before, and acme another one if `changes`. */
async function run(words: readonly string[], changes: boolean) {
  const before = await digests()
  const result = await stage.run(words)
  const after = await digests()
  expect(after.other).toEqual(before.other)
  if (changes) expect(after.acme).not.toEqual(before.acme)
  else expect(after.acme).toEqual(before.acme)
  return result
}

async function fileWith(name: string, text: string): Promise<string> {
  const path = join(stage.folder, name)
  await writeFile(path, text)
  return path
}

it('every command has a row in the table', () => {
  expect(commands.map(({ name }) => name).toSorted()).toEqual(Object.keys(commandRules).toSorted())
  const optional = commands.filter(({ parameters }) => parameters?.includes('--tenant') === true)
  expect(optional.every(({ name }) => commandRules[name] === 'names a tenant')).toBe(true)
})

describe.each([['promote'], ['reset-factors']])('users %s --tenant', (command) => {
  it('changes the account of that tenant, not the one with the same address in another', async () => {
    const { code, errors } = await run(['users', command, email, '--tenant', acme], true)
    expect({ code, errors }).toEqual({ code: 0, errors: [] })
  })

  it('does not find an account of another tenant', async () => {
    const { code } = await run(['users', command, stranger, '--tenant', acme], false)
    expect(code).toBe(1)
    expect((await run(['users', command, stranger], false)).code).toBe(1)
  })
})

describe('tenants', () => {
  it.each([
    ['set', ['--name', 'Acme & sons']],
    ['deactivate', ['--reason', 'a test']],
    ['activate', ['--reason', 'a test']],
  ])('%s changes the named tenant alone', async (command, options) => {
    const { code, errors } = await run(['tenants', command, acme, ...options], true)
    expect({ code, errors }).toEqual({ code: 0, errors: [] })
  })
})

describe('users import', () => {
  it('adds accounts to the tenant of the row, also with an address of another tenant', async () => {
    const file = await fileWith('users.jsonl', JSON.stringify({ email: stranger, tenant: acme }))
    const { code, errors } = await run(['users', 'import', file], true)
    expect({ code, errors }).toEqual({ code: 0, errors: [] })
  })
})

describe('access apply', () => {
  it('changes the roles of the tenants that the file names', async () => {
    const roles = `permissions:\n  posts:read: {tenantGrantable: true}\ntenants:\n  ${acme}:\n    roles:\n      author: {permissions: [posts:read]}\n`
    const file = await fileWith('access.yaml', roles)
    const { code, errors } = await run(['access', 'apply', file, '--yes'], true)
    expect({ code, errors }).toEqual({ code: 0, errors: [] })
  })
})
