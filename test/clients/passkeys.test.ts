import { expect, it } from 'vitest'
import { createAuthClient } from '../../src/clients/client.ts'
import {
  addPasskey,
  askForPasskey,
  reauthenticateWithPasskey,
  signInWithPasskey,
} from '../../src/clients/passkeys.ts'

it('sends nothing and asks no one where there is no WebAuthn', async () => {
  const auth = createAuthClient({
    url: 'https://auth.example.com/graphql',
    transport: 'COOKIE',
    fetch: () => Promise.reject(new Error('Nothing may be sent.')),
  })
  expect(await signInWithPasskey(auth)).toBeNull()
  expect(await signInWithPasskey(auth, { conditional: true })).toBeNull()
  expect(await reauthenticateWithPasskey(auth)).toBeNull()
  expect(await addPasskey(auth)).toBeNull()
  expect(await askForPasskey({ challenge: 'AAAA' })).toBeNull()
})
