import { hash as bcryptHash } from '@node-rs/bcrypt'
import * as argon2 from 'argon2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenAccessRules } from '../../src/app/token-access.ts'
import { readFirebaseParameters } from '../../src/flows/operator/import/firebase.ts'
import type { ImportFormat } from '../../src/flows/operator/import/import-format.ts'
import { type ImportFormatName, importFormats } from '../../src/flows/operator/import/import-formats.ts'
import { createImportUsers } from '../../src/flows/operator/import/import-users.ts'
import { openSealer, openStores } from '../../src/infrastructure/operator-stores.ts'
import { insertAccessRole } from '../support/access-roles.ts'
import { askLogin } from '../support/people.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

/** The example of Firebase's description of its hashes. */
const hashConfig = `hash_config {
  algorithm: SCRYPT,
  base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,
  base64_salt_separator: Bw==,
  rounds: 8,
  mem_cost: 14,
}`
const firebaseUser = {
  salt: '42xEC+ixf3L2lw==',
  passwordHash: 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
}

interface Options {
  readonly withRoles?: boolean
  readonly skipInvalid?: boolean
  readonly hashConfig?: string
}

async function importFrom(name: ImportFormatName, records: readonly object[], options: Options = {}) {
  const { convert }: ImportFormat = importFormats[name]
  async function* read() {
    for (const [index, record] of records.entries()) yield { line: index + 1, text: JSON.stringify(record) }
  }
  const run = createImportUsers({
    ...openStores(test.database, null),
    openSealer: () => openSealer(test.config),
    openTokenAccess: () => tokenAccessRules(test.config),
  })
  const firebase = readFirebaseParameters(options.hashConfig ?? hashConfig)
  const rules = { convert, tenant: 'default', withRoles: options.withRoles ?? false, firebase }
  return run(read, { skipInvalid: options.skipInvalid ?? false, resume: false, rules })
}

const rowOf = (email: string) =>
  test.database.client.user.findFirstOrThrow({ where: { email }, include: { password: true } })

const keycloakCredential = (data: object, value: string, salt: string) => ({
  type: 'password',
  credentialData: JSON.stringify({ additionalParameters: {}, ...data }),
  secretData: JSON.stringify({ value, salt, additionalParameters: {} }),
})
const keycloakArgon2 = (value: string, salt: string, parameters: object = {}) =>
  keycloakCredential(
    {
      hashIterations: 5,
      algorithm: 'argon2',
      additionalParameters: {
        hashLength: ['32'],
        memory: ['7168'],
        type: ['id'],
        version: ['1.3'],
        parallelism: ['1'],
        ...parameters,
      },
    },
    value,
    salt,
  )
const keycloakUser = (email: string, credential: object) => ({
  email,
  enabled: true,
  emailVerified: true,
  credentials: [credential],
})

