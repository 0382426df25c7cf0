import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { maxAccessPermissions } from '../../src/domain/access/access-permission.ts'
import { maxAccessRoles } from '../../src/domain/access/access-role.ts'
import { grantRole } from '../support/access-roles.ts'
import { type CommandStage, openCommandStage } from '../support/command-stage.ts'
import { insertUser } from '../support/rows.ts'

let stage: CommandStage
beforeAll(async () => {
  stage = await openCommandStage()
})
afterAll(() => stage.close())

const run = (words: readonly string[], settings: Record<string, string>) =>
  stage.run(['access', ...words], settings)

async function apply(text: string, settings: Record<string, string>, options: readonly string[] = []) {
  const file = join(stage.folder, 'access.yaml')
  await writeFile(file, text)
  const result = await run(['apply', file, ...options], settings)
  return { ...result, errors: result.errors.map((line) => line.replace(file, 'access.yaml')) }
}

const names = Array.from({ length: 25 }, (_, index) => `posts-${index}-${'x'.repeat(46)}:write`)
/** A role of 1 700 to 2 000 bytes, with the permissions of an administrator. */
const wide = `permissions: {${names.map((name) => `${name}: {}`).join(', ')}}
roles:
  wide: {permissions: [${names.join(', ')}]}
`
const long = 'x'.repeat(250)

describe('access apply', () => {
  it.each([
    ['RSA keys', { SIGNING_ALGORITHM: 'RS256', RSA_KEY_BITS: '4096' }],
    ['a long issuer', { SIGNING_ALGORITHM: 'ES256', TOKEN_ISSUER: long, TOKEN_AUDIENCE: long }],
    [
      'a long issuer of a service',
      { SIGNING_ALGORITHM: 'ES256', PUBLIC_URL: `https://${'x.'.repeat(110)}example`, TOKEN_AUDIENCE: long },
    ],
  ])('refuses roles that fit into 2 000 bytes, but not into a token with %s', async (_name, settings) => {
    expect(await apply(wide, { SIGNING_ALGORITHM: 'ES256' }, ['--dry-run'])).toMatchObject({
      code: 0,
      errors: [],
    })
    const { code, errors } = await apply(wide, settings)
    expect({ code, errors }).toEqual({
      code: 1,
      errors: [expect.stringMatching(/^access\.yaml:3: roles\.wide: TOO_LONG .* exceed 1\d{3} bytes by \d+/)],
    })
    expect(JSON.parse((await run(['show', '--json'], {})).output.join(''))).toEqual({
      permissions: {},
      roles: {},
    })
  })

  it('requires no secret of the service', async () => {
    expect(await apply('permissions: {}', { NODE_ENV: 'production' }, ['--dry-run'])).toMatchObject({
      code: 0,
      output: ['Nothing to change.'],
    })
  })

  it('counts the mapped claims of holders, and nothing else of their metadata', async () => {
    const settings = { SIGNING_ALGORITHM: 'ES256', TOKEN_CLAIMS: 'https://acme.example/tags=tags' }
    const few = `permissions: {${names[0]}: {}}
roles:
  wide: {permissions: [${names[0]}]}
`
    expect(await apply(few, settings)).toMatchObject({ code: 0 })
    const text = 't'.repeat(250)
    const userId = await stage.onDatabase(async (database) => {
      const id = await insertUser(database)
      const role = await database.client.accessRole.findFirstOrThrow({ where: { name: 'wide' } })
      await database.client.user.update({ where: { id }, data: { metadata: { note: [text, text] } } })
      await grantRole(database, role.id, [id])
      return id
    })
    expect(await apply(wide, settings, ['--dry-run'])).toMatchObject({ code: 0, errors: [] })
    await stage.onDatabase(async ({ client }) => {
      await client.user.update({ where: { id: userId }, data: { metadata: { tags: [text, text] } } })
    })
    expect(await apply(wide, settings, ['--dry-run'])).toEqual({
      code: 1,
      output: [],
      errors: [expect.stringMatching(/^access\.yaml:3: roles\.wide: TOO_LONG .* mapped claims .* by \d+/)],
    })
  })

  it('changes the maximum number of permissions and roles in one transaction', async () => {
    const all = Array.from({ length: maxAccessPermissions }, (_, index) => `p${index}:write`)
    const roles = Array.from(
      { length: maxAccessRoles },
      (_, index) => `  r${index}: {permissions: [${all[index]}]}`,
    )
    const full = `permissions: {${all.map((name) => `${name}: {}`).join(', ')}}\nroles:\n${roles.join('\n')}\n`
    const settings = { SIGNING_ALGORITHM: 'ES256' }
    expect(await apply(full, settings, ['--prune', '--yes'])).toMatchObject({ code: 0, errors: [] })
    expect(await apply('permissions: {}\nroles: {}', settings, ['--prune', '--yes'])).toMatchObject({
      code: 0,
      errors: [],
    })
    expect(JSON.parse((await run(['show', '--json'], {})).output.join(''))).toEqual({
      permissions: {},
      roles: {},
    })
  })
})
