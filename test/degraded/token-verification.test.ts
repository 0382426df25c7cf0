import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { GrpcListening } from '../../src/grpc/grpc-server.ts'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { eventually } from '../support/eventually.ts'
import { codeOf, GrpcClient, openGrpc } from '../support/grpc.ts'
import { verifyTokenDocument } from '../support/operations.ts'
import { createOutage, type Outage } from '../support/outage.ts'
import type { SignedIn } from '../support/people.ts'
import { signUpAs } from '../support/people.ts'
import { raiseVersion } from '../support/rows.ts'
import { postForm, send } from '../support/services.ts'

let outage: Outage
let grpc: GrpcListening
let client: GrpcClient
let admin: SignedIn
beforeAll(async () => {
  outage = await createOutage()
  grpc = await openGrpc(outage.test)
  client = new GrpcClient(grpc.port)
  admin = await signUpAs(outage.test, 'ADMIN')
})
afterAll(async () => {
  client.close()
  await grpc.close()
  await outage.close()
})
beforeEach(async () => {
  outage.proxy.restore()
  await eventually(() => outage.test.database.ping(), { everyMs: 100 })
})

/** What each door says to the service that shows `key`, of a token: `active`, `inactive`, or how it fails. */
async function askEverywhere(key: string, token: string): Promise<readonly unknown[]> {
  const { test } = outage
  const bearer = Actor.bearer(key)
  const [graphql, http, rpc] = await Promise.all([
    test.actor().ask(verifyTokenDocument, { input: { token } }, bearer),
    postForm(test, '/oauth2/introspect', { token }, bearer),
    client.call('Verify', { token }, bearer).catch((error: { code: number }) => error.code),
  ])
  const said = (active: boolean) => (active ? 'active' : 'inactive')
  return [
    graphql.errors[0]?.extensions.code ?? said(graphql.data.verifyToken.active),
    http.status === 200 ? said((await http.json()).active) : http.status,
    typeof rpc === 'number' ? rpc : said(rpc.active),
  ]
}

const unavailable = ['UNAVAILABLE', 503, status.UNAVAILABLE]
const newKey = async () => (await makeKey(outage.test, admin.accessToken)).secret

/** Makes the revocation list too old to be used. */
const grow = () => outage.test.clock.advance(6)

describe('while the database is away', () => {
  it('no token is accepted with a key that this process has not seen, by any protocol', async () => {
    const key = await newKey()
    outage.proxy.cut()
    expect(await askEverywhere(key, admin.accessToken)).toEqual(unavailable)
    outage.proxy.restore()
    await eventually(
      async () => expect(await askEverywhere(key, key)).toEqual(['active', 'active', 'active']),
      { everyMs: 100 },
    )
  })

  it('known keys and tokens are good for as long as the revocations are fresh, and no longer', async () => {
    const key = await newKey()
    expect(await askEverywhere(key, admin.accessToken)).toEqual(['active', 'active', 'active'])
    outage.proxy.cut()
    expect(await askEverywhere(key, admin.accessToken)).toEqual(['active', 'active', 'active'])
    expect(await askEverywhere(key, 'rubbish')).toEqual(['inactive', 'inactive', 'inactive'])
    grow()
    expect(await askEverywhere(key, admin.accessToken)).toEqual(unavailable)
    expect(await askEverywhere(key, key)).toEqual(unavailable)
  })

  it('a revocation that was missed is known as soon as anything is accepted again', async () => {
    const owner = await signUpAs(outage.test, 'ADMIN')
    const key = (await makeKey(outage.test, owner.accessToken)).secret
    expect(await askEverywhere(key, key)).toEqual(['active', 'active', 'active'])
    outage.proxy.cut()
    grow()
    await raiseVersion(outage.direct, owner.userId, { active: false })
    expect(await askEverywhere(key, key)).toEqual(unavailable)
    outage.proxy.restore()
    await eventually(
      async () => {
        const answers = await askEverywhere(key, key)
        expect(answers).not.toContain('active')
        expect(answers).toEqual(['UNAUTHENTICATED', 401, status.UNAUTHENTICATED])
      },
      { everyMs: 50 },
    )
  })

  it('revocation and the feed say so, and nothing is taken for done', async () => {
    const key = await newKey()
    const { test } = outage
    const feed = () => send(test, 'GET', '/revocations', { headers: Actor.bearer(key) })
    expect((await feed()).status).toBe(200)
    outage.proxy.cut()
    const answers = [
      await feed(),
      await postForm(test, '/oauth2/revoke', { token: admin.refreshToken }),
      await postForm(test, '/oauth2/revoke', { token: admin.accessToken }),
    ]
    for (const answer of answers) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
      expect((await answer.json()).error).toBe('temporarily_unavailable')
    }
    expect((await postForm(test, '/oauth2/revoke', { token: 'rubbish' })).status).toBe(200)
    const batch = { requests: [{ token: 'a' }, { token: admin.accessToken }] }
    grow()
    expect(await codeOf(client.call('VerifyBatch', batch, Actor.bearer(key)))).toBe(status.UNAVAILABLE)
  })
})
