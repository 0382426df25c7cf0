import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grantRole, insertAccessRole } from '../support/access-roles.ts'
import { askRefresh, signIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const [plan, seats, tags] = ['https://acme.example/plan', 'https://acme.example/seats', 'urn:acme:tags']

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({
    env: { TOKEN_CLAIMS: `${plan}=plan, ${seats}=seats, ${tags}=tags` },
  })
})
afterAll(() => test.close())

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

async function signUpWith(metadata: object) {
  const person = await signUp(test.actor())
  await test.database.client.user.update({ where: { id: person.userId }, data: { metadata } })
  return person
}

describe('TOKEN_CLAIMS', () => {
  it('maps members of the metadata into tokens, at the sign-in and at each refresh', async () => {
    const mapped = { [plan]: 'pro', [seats]: 5, [tags]: ['a', 'b'] }
    const { email, actor, refreshToken } = await signUpWith({
      plan: 'pro',
      seats: 5,
      tags: ['a', 'b'],
      secret: 'x',
    })
    const signedIn = claimsOf((await signIn(test.actor(), email)).accessToken)
    expect(signedIn).toMatchObject(mapped)
    expect(JSON.stringify(signedIn)).not.toContain('secret')
    expect(claimsOf((await askRefresh(actor, refreshToken)).tokens.accessToken)).toMatchObject(mapped)
  })

  it('adds nothing to the tokens of users without these members', async () => {
    const claims = claimsOf((await signIn(test.actor(), (await signUpWith({})).email)).accessToken)
    for (const name of [plan, seats, tags]) expect(Object.keys(claims)).not.toContain(name)
  })

  it('leaves out values that no claim can carry', async () => {
    const { email } = await signUpWith({ plan: { a: 1 }, seats: null, tags: ['x'.repeat(257)] })
    const claims = claimsOf((await signIn(test.actor(), email)).accessToken)
    for (const name of [plan, seats, tags]) expect(Object.keys(claims)).not.toContain(name)
  })

  it('lets a token have at most 3600 characters: claims go first, then roles, and the sign-in succeeds', async () => {
    const { userId, email } = await signUpAs(test, 'ADMIN')
    await test.database.client.user.update({
      where: { id: userId },
      data: {
        metadata: {
          plan: 'p'.repeat(256),
          seats: 7,
          tags: Array.from({ length: 20 }, () => 't'.repeat(250)),
        },
      },
    })
    const names = ['a', 'b', 'c'].map((letter) => `${letter.repeat(20)}-${userId.slice(0, 8)}`)
    for (const [at, name] of names.entries()) {
      const permissions = Array.from({ length: 20 }, (_, one) => `posts-of-the-part-${at}:action-${one}`)
      const role = await insertAccessRole(test.database, { permissions, name })
      await grantRole(test.database, role.id, [userId])
    }
    const { accessToken } = await signIn(test.actor(), email)
    const claims = claimsOf(accessToken)
    expect(accessToken.length).toBeLessThanOrEqual(3600)
    expect(claims.roles).toEqual(names.slice(0, 2))
    expect(claims.scope).toContain('posts-of-the-part-1:action-19')
    expect(claims.scope).not.toContain('posts-of-the-part-2')
    for (const name of [plan, seats, tags]) expect(Object.keys(claims)).not.toContain(name)
    expect(await whoIs(test.actor(), accessToken)).toBe(userId)
    const lines = test.log.filter((line) => line.includes('has no room'))
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      userId,
      claims: [tags, seats, plan],
      roles: names.slice(2),
    })
  })
})
