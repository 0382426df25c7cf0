import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAccessFile } from '../../src/cli/access/read-access-file.ts'
import { type CommandStage, openCommandStage } from '../support/command-stage.ts'
import { auditWhere, insertTenant, insertUser } from '../support/rows.ts'

let stage: CommandStage
let tenant: string
beforeAll(async () => {
  stage = await openCommandStage()
  tenant = await stage.onDatabase(insertTenant)
})
afterAll(() => stage.close())

async function run(words: readonly string[], answer?: boolean) {
  const questions: string[] = []
  const confirm = async (question: string) => questions.push(question) > 0 && answer === true
  const result = await stage.run(['access', ...words], {}, answer === undefined ? undefined : confirm)
  return { ...result, questions }
}

async function apply(text: string, options: readonly string[] = [], answer?: boolean) {
  const file = join(stage.folder, 'access.yaml')
  await writeFile(file, text)
  const result = await run(['apply', file, ...options], answer)
  return { ...result, errors: result.errors.map((line) => line.replace(file, 'access.yaml')) }
}

const show = async () => JSON.parse((await run(['show', '--json'])).output.join('\n'))

const events = () =>
  stage.onDatabase(async (database) => {
    const where = { type: { in: ['PERMISSIONS_CHANGED', 'ROLES_CHANGED'] } }
    return auditWhere(database, where)
  })

const first = () => `
permissions:
  posts:read: {description: Reads posts., tenantGrantable: true}
  posts:write:
    tenantGrantable: true
  posts:publish:
roles:
  editor:
    description: Writes posts.
    permissions: [posts:write, posts:read]
    isDefault: true
tenants:
  ${tenant}:
    roles:
      author: {permissions: [posts:write]}
`

