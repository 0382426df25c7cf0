import { describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { sessionsDocument } from '../support/operations.ts'
import { rotate, signIn, signUp, whoIs } from '../support/people.ts'
import { gatewayNames, gatewayStage } from './support/stage.ts'

const stage = gatewayStage()
/** How far the clock of the service is ahead of the one that the subgraphs go by. */
const secondsAhead = () => Math.ceil((stage().graph.testApp.clock.now().getTime() - Date.now()) / 1000)
const refused = (reason: string) => [{ extensions: { code: 'UNAUTHENTICATED', reason } }]

describe.each(gatewayNames)('an access token through %s', (gateway) => {
  it('is distinguished from a missing token when it has expired', async () => {
    const ada = stage().client(gateway)
    const { accessToken, refreshToken, userId } = await signUp(ada)
    stage().graph.testApp.clock.advance(16 * 60)
    const me = await ada.ask('{ me { id email } }', {}, Actor.bearer(accessToken))
    expect(me.data).toEqual({ me: null })
    expect(me.errors).toMatchObject(refused('TOKEN_EXPIRED'))
    expect(me.errors[0]?.path).toEqual(['me'])
    const sessions = await ada.ask(sessionsDocument, {}, Actor.bearer(accessToken))
    expect(sessions.errors).toMatchObject(refused('TOKEN_EXPIRED'))
    const none = await ada.ask(sessionsDocument, {})
    expect(none.errors).toMatchObject(refused('TOKEN_MISSING'))
    const successor = await rotate(ada, refreshToken)
    expect(successor).not.toBe(refreshToken)
    expect(userId).not.toBe('')
  })

  it('is refused when it is broken', async () => {
    const ada = stage().client(gateway)
    const { accessToken } = await signUp(ada)
    expect(await whoIs(ada, `${accessToken.slice(0, -4)}AAAA`)).toBe('TOKEN_INVALID')
  })

  it('is found expired by a subgraph that checks it by itself', async () => {
    const ada = stage().client(gateway)
    const { clock } = stage().graph.testApp
    const ahead = secondsAhead()
    clock.jump(-ahead - 3600)
    const { accessToken } = await signUp(ada)
    clock.jump(ahead + 3600)
    const answer = await ada.ask('{ myPosts { id } }', {}, Actor.bearer(accessToken))
    expect(answer.data).toEqual({ myPosts: null })
    expect(answer.errors).toMatchObject(refused('TOKEN_EXPIRED'))
  })

  it('that has expired makes its owner an anonymous reader, who still sees every post', async () => {
    const ada = stage().client(gateway)
    stage().graph.testApp.clock.jump(-secondsAhead())
    const { email } = await signUp(ada)
    const { accessToken } = await signIn(ada, email)
    const title = `expires ${email}`
    await ada.ask(`mutation { writePost(title: "${title}") { id } }`, {}, Actor.bearer(accessToken))
    stage().graph.testApp.clock.advance(16 * 60)
    const answer = await ada.ask(
      '{ posts { title author { email } } me { id } }',
      {},
      Actor.bearer(accessToken),
    )
    expect(answer.data.posts).toContainEqual({ title, author: { email: null } })
    expect(answer.errors).toMatchObject(refused('TOKEN_EXPIRED'))
  })
})