/** Hashes that the named systems wrote; those of bcrypt and argon2i are made here. */
const exports: readonly [string, ImportFormatName, string, (email: string) => object | Promise<object>][] = [
  [
    'bcrypt of Auth0',
    'auth0',
    goodPassword,
    async (email) => ({ email, email_verified: true, passwordHash: await bcryptHash(goodPassword, 4) }),
  ],
  [
    'bcrypt of GoTrue',
    'gotrue',
    goodPassword,
    async (email) => ({
      email,
      email_confirmed_at: '2025-02-03T10:00:00+00:00',
      encrypted_password: (await bcryptHash(goodPassword, 4)).replace('$2b$', '$2a$'),
    }),
  ],
  [
    'argon2i of GoTrue',
    'gotrue',
    goodPassword,
    async (email) => ({
      email,
      email_confirmed_at: '2025-02-03T10:00:00+00:00',
      encrypted_password: await argon2.hash(goodPassword, { type: argon2.argon2i, memoryCost: 64 }),
    }),
  ],
  [
    'scrypt of Firebase, in GoTrue',
    'gotrue',
    'user1password',
    (email) => ({
      email,
      email_confirmed_at: '2025-02-03T10:00:00+00:00',
      encrypted_password: `$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$${firebaseUser.salt}$${firebaseUser.passwordHash}`,
    }),
  ],
  [
    'scrypt of Firebase',
    'firebase',
    'user1password',
    (email) => ({ email, emailVerified: true, ...firebaseUser }),
  ],
  [
    'scrypt of better-auth',
    'better-auth',
    'Corr3ct-horse!',
    (email) => ({
      email,
      emailVerified: true,
      password:
        'b53415c24183041d1b6c4c676cf9d792:f64c18e33beb752fbcd2fbea2b25ae5c90d89a08ede186ae17883d85ea0e06fe857d5acd1a27afcfb79919e101cca0e849d92d1a6f0838050cbd0f55f1098b97',
    }),
  ],
  [
    'scrypt of better-auth, of a password that NFKC changes',
    'better-auth',
    'ﬁne-Ångström-①!',
    (email) => ({
      email,
      emailVerified: true,
      password:
        '65de5709c08d5fc068993e4d9ea57d84:18a293d18aaf84679e25d1460127700c61c4003c0ae1c1576e075858d470a7b6bcf7d5553a861efb2023cba2cee9debd8ccac15b89e9d97acaecbd83a3e25c5c',
    }),
  ],
  [
    'argon2id of Keycloak 26',
    'keycloak',
    'secret',
    (email) =>
      keycloakUser(
        email,
        keycloakArgon2('xKjWvB9+0sSP6wTqI1JoEI7w+iA0x9VDhPgmrOHRG80=', 'LRScGShC7shkdoU5B1UgUQ=='),
      ),
  ],
  [
    'PBKDF2-SHA512 of Keycloak 24',
    'keycloak',
    'password',
    (email) =>
      keycloakUser(
        email,
        keycloakCredential(
          { hashIterations: 210_000, algorithm: 'pbkdf2-sha512' },
          '5IL4kCCyOerhaEHfdK1BbjYxO6HitYLRtJOxwD8MUZH5wCgc1edmf35rWiP9sRxEwnQDstxch8twKh08Usi1fQ==',
          'JaBKqx57IIB/dLDTpWBu+Q==',
        ),
      ),
  ],
  [
    'PBKDF2-SHA256 of Keycloak',
    'keycloak',
    'user1',
    (email) =>
      keycloakUser(
        email,
        keycloakCredential(
          { hashIterations: 27_500, algorithm: 'pbkdf2-sha256' },
          '9qur72LAICdhFeb2SpkJt2jbOYaxJ44g9T+E7bmJXxI=',
          'AGHjXoWftkFxnk/dcZRNnA==',
        ),
      ),
  ],
]

