import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LoginDocument, MeDocument, RegisterDocument } from '../../src/clients/documents.ts'
import { Actor } from '../support/actor.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app.close())

describe('generated operations', () => {
  it('have typed variables and typed data', async () => {
    const actor = app.actor()
    const input = { email: freshEmail(), password: goodPassword }
    const registered = await actor.ask(RegisterDocument, { input })
    expect(registered.data?.register?.__typename).toBe('RegisterSuccess')

    const { data } = await actor.ask(LoginDocument, {
      input: { identifier: input.email, password: goodPassword },
    })
    if (data?.login?.__typename !== 'LoginSuccess')
      throw new Error(`not signed in: ${data?.login?.__typename}`)
    const token = data.login.tokens.accessToken ?? ''
    const me = await actor.ask(MeDocument, {}, Actor.bearer(token))
    expect(me.data?.me?.id).toBe(data.login.user.id)
  })
})
