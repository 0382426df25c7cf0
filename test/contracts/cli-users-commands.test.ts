import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand } from '../../src/cli/run-command.ts'
import { type CommandStage, openCommandStage } from '../support/command-stage.ts'
import { freshEmail } from '../support/test-app.ts'

let stage: CommandStage
beforeAll(async () => {
  stage = await openCommandStage({ MASTER_KEY: randomBytes(32).toString('base64') })
})
afterAll(() => stage.close())

const errorsOf = async (words: readonly string[]) => {
  const errors: string[] = []
  const print = () => undefined
  const code = await runCommand(words, { env: {}, print, printError: (line) => void errors.push(line) })
  return { code, errors }
}

describe('the arguments of commands on accounts', () => {
  it.each([
    [['users', 'list', '--limit', '0'], '--limit must be a whole number from 1 to 1000.'],
    [['users', 'list', '--limit', '1e3'], '--limit must be'],
    [['users', 'list', '--after', 'x'], '--after must be the id of a user.'],
    [['users', 'list', '--role', 'ROOT'], '--role must be one of USER, MODERATOR, ADMIN.'],
    [['users', 'list', 'x'], 'Unexpected argument: x'],
    [['users', 'find'], 'An argument is missing.'],
    [['users', 'export'], 'An argument is missing.'],
    [['users', 'lock', 'x'], '--reason is missing.'],
    [['users', 'lock', 'x', '--reason', 'y', '--until', 'tomorrow'], '--until must be a time'],
    [['users', 'delete', 'x', '--force'], "Unknown option '--force'"],
    [['users', 'create', 'x', '--tenant'], "Option '--tenant <value>' argument missing"],
    [['users', 'import', 'x', '--format', 'okta'], '--format must be one of gatehouse|auth0|'],
    [['sessions', 'revoke', '--reason', 'y'], 'Required is one of SESSION, --user and --all.'],
    [['sessions', 'revoke', 'x', '--all', '--reason', 'y'], 'Required is one of'],
    [['sessions', 'revoke', '--all'], '--reason is missing.'],
  ])('%j are refused with the usage', async (words, reason) => {
    const { code, errors } = await errorsOf(words)
    expect(code).toBe(2)
    expect(errors[0]).toContain(reason)
    expect(errors[1]).toContain(`Usage: ${words.slice(0, 2).join(' ')}`)
    expect(errors[2]).toBe(`Run gatehouse ${words.slice(0, 2).join(' ')} --help for more.`)
  })
})

it('an account is created, listed, shown, locked, unlocked and deleted', async () => {
  const email = freshEmail()
  const run = (...words: string[]) => stage.run(['users', ...words])
  const json = ({ output }: { output: string[] }) => JSON.parse(output[0] ?? '')
  const created = await run('create', email, '--first-name', 'Ada', '--json')
  expect(created).toMatchObject({ code: 0, errors: [] })
  const { id } = json(created)
  expect((await run('list', '--search', email.toUpperCase())).output).toEqual([
    `${id}  active       USER       ${email}`,
  ])
  expect((await run('lock', email, '--reason', 'a test')).output).toEqual([
    `${email} (${id}) is locked; 0 sessions ended`,
  ])
  const found = json(await run('find', id, '--json'))
  expect(found).toMatchObject({
    id,
    email,
    firstName: 'Ada',
    state: 'locked',
    tenant: 'default',
    sessions: 0,
  })
  expect((await run('unlock', email)).output).toEqual([`${email} (${id}) is unlocked`])
  expect((await run('unlock', email)).output).toEqual([
    `${email} (${id}) was not locked by an administrator; its failed attempts are forgotten`,
  ])
  expect(json({ output: [(await run('export', email)).output.join('\n')] })).toMatchObject({ id, email })
  expect((await run('reset-factors', id)).output).toEqual([`${email}: 0 second factors removed (${id})`])
  const refused = await run('delete', email)
  expect(refused).toMatchObject({ code: 1, output: [] })
  expect(refused.errors[0]).toMatch(/of tenant default\? This cannot be undone\. Add --yes/)
  expect((await run('delete', email, '--yes')).output).toEqual([
    `${email} (${id}) is deleted; 0 sessions ended`,
  ])
  expect(await run('find', email)).toMatchObject({
    code: 1,
    errors: [expect.stringContaining('NO_SUCH_USER')],
  })
})

it('an import that is interrupted keeps what it has imported, and says how to go on', async () => {
  const file = join(stage.folder, 'people.ndjson')
  const rows = Array.from({ length: 120 }, () => JSON.stringify({ email: freshEmail() }))
  await writeFile(file, rows.join('\n'))
  const words = ['users', 'import', file]
  const [interruption, output, errors] = [new AbortController(), [] as string[], [] as string[]]
  const code = await runCommand(words, {
    env: stage.env,
    print: (line) => void output.push(line),
    printError: (line) => void errors.push(line),
    onInterrupt: () => interruption.signal,
    showProgress: (line) => {
      if (line.startsWith('importing')) interruption.abort()
    },
  })
  expect([code, output, errors]).toEqual([
    130,
    ['50 imported, 0 bad'],
    ['Interrupted. The imported accounts stay. Continue with the same command and --resume.'],
  ])
  expect((await stage.run([...words, '--resume'])).output).toEqual(['70 imported, 50 already present, 0 bad'])
})

it('the sessions of all tenants end after a confirmation', async () => {
  const words = ['sessions', 'revoke', '--all', '--reason', 'a test']
  const refused = await stage.run(words)
  expect(refused.errors[0]).toMatch(
    /^End every session and API key of the installation \(1 tenant\)\?.*Add --yes/,
  )
  expect(refused.code).toBe(1)
})