describe('a password of another system', () => {
  it.each(exports)('(%s) allows a login, which upgrades it', async (_name, format, password, recordOf) => {
    const email = freshEmail()
    expect(await importFrom(format, [await recordOf(email)])).toMatchObject({ imported: 1, bad: [] })
    expect((await rowOf(email)).emailVerifiedAt).not.toBeNull()
    const wrong = { password: `${password}x` }
    expect(await askLogin(test.actor(), email, wrong)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    const before = (await rowOf(email)).password?.hash ?? ''
    expect(await askLogin(test.actor(), email, { password })).toMatchObject({ __typename: 'LoginSuccess' })
    const after = (await rowOf(email)).password?.hash
    expect(after).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/)
    expect(after).not.toBe(before)
    expect(await askLogin(test.actor(), email, { password })).toMatchObject({ __typename: 'LoginSuccess' })
    expect(await askLogin(test.actor(), email, wrong)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
  })

  it('is stored without the signer key of the Firebase project', async () => {
    const email = freshEmail()
    await importFrom('firebase', [{ email, ...firebaseUser }])
    const stored = (await rowOf(email)).password?.hash ?? ''
    expect(stored).toMatch(/^\$scrypt-aes-ctr\$ln=14,r=8,p=1\$/)
    expect(stored).not.toContain('jxspr8Ki')
    expect(stored).not.toContain(firebaseUser.passwordHash.slice(0, 8))
  })

  const value = 'xKjWvB9+0sSP6wTqI1JoEI7w+iA0x9VDhPgmrOHRG80='
  const salt = 'LRScGShC7shkdoU5B1UgUQ=='
  const pbkdf2 = (data: object) => keycloakUser(freshEmail(), keycloakCredential(data, value, salt))
  const argon = (parameters: object) => keycloakUser(freshEmail(), keycloakArgon2(value, salt, parameters))
  const unsupported = 'UNSUPPORTED_PASSWORD_HASH'
  const invalid = 'INVALID_PASSWORD_HASH'
  const expensive = 'EXPENSIVE_PASSWORD_HASH'
  it.each<[ImportFormatName, object, string]>([
    ['auth0', { passwordHash: 'x'.repeat(60) }, invalid],
    ['auth0', { passwordHash: `$2b$31$${'a'.repeat(53)}` }, invalid],
    ['gotrue', { encrypted_password: '$fbscrypt$v=2,n=14,r=8,p=1,sk=YQ==$YQ==$YQ==' }, unsupported],
    ['gotrue', { encrypted_password: 'plain text' }, invalid],
    ['keycloak', pbkdf2({ algorithm: 'pbkdf2-sha256', hashIterations: 100_000_000 }), expensive],
    ['keycloak', pbkdf2({ algorithm: 'pbkdf2-sha256', hashIterations: -1 }), invalid],
    ['keycloak', pbkdf2({ algorithm: 'pbkdf2-sha256' }), unsupported],
    ['keycloak', pbkdf2({ algorithm: 'bcrypt', hashIterations: 10 }), unsupported],
    ['keycloak', argon({ memory: ['1048576'] }), expensive],
    ['keycloak', argon({ version: ['1.4'] }), invalid],
    ['keycloak', argon({ type: [] }), invalid],
    ['keycloak', keycloakUser(freshEmail(), keycloakArgon2('', salt)), unsupported],
    ['firebase', { salt: 'YQ==', passwordHash: 'YWJj' }, unsupported],
    ['better-auth', { password: 'b534:f64c' }, unsupported],
    ['better-auth', { password: 'scrypt:b534:f64c' }, unsupported],
  ])('that cannot be verified is refused with the reason: %s %j', async (format, record, code) => {
    const { imported, bad } = await importFrom(format, [{ email: freshEmail(), ...record }])
    expect(imported).toBe(0)
    expect(bad).toMatchObject([{ line: 1, issues: [{ path: ['passwordHash'], code }] }])
    expect(bad[0]?.issues[0]?.message).toMatch(/\w{3}/)
  })

  it.each([{ email: null }, { email: '' }, {}])('without an address is refused: %j', async (record) => {
    const { bad } = await importFrom('gotrue', [{ id: 'g1', phone: '491701234567', ...record }])
    const issue = { path: ['email'], code: 'REQUIRED', message: 'The account has no e-mail address.' }
    expect(bad).toEqual([{ line: 1, issues: [issue] }])
  })

  it.each([
    ['', null],
    [hashConfig.replace('SCRYPT', 'BCRYPT'), null],
    [hashConfig.replace('rounds: 8', 'rounds: none'), null],
    [hashConfig, { rounds: 8, memCost: 14 }],
  ])('of Firebase requires the hash parameters of the project', (text, parameters) => {
    if (parameters === null) expect(readFirebaseParameters(text)).toBeNull()
    else expect(readFirebaseParameters(text)).toMatchObject(parameters)
  })

  it('of Firebase with an expensive cost, or without parameters, is refused', async () => {
    const record = { email: freshEmail(), ...firebaseUser }
    const dear = await importFrom('firebase', [record], { hashConfig: hashConfig.replace('14', '30') })
    expect(dear.bad[0]?.issues).toMatchObject([{ code: expensive }])
    const none = await importFrom('firebase', [record], { hashConfig: 'none' })
    expect(none.bad[0]?.issues[0]?.message).toContain('--hash-config')
  })
})

describe('an account of another system', () => {
  it('keeps name, address, phone number, language, creation and its former id', async () => {
    const emails = Array.from({ length: 5 }, () => freshEmail())
    const [auth0 = '', gotrue = '', keycloak = '', firebase = '', betterAuth = ''] = emails
    const createdAt = new Date('2024-05-06T07:08:09.000Z')
    await importFrom('auth0', [
      {
        user_id: 'auth0|1',
        identifiers: [{ type: 'email', value: auth0, verified: true }],
        name: 'Ada King Lovelace',
        created_at: { $date: createdAt.toISOString() },
        phone_number: '+493012345678',
      },
    ])
    await importFrom('gotrue', [
      {
        id: 'g1',
        email: gotrue,
        phone: '493012345678',
        created_at: '2024-05-06T07:08:09+00:00',
        raw_user_meta_data: { full_name: 'Ada Lovelace', locale: 'de' },
      },
    ])
    const attributes = { locale: ['de'], phoneNumber: ['+493012345678'] }
    const names = { firstName: 'Ada', lastName: 'Lovelace' }
    const createdTimestamp = createdAt.getTime()
    await importFrom('keycloak', [
      { id: 'k1', email: keycloak, enabled: true, ...names, createdTimestamp, attributes },
    ])
    await importFrom('firebase', [
      { localId: 'f1', email: firebase, displayName: 'Ada', createdAt: String(createdTimestamp) },
    ])
    await importFrom('better-auth', [
      { id: 'b1', email: betterAuth, name: 'Ada Lovelace', createdAt: '2024-05-06T07:08:09.000123' },
    ])
    const rows = await Promise.all(emails.map(rowOf))
    expect(rows.map((row) => [row.firstName, row.lastName, row.phoneNumber, row.locale])).toEqual([
      ['Ada King', 'Lovelace', '+493012345678', null],
      ['Ada', 'Lovelace', '+493012345678', 'de'],
      ['Ada', 'Lovelace', '+493012345678', 'de'],
      ['Ada', null, null, null],
      ['Ada', 'Lovelace', null, null],
    ])
    expect(rows.map((row) => row.createdAt)).toEqual(emails.map(() => createdAt))
    expect(rows.map(({ metadata }) => metadata)).toEqual([
      { importedFrom: 'auth0', importedId: 'auth0|1' },
      { importedFrom: 'gotrue', importedId: 'g1' },
      { importedFrom: 'keycloak', importedId: 'k1' },
      { importedFrom: 'firebase', importedId: 'f1' },
      { importedFrom: 'better-auth', importedId: 'b1' },
    ])
    expect(rows.map(({ emailVerifiedAt }) => emailVerifiedAt !== null)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ])
  })

  it.each<[ImportFormatName, object]>([
    ['gatehouse', { active: false }],
    ['auth0', { blocked: true }],
    ['gotrue', { banned_until: '2999-01-01T00:00:00+00:00' }],
    ['gotrue', { banned_until: 'infinity' }],
    ['keycloak', { enabled: false }],
    ['firebase', { disabled: true }],
    ['better-auth', { banned: true }],
    ['better-auth', { banned: 1 }],
  ])('that is disabled there is deactivated here: %s %j', async (format, state) => {
    const email = freshEmail()
    expect(await importFrom(format, [{ email, ...state }])).toMatchObject({ imported: 1 })
    expect((await rowOf(email)).active).toBe(false)
  })

  it('is refused if its state cannot be read', async () => {
    const records = [
      { email: freshEmail(), banned: 'yes' },
      { email: freshEmail(), banned: 0 },
    ]
    const report = await importFrom('better-auth', records, { skipInvalid: true })
    const issues = [{ path: ['banned'], code: 'INVALID_FLAG' }]
    expect(report).toMatchObject({ imported: 1, bad: [{ line: 1, issues }] })
  })

  it('is refused without an address, and if it is deleted there', async () => {
    const records = [{ phone: '493012345678' }, { email: freshEmail(), deleted_at: '2025-01-01T00:00:00Z' }]
    const { bad } = await importFrom('gotrue', records)
    expect(bad).toMatchObject([
      { line: 1, issues: [{ path: ['email'] }] },
      { line: 2, issues: [{ code: 'DELETED' }] },
    ])
  })

  it('lacks what no account can have here, which is counted', async () => {
    const records = [
      {
        email: freshEmail(),
        enabled: true,
        username: 'no username here',
        firstName: 'x'.repeat(51),
        credentials: [{ type: 'otp' }, { type: 'webauthn' }],
        federatedIdentities: [{ identityProvider: 'google' }],
        realmRoles: ['offline_access', 'default-roles-acme', 'writer'],
      },
    ]
    expect(await importFrom('keycloak', records)).toMatchObject({
      imported: 1,
      leftOut: { 'social identities': 1, 'second factors': 2, roles: 1, username: 1, firstName: 1 },
    })
  })

  it('gets its roles with --with-roles, and is refused if one of them does not exist', async () => {
    const { name } = await insertAccessRole(test.database)
    const [known, unknown] = [freshEmail(), freshEmail()]
    const records = [
      { email: known, enabled: true, realmRoles: ['offline_access', name] },
      { email: unknown, enabled: true, realmRoles: ['nonexistent'] },
    ]
    const report = await importFrom('keycloak', records, { withRoles: true, skipInvalid: true })
    expect(report).toMatchObject({ imported: 1, bad: [{ line: 2, issues: [{ code: 'UNKNOWN_ROLE' }] }] })
    const { id } = await rowOf(known)
    expect((await openStores(test.database, null).personExport.collect(id))?.roles).toEqual([name])
  })
})
