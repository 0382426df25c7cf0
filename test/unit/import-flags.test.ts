import { describe, expect, it } from 'vitest'
import { InvalidInputProblem } from '../../src/domain/problems.ts'
import type { ImportFormat } from '../../src/flows/operator/import/import-format.ts'
import { type ImportFormatName, importFormats } from '../../src/flows/operator/import/import-formats.ts'

const yes = [true, 1, 'true', 't', '1']
const no = [false, 0, 'false', 'f', '0']
const absent = [null, undefined]
const unreadable = ['', 'null', 'yes', 'TRUE', 2, -1, [], {}, { type: 'Buffer', data: [1] }]

function convert(format: ImportFormatName, record: object) {
  const { convert: convertRecord }: ImportFormat = importFormats[format]
  const options = { withRoles: false, firebase: null, now: new Date('2026-01-01T00:00:00Z') }
  const converted = convertRecord?.({ email: 'ada@example.org', ...record }, options)
  if (converted === undefined) throw new Error('No conversion.')
  return converted
}

function issuesOf(format: ImportFormatName, record: object) {
  try {
    convert(format, record)
    return []
  } catch (error) {
    return error instanceof InvalidInputProblem ? error.issues : [error]
  }
}

/** Format, field of the record, field of the row, and its value if the flag is set, clear or absent. */
const flags: readonly [ImportFormatName, string, 'active' | 'emailVerified', boolean, boolean, boolean][] = [
  ['auth0', 'blocked', 'active', false, true, true],
  ['auth0', 'email_verified', 'emailVerified', true, false, false],
  ['better-auth', 'banned', 'active', false, true, true],
  ['better-auth', 'emailVerified', 'emailVerified', true, false, false],
  ['better-auth', 'email_verified', 'emailVerified', true, false, false],
  ['firebase', 'disabled', 'active', false, true, true],
  ['firebase', 'emailVerified', 'emailVerified', true, false, false],
  ['keycloak', 'enabled', 'active', true, false, false],
  ['keycloak', 'emailVerified', 'emailVerified', true, false, false],
]

describe('a flag of an exported account', () => {
  it.each(flags)('%s %s decides on %s in every form', (format, field, target, set, clear, none) => {
    const read = (value: unknown) => convert(format, { [field]: value }).row[target]
    expect(yes.map(read)).toEqual(yes.map(() => set))
    expect(no.map(read)).toEqual(no.map(() => clear))
    expect(absent.map(read)).toEqual(absent.map(() => none))
  })

  it.each(flags)('%s %s of another form refuses the record', (format, field) => {
    for (const value of unreadable)
      expect(issuesOf(format, { [field]: value }), JSON.stringify(value)).toMatchObject([
        { path: [field], code: 'INVALID_FLAG', message: expect.stringContaining('true or false') },
      ])
  })

  it('that contradicts its other spelling refuses the record', () => {
    const record = { emailVerified: 1, email_verified: false }
    expect(issuesOf('better-auth', record)).toMatchObject([{ code: 'INVALID_FLAG' }])
  })

  it('of an identifier of Auth0 is read like that of the record', () => {
    const verified = (value: unknown) => ({
      email: undefined,
      identifiers: [{ type: 'email', value: 'ada@example.org', verified: value }],
    })
    expect(convert('auth0', verified('t')).row.emailVerified).toBe(true)
    expect(convert('auth0', verified(0)).row.emailVerified).toBe(false)
    expect(issuesOf('auth0', verified('yes'))).toMatchObject([{ path: ['verified'] }])
  })

  it.each(['twoFactorEnabled', 'two_factor_enabled'])('%s is counted in every form', (field) => {
    for (const value of yes)
      expect(convert('better-auth', { [field]: value }).leftOut).toEqual(['second factors'])
    for (const value of no) expect(convert('better-auth', { [field]: value }).leftOut).toEqual([])
  })

  it('isSocial of Auth0 is counted in every form', () => {
    for (const isSocial of yes)
      expect(convert('auth0', { identities: [{ isSocial }] }).leftOut).toEqual(['social identities'])
  })
})

describe('a time that decides on an account of GoTrue', () => {
  it.each(['', ' ', 'null', false, true, 0, 1, '1', 'pending 1', {}, '2025-99-99T10:00:00Z'])(
    'email_confirmed_at %j confirms nothing',
    (value) => {
      expect(convert('gotrue', { email_confirmed_at: value }).row.emailVerified).toBe(false)
    },
  )

  it.each([
    '2025-02-03T10:00:00+00:00',
    '2025-02-03T10:00:00.123456+00:00',
    '2025-02-03 10:00:00+00',
    '2025-02-03T10:00:00Z',
    '2025-02-03 10:00:00',
  ])('email_confirmed_at %j confirms the address', (value) => {
    expect(convert('gotrue', { email_confirmed_at: value }).row.emailVerified).toBe(true)
  })

  it.each(['', 'null', false, true, 0, 1, 4_102_444_800, '4102444800', 'ends 1', 'infinity'])(
    'banned_until %j is a ban',
    (value) => {
      expect(convert('gotrue', { banned_until: value }).row.active).toBe(false)
    },
  )

  it.each([null, undefined, '2025-02-03T10:00:00+00:00'])('banned_until %j is none', (value) => {
    expect(convert('gotrue', { banned_until: value }).row.active).toBe(true)
  })
})