describe('access apply', () => {
  it('shows the differences without applying them (--dry-run)', async () => {
    const { code, output } = await apply(first(), ['--dry-run'])
    expect({ code, output }).toEqual({
      code: 0,
      output: [
        '+ permission posts:read: description="Reads posts." tenantGrantable=true',
        '+ permission posts:write: tenantGrantable=true',
        '+ permission posts:publish',
        '+ role editor: +posts:read +posts:write description="Writes posts." isDefault=true',
        expect.stringMatching(/^\+ role author of tenant .*: \+posts:write$/),
        '5 would be changed',
      ],
    })
    expect((await show()).permissions).toEqual({})
    expect(await events()).toEqual([])
  })

  it('applies them once, with one audit event for each', async () => {
    const applied = await apply(first())
    expect(applied).toMatchObject({ code: 0, errors: [] })
    expect(applied.output.at(-1)).toBe('5 changed')
    expect((await apply(first())).output).toEqual(['Nothing to change.'])
    const written = await events()
    expect(written).toHaveLength(5)
    for (const event of written) expect(event).toMatchObject({ actorId: null, reason: 'APPLIED_BY_OPERATOR' })
    expect(await show()).toEqual({
      permissions: {
        'posts:publish': { description: null, tenantGrantable: false },
        'posts:read': { description: 'Reads posts.', tenantGrantable: true },
        'posts:write': { description: null, tenantGrantable: true },
      },
      roles: {
        editor: {
          description: 'Writes posts.',
          permissions: ['posts:read', 'posts:write'],
          isDefault: true,
        },
      },
      tenants: {
        [tenant]: {
          roles: { author: { description: null, permissions: ['posts:write'], isDefault: false } },
        },
      },
    })
  })

  it('changes nothing with what access show prints', async () => {
    const { output } = await run(['show'])
    expect((await apply(output.join('\n'), ['--prune', '--yes'])).output).toEqual(['Nothing to change.'])
  })

  it('announces changed roles to the service', async () => {
    const changed = first().replace('[posts:write, posts:read]', '[posts:read]')
    expect((await apply(changed)).output).toEqual(['~ role editor: -posts:write', '1 changed'])
    const rows = await stage.onDatabase(({ client }) =>
      client.revocation.findMany({ where: { kind: 'ACCESS' } }),
    )
    expect(rows).toMatchObject([{ tenantId: null, role: 'editor' }])
    await apply(first())
  })

  it('keeps what the file does not name, and says so', async () => {
    const { output } = await apply(
      'permissions: {posts:read: {description: Reads posts., tenantGrantable: true}}',
    )
    expect(output).toEqual([
      'not in the file, kept (--prune removes them): posts:publish, posts:write',
      'Nothing to change.',
    ])
  })

  it('removes it with --prune, but only after a confirmation', async () => {
    const text = first().replace('  posts:publish:\n', '')
    const noOne = await apply(text, ['--prune'])
    expect(noOne).toMatchObject({
      code: 1,
      errors: ['1 would be removed. Add --yes to confirm it without a terminal.'],
    })
    expect(await apply(text, ['--prune'], false)).toMatchObject({ code: 1, errors: ['Nothing was changed.'] })
    expect((await show()).permissions).toHaveProperty('posts:publish')
    const confirmed = await apply(text, ['--prune'], true)
    expect(confirmed.output).toEqual(['- permission posts:publish', '1 changed'])
    expect(confirmed.questions).toHaveLength(1)
    expect((await show()).permissions).not.toHaveProperty('posts:publish')
    await apply(first())
    expect((await apply(text, ['--prune', '--yes'])).code).toBe(0)
  })

  it('removes only from lists that the file has, and moves a name from a tenant to the installation', async () => {
    await stage.onDatabase(async (database) => {
      const userId = await insertUser(database)
      const role = await database.client.accessRole.findFirstOrThrow({ where: { name: 'editor' } })
      await database.client.userAccessRole.create({
        data: { userId, roleId: role.id, tenantId: '00000000-0000-7000-8000-000000000001' },
      })
    })
    const text = `roles: {author: {permissions: [posts:write]}}\ntenants: {${tenant}: {roles: {}}}`
    const { output, code } = await apply(text, ['--prune', '--yes'])
    expect(code).toBe(0)
    expect(output.at(-1)).toBe('3 changed')
    const { permissions, roles, tenants } = await show()
    expect(Object.keys(permissions)).toEqual(['posts:read', 'posts:write'])
    expect(Object.keys(roles)).toEqual(['author'])
    expect(tenants).toBeUndefined()
    expect(
      (await events()).find(({ details }) => details.change === 'REMOVED' && details.role === 'editor'),
    ).toMatchObject({ details: { users: 1 } })
  })

  it('reports every mistake with its line, and changes nothing', async () => {
    const before = await show()
    const text = `permissions:
  users:export:
  posts:closed:
  Nonsense:
roles:
  editor:
    permissions:
      - posts:closed
      - posts:unknown
      - users:read
  Wrong name:
tenants:
  ${tenant}:
    roles:
      author: {permissions: [posts:closed]}
  nowhere:
    roles: {wrong: {permissions: [1]}}
extra: true
`
    const { code, errors } = await apply(text)
    expect(code).toBe(1)
    const heads = errors.map((line) => /^\S+ (?:roles\.Wrong name|\S+): [A-Z_]+/.exec(line)?.[0])
    expect(heads).toEqual([
      'access.yaml:2: permissions.users:export: RESERVED_NAME',
      'access.yaml:4: permissions.Nonsense: INVALID_NAME',
      'access.yaml:9: roles.editor: UNKNOWN_PERMISSION',
      'access.yaml:10: roles.editor: BUILT_IN_PERMISSION',
      'access.yaml:11: roles.Wrong name: INVALID_NAME',
      `access.yaml:15: tenants.${tenant}.roles.author: NAME_TAKEN`,
      `access.yaml:15: tenants.${tenant}.roles.author: NOT_GRANTABLE`,
      'access.yaml:17: tenants.nowhere.roles.wrong.permissions.0: INVALID_TYPE',
      'access.yaml:17: tenants.nowhere: UNKNOWN_TENANT',
      'access.yaml:18: extra: UNRECOGNIZED_KEYS',
    ])
    expect(await show()).toEqual(before)
  })

  it('prints one JSON object for programs (--json)', async () => {
    const { output } = await apply('permissions: {users:export: {}}', ['--json'])
    expect(JSON.parse(output.join(''))).toMatchObject({
      applied: false,
      differences: [],
      mistakes: [{ line: 1, code: 'RESERVED_NAME' }],
    })
    const changed = await apply('permissions: {posts:json: {}}', ['--json'])
    expect(changed.output.map((line) => JSON.parse(line))).toEqual([
      {
        applied: true,
        differences: [{ action: 'ADD', kind: 'PERMISSION', name: 'posts:json', tenantId: null, changes: [] }],
        mistakes: [],
      },
    ])
  })

  it('accepts options before the file', async () => {
    const { code, output } = await apply('permissions: {posts:order: {}}', [])
    expect({ code, last: output.at(-1) }).toEqual({ code: 0, last: '1 changed' })
    const file = join(stage.folder, 'access.yaml')
    const before = await run(['apply', '--dry-run', file])
    expect(before).toMatchObject({ code: 0, errors: [] })
    expect(before.output.at(-1)).toBe('Nothing to change.')
  })

  it.each([
    ['permissions: {posts:read: {tenantGrantable: yes}}', 'permissions.posts:read.tenantGrantable'],
    ['permissions: [posts:read]', 'permissions'],
  ])('invents no mistakes of roles if the form of a permission is wrong: %s', async (permissions, name) => {
    const roles = `tenants: {${tenant}: {roles: {reader: {permissions: [posts:read]}}}}`
    const { errors } = await apply(`${permissions}\n${roles}`, ['--dry-run'])
    expect(errors).toEqual([expect.stringContaining(`access.yaml:1: ${name}: INVALID_TYPE`)])
  })

  it('names the mistakes of the form if the database is unreachable', async () => {
    const file = join(stage.folder, 'unreachable.yaml')
    await writeFile(file, 'roles: 5')
    const unreachable = { DATABASE_URL: 'postgresql://gatehouse@127.0.0.1:1/nothing' }
    const { code, errors } = await stage.run(['access', 'apply', file], unreachable)
    expect(code).toBe(1)
    expect(errors.join('\n')).toMatch(/:1: roles: INVALID_TYPE Must be a map\..*reach/s)
  })

  it('names an unknown permission', async () => {
    const { errors } = await apply('roles: {writer: {permissions: [posts:wirte]}}', ['--dry-run'])
    expect(errors).toEqual([
      'access.yaml:1: roles.writer: UNKNOWN_PERMISSION posts:wirte is not declared. Declare it first.',
    ])
  })

  it.each([[['apply']], [['apply', 'one.yaml', 'two.yaml']], [['apply', 'access.yaml', '--force']]])(
    'refuses the arguments %j',
    async (words) => {
      expect(await run(words)).toMatchObject({ code: 2 })
    },
  )
})

describe('the form of the file', () => {
  const mistakesOf = (text: string) =>
    readAccessFile(text).mistakes.map(({ line, name, code }) => [line, name, code])

  it('has no mistakes if it is empty', () => {
    expect(readAccessFile('')).toMatchObject({ file: { permissions: null, roles: [], owners: [] } })
  })

  it('is checked with the line of each mistake', () => {
    const text = `permissions:
  posts:read:
    tenantgrantable: true
    description: 12
roles:
  editor:
    permissions: posts:read
  author:
    permissions: [1]
extra: true
`
    expect(mistakesOf(text)).toEqual([
      [3, 'permissions.posts:read.tenantgrantable', 'UNRECOGNIZED_KEYS'],
      [4, 'permissions.posts:read.description', 'INVALID_TYPE'],
      [7, 'roles.editor.permissions', 'INVALID_TYPE'],
      [9, 'roles.author.permissions.0', 'INVALID_TYPE'],
      [10, 'extra', 'UNRECOGNIZED_KEYS'],
    ])
  })

  it.each(['a: [', 'permissions: {}\npermissions: {}', '--- \n---\n'])(
    'is YAML with unique keys: %j',
    (text) => {
      expect(mistakesOf(text)[0]?.[1]).toBe('YAML')
    },
  )

  it('has no aliases, which could expand without bound', () => {
    expect(mistakesOf('a: &a [1]\nroles: *a')).toEqual([[2, 'YAML', 'ALIAS']])
    expect(mistakesOf('*a : 1')[0]?.[1]).toBe('YAML')
  })

  it.each([
    ['- posts:write', 'file', 'Must be a map.'],
    ['permissions: [posts:write]', 'permissions', 'Must be a map.'],
    ['roles: {editor: {permissions: posts:write}}', 'roles.editor.permissions', 'Must be a list.'],
    ['roles: {editor: {isDefault: yes}}', 'roles.editor.isDefault', 'Must be true or false.'],
    ['roles: {editor: {description: 5}}', 'roles.editor.description', 'Must be text.'],
    ['permissions: {}\n---\nroles: {}', 'YAML', 'The file has more than one document. Write one.'],
  ])('has mistakes in plain words: %j', (text, name, message) => {
    expect(readAccessFile(text).mistakes).toMatchObject([{ name, message }])
  })
})
